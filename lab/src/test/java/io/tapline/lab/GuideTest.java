// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.lab.replay.Replay;
import io.tapline.lab.replay.ReplayResult;
import io.tapline.lab.replay.SentFrame;
import io.tapline.lab.replay.VppReport;
import io.tapline.lab.scenario.ScenarioReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples that restate packet-flow guides of contiv/vpp give the guides' traces, line by line. */
final class GuideTest {
    private static final String TIME = "\\d\\d:\\d\\d:\\d\\d:\\d{6}: ";

    @ParameterizedTest
    @ValueSource(strings = {"host-to-pod", "pod-to-pod-same-node", "pod-to-service-same-node"})
    void printsWhatTheGuidePrints(String name) {
        ReplayResult result = replay(name);
        StringWriter out = new StringWriter();
        VppReport.print(result, new PrintWriter(out));
        assertThat(out.toString().lines().map(GuideTest::withoutTime).toList())
                .containsExactlyElementsOf(
                        expected(name).stream().map(GuideTest::withoutTime).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"host-to-pod", "pod-to-pod-same-node", "pod-to-service-same-node"})
    void printsTheTimeThatTheScenarioAsksFor(String name) {
        StringWriter out = new StringWriter();
        VppReport.print(replay(name), new PrintWriter(out));
        assertThat(out.toString().lines().skip(2).findFirst())
                .isEqualTo(guide(name, "syn").stream().findFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"host-to-pod", "pod-to-pod-same-node", "pod-to-service-same-node"})
    void sendsTheFramesThatMustLeave(String name) {
        List<String> sent = replay(name).packets().stream()
                .flatMap(packet -> packet.sent().stream())
                .map(SentFrame::frame)
                .map(HexFormat.of()::formatHex)
                .toList();
        assertThat(sent)
                .containsExactly(
                        TestFiles.resource("guides/" + name + ".syn.hex").strip(),
                        TestFiles.resource("guides/" + name + ".synack.hex").strip());
    }

    private static ReplayResult replay(String name) {
        return Replay.run(ScenarioReader.read(TestFiles.example(name)));
    }

    private static List<String> expected(String name) {
        List<String> lines = new ArrayList<>(List.of("Packet 1", ""));
        lines.addAll(guide(name, "syn"));
        lines.addAll(List.of("", "Packet 2", ""));
        lines.addAll(guide(name, "synack"));
        lines.add("");
        return lines;
    }

    /** A guide's trace without the line that says where it is from, and with the first line that one of them lost. */
    private static List<String> guide(String name, String packet) {
        List<String> lines = new ArrayList<>(TestFiles.resource("guides/" + name + "." + packet + ".txt")
                .lines()
                .toList());
        lines.removeFirst();
        if (!lines.getFirst().matches(TIME + ".*")) {
            lines.set(0, "  " + lines.getFirst());
            lines.addFirst("00:00:00:000000: virtio-input");
        }
        return lines;
    }

    private static String withoutTime(String line) {
        return line.replaceFirst("^" + TIME, "TIME: ");
    }
}
