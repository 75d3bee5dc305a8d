// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.testkit.Packets;
import io.tapline.testkit.Tshark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PcapngWriterTest {
    private static final long TIME = 1_700_000_000_123_456_789L;

    @TempDir
    private Path directory;

    private static byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PcapngWriter writer = new PcapngWriter(out, "tapline test");
        int host = writer.addInterface("tap0", "the host");
        int pod = writer.addInterface("tap5", "");
        byte[] syn = Packets.tcp().src("10.1.1.2", 1234).dst("10.1.1.3", 80).bytes();
        byte[] echo = Packets.echoRequest().bytes();
        writer.write(new CapturedPacket(host, TIME, syn, syn.length, Direction.INBOUND, "in: a → b"));
        writer.write(new CapturedPacket(pod, TIME + 1, syn, 9000, Direction.OUTBOUND, ""));
        writer.write(new CapturedPacket(pod, TIME + 2, echo, echo.length, Direction.UNKNOWN, "ping"));
        return out.toByteArray();
    }

    @Test
    void wiresharkReadsEveryField() throws IOException {
        Tshark.assumeInstalled();
        Path file = Files.write(directory.resolve("written.pcapng"), written());
        List<List<String>> rows = Tshark.fields(
                file,
                "frame.interface_name",
                "frame.interface_description",
                "frame.time_epoch",
                "frame.len",
                "frame.packet_flags_direction",
                "frame.comment",
                "tcp.dstport");
        assertThat(rows.get(0)).startsWith("tap0", "the host").endsWith("in: a → b", "80");
        assertThat(rows.get(0).get(2)).contains(".123456789");
        assertThat(rows.get(0).get(4)).matches("(0x0*)?1");
        assertThat(rows.get(1)).startsWith("tap5", "");
        assertThat(rows.get(1).get(2)).contains(".123456790");
        assertThat(rows.get(1).get(3)).isEqualTo("9000");
        assertThat(rows.get(1).get(4)).matches("(0x0*)?2");
        assertThat(rows.get(2).get(5)).isEqualTo("ping");
        assertThat(Tshark.capinfos(file))
                .containsPattern("File type: +Wireshark/\\.\\.\\. - pcapng")
                .containsPattern("Number of packets: +3")
                .containsPattern("Number of interfaces in file: +2")
                .containsPattern("Capture application: +tapline test")
                .contains("nanoseconds");
    }

    @Test
    void theReaderGivesBackWhatWasWritten() throws IOException {
        Capture capture = Capture.read(written());
        assertThat(capture.fault()).isEmpty();
        assertThat(capture.interfaces())
                .containsExactly(new CaptureInterface("tap0", "the host", 1), new CaptureInterface("tap5", "", 1));
        assertThat(capture.packets()).extracting(CapturedPacket::timeNanos).containsExactly(TIME, TIME + 1, TIME + 2);
        assertThat(capture.packets()).extracting(CapturedPacket::interfaceIndex).containsExactly(0, 1, 1);
        assertThat(capture.packets())
                .extracting(CapturedPacket::direction)
                .containsExactly(Direction.INBOUND, Direction.OUTBOUND, Direction.UNKNOWN);
        assertThat(capture.packets()).extracting(CapturedPacket::comment).containsExactly("in: a → b", "", "ping");
        assertThat(capture.packets()).extracting(CapturedPacket::isCut).containsExactly(false, true, false);
    }

    @Test
    void cutsACommentThatNoOptionHoldsBetweenTwoCharacters() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PcapngWriter writer = new PcapngWriter(out, "");
        writer.addInterface("a", "");
        writer.write(new CapturedPacket(0, 0, new byte[1], 1, Direction.UNKNOWN, "x" + "é".repeat(40_000)));
        Capture capture = Capture.read(out.toByteArray());
        assertThat(capture.fault()).isEmpty();
        String comment = capture.packets().getFirst().comment();
        assertThat(comment.getBytes(StandardCharsets.UTF_8)).hasSize(0xffff);
        assertThat(comment).endsWith("é");
    }

    @Test
    void refusesAPacketOfAnInterfaceThatWasNotAdded() throws IOException {
        PcapngWriter writer = new PcapngWriter(new ByteArrayOutputStream(), "");
        CapturedPacket packet = new CapturedPacket(0, 0, new byte[1], 1, Direction.UNKNOWN, "");
        assertThatThrownBy(() -> writer.write(packet))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interface 0");
    }
}
