// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.lab.replay.CaptureReport;
import io.tapline.lab.replay.JsonReport;
import io.tapline.lab.replay.Replay;
import io.tapline.lab.replay.ReplayResult;
import io.tapline.lab.replay.TextReport;
import io.tapline.lab.replay.VppReport;
import io.tapline.lab.scenario.ScenarioReader;
import io.tapline.wire.capture.Capture;
import io.tapline.wire.capture.CapturedPacket;
import io.tapline.wire.capture.Direction;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The examples in every form of output, and what docs/pipeline.md quotes of them. */
final class ExamplesTest {
    @TempDir
    private Path directory;

    private static String print(String example, BiConsumer<ReplayResult, PrintWriter> report) {
        StringWriter out = new StringWriter();
        report.accept(replay(example), new PrintWriter(out));
        return out.toString();
    }

    private static ReplayResult replay(String example) {
        return Replay.run(ScenarioReader.read(TestFiles.example(example)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host-to-pod", "pod-to-pod-same-node", "one-node"})
    void text(String example) {
        Golden.assertSame(example + ".txt", print(example, TextReport::print));
    }

    @Test
    void vpp() {
        Golden.assertSame("one-node.vpp.txt", print("one-node", VppReport::print));
    }

    @Test
    void json() {
        Golden.assertSame("one-node.json", print("one-node", JsonReport::print));
    }

    @Test
    void linesOfTextFitAScreen() {
        assertThat(print("one-node", TextReport::print).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
    }

    @Test
    void jsonAccountsForEveryFrame() {
        JsonNode document = JsonMapper.shared().readTree(print("one-node", JsonReport::print));
        assertThat(document.get("apiVersion").asString()).isEqualTo("tapline.io/v1alpha1");
        assertThat(document.get("kind").asString()).isEqualTo("Replay");
        JsonNode totals = document.get("totals");
        assertThat(document.get("packets").size())
                .isEqualTo(totals.get("received").asInt());
        assertThat(document.get("frames").size()).isEqualTo(totals.get("sent").asInt());
        assertThat(totals.get("received").asInt() + totals.get("originated").asInt())
                .isEqualTo(totals.get("sent").asInt()
                        + totals.get("dropped").asInt()
                        + totals.get("delivered").asInt()
                        + totals.get("held").asInt());
        long drops = document.get("drops").values().stream()
                .mapToLong(JsonNode::asLong)
                .sum();
        assertThat(drops).isEqualTo(totals.get("dropped").asLong());
    }

    @Test
    void captureHoldsWhatWentInAndOutWithItsStory() throws IOException {
        ReplayResult result = replay("host-to-pod");
        Path file = directory.resolve("host-to-pod.pcapng");
        assertThat(CaptureReport.write(result, file)).isEqualTo(4);
        Capture capture = Capture.read(Files.readAllBytes(file));
        assertThat(capture.interfaces())
                .extracting(i -> i.name() + "=" + i.description())
                .containsExactly("tap0=the host", "tap5=pod default/server");
        assertThat(capture.packets())
                .extracting(CapturedPacket::direction)
                .containsExactly(Direction.INBOUND, Direction.OUTBOUND, Direction.INBOUND, Direction.OUTBOUND);
        assertThat(capture.packets()).extracting(CapturedPacket::interfaceIndex).containsExactly(0, 1, 1, 0);
        assertThat(capture.packets().getFirst().comment())
                .startsWith("#1 SENT by tap5; virtio-input > ethernet-input > ip4-input > acl-plugin-in-ip4-fa > ")
                .endsWith(" > tap5-output");
        assertThat(HexFormat.of().formatHex(capture.packets().get(1).bytes()))
                .isEqualTo(TestFiles.resource("guides/host-to-pod.syn.hex").strip());
    }

    @Test
    void aDropIsExplainedInTheCapture() throws IOException {
        Path file = directory.resolve("one-node.pcapng");
        CaptureReport.write(replay("one-node"), file);
        Capture capture = Capture.read(Files.readAllBytes(file));
        assertThat(capture.packets())
                .extracting(CapturedPacket::comment)
                .anyMatch(comment ->
                        comment.startsWith("#5 DROPPED acl-deny: an access list denies it; virtio-input > "));
        assertThat(capture.packets()).isSortedAccordingTo((a, b) -> Long.compare(a.timeNanos(), b.timeNanos()));
    }

    /** Every node of the graph meets a packet of some example, so that its trace is covered by the files above. */
    @Test
    void examplesVisitEveryNode() {
        Set<String> visited = new HashSet<>();
        for (String example : List.of("host-to-pod", "one-node", "pod-to-service-same-node", "pod-to-internet")) {
            replay(example).totals().nodes().forEach(node -> visited.add(node.name()));
        }
        Set<String> all = new HashSet<>();
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            all.add(NodeIndex.name(node));
        }
        all.removeAll(visited);
        assertThat(all).as("nodes that no example visits").isEmpty();
    }

    @Test
    void theGuideToThePipelineQuotesRealTraces() {
        Set<String> real = new HashSet<>();
        for (String example : List.of("host-to-pod", "one-node")) {
            Stream.of(print(example, VppReport::print), print(example, TextReport::print))
                    .flatMap(String::lines)
                    .map(ExamplesTest::withoutTime)
                    .forEach(real::add);
        }
        assertThat(quotes().stream().map(ExamplesTest::withoutTime))
                .hasSizeGreaterThan(60)
                .isSubsetOf(real);
    }

    /** A line without its time, which changes when a node is added. */
    private static String withoutTime(String line) {
        return line.replaceFirst("^(\\d\\d:){3}\\d{6}: |^ +\\d+\\.\\d  ", "");
    }

    /** The lines between fences, without their language. */
    private static List<String> quotes() {
        List<String> quotes = new ArrayList<>();
        boolean quoting = false;
        for (String line : pipeline().lines().toList()) {
            if (line.startsWith("```")) {
                quoting = !quoting;
            } else if (quoting) {
                quotes.add(line);
            }
        }
        return quotes;
    }

    @Test
    void theGuideToThePipelineHasASectionForEveryNode() {
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            String name = node == NodeIndex.INTERFACE_OUTPUT ? "NAME-output" : NodeIndex.name(node);
            assertThat(pipeline().lines().filter(line -> line.startsWith("### ")))
                    .as("a section for " + name)
                    .anyMatch(line -> line.contains("`" + name + "`"));
        }
    }

    @Test
    void theGuideToThePipelineListsEveryDropReason() {
        List<String> rows = Stream.of(DropReason.values())
                .map(reason -> "| `" + reason.key() + "` | " + reason.text() + " | " + reason.vppText() + " |")
                .toList();
        assertThat(pipeline()
                        .lines()
                        .dropWhile(line -> !line.equals("## Drop reasons"))
                        .filter(line -> line.startsWith("| `")))
                .containsExactlyElementsOf(rows);
    }

    private static String pipeline() {
        return TestFiles.text(TestFiles.root().resolve("docs/pipeline.md"));
    }
}
