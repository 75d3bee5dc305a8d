// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.live;

import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.Counters.Port;
import io.tapline.lab.node.LabPod;
import io.tapline.linux.TapOffload;
import io.tapline.testkit.PlainChecksum;
import java.io.BufferedReader;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checksums and super-frames between pods whose TAPs have offloads and pods whose TAPs have none.
 *
 * <p>A kernel that is told NEEDS_CSUM trusts the frame, so a wrong partial checksum breaks no connection. The frames
 * that the receiver gets are therefore captured and summed here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveOffloadTest {
    private static final int PORT = 5201;
    private static final int LONGEST_FRAME = 1514;
    private static final int MEGABYTES = 40;
    private static final int SEND_BUFFER_MEGABYTES = 5;
    private static final byte LAST = 99;

    @SuppressWarnings("NullAway.Init")
    private LiveNode live;

    @SuppressWarnings("NullAway.Init")
    private LabPod withOffloads;

    @SuppressWarnings("NullAway.Init")
    private LabPod alsoWith;

    @SuppressWarnings("NullAway.Init")
    private LabPod without;

    @SuppressWarnings("NullAway.Init")
    private LabPod alsoWithout;

    @BeforeAll
    void build() {
        Tools.assume(LiveOffloadTest.class, "iperf3", "iperf3");
        Tools.assume(LiveOffloadTest.class, "tcpdump", "tcpdump");
        live = LiveNode.create(LiveOffloadTest.class, TapOffload.ALL);
        withOffloads = live.node().addPod("test/with", TapOffload.ALL);
        alsoWith = live.node().addPod("test/also-with", TapOffload.ALL);
        without = live.node().addPod("test/without", TapOffload.NONE);
        alsoWithout = live.node().addPod("test/also-without", Set.of());
    }

    @AfterAll
    void takeDown() {
        if (live != null) {
            live.close();
        }
    }

    @AfterEach
    void losesNoFrame() {
        live.assertConserved();
    }

    private LabPod pod(String name) {
        return switch (name) {
            case "with" -> withOffloads;
            case "also-with" -> alsoWith;
            case "without" -> without;
            default -> alsoWithout;
        };
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({"with, also-with", "with, without", "without, with", "without, also-without"})
    void carriesIperf(String fromName, String toName) throws Exception {
        LabPod from = pod(fromName);
        LabPod to = pod(toName);
        Counters counters = live.node().vswitch().counters();
        long frames = counters.port(to.interfaceIndex(), Port.TX_FRAMES);
        long bytes = counters.port(to.interfaceIndex(), Port.TX_BYTES);
        Process server = Tools.start(live.nameOf(to), "iperf3", "-s", "-1", "--forceflush", "-p", "" + PORT);
        try {
            BufferedReader output = server.inputReader();
            String line = output.readLine();
            while (line != null && !line.contains("listening")) {
                line = output.readLine();
            }
            String address = to.address().toString();
            Tools.succeed(live.nameOf(from), "iperf3", "-c", address, "-p", "" + PORT, "-n", MEGABYTES + "M");
            server.waitFor();
        } finally {
            server.destroyForcibly();
        }
        // Counted is at the end of a round; the receiver may have the last frames before that.
        live.node().vswitch().await(() -> {});
        long sentFrames = counters.port(to.interfaceIndex(), Port.TX_FRAMES) - frames;
        long sentBytes = counters.port(to.interfaceIndex(), Port.TX_BYTES) - bytes;
        // iperf3 does not wait for what is still in the sender's buffer.
        assertThat(sentBytes).isGreaterThan((MEGABYTES - SEND_BUFFER_MEGABYTES) * 1_000_000L);
        if (fromName.equals("with") && toName.equals("also-with")) {
            assertThat(sentBytes / sentFrames)
                    .as("mean frame: super-frames pass whole")
                    .isGreaterThan(LONGEST_FRAME);
        } else if (toName.contains("without")) {
            assertThat(sentBytes / sentFrames).as("mean frame: cut").isLessThanOrEqualTo(LONGEST_FRAME);
        }
        // The kernel sums what does not come with NEEDS_CSUM.
        String errors = Tools.succeed(live.nameOf(to), "cat", "/proc/net/snmp");
        assertThat(tcpCounter(errors, "InCsumErrors")).isZero();
    }

    private static long tcpCounter(String snmp, String name) {
        List<String> lines =
                snmp.lines().filter(line -> line.startsWith("Tcp:")).toList();
        List<String> names = List.of(lines.getFirst().split(" ", -1));
        return Long.parseLong(lines.getLast().split(" ", -1)[names.indexOf(name)]);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({"with, also-with", "with, without", "without, with", "without, also-without"})
    void deliversRightChecksums(String fromName, String toName) throws Exception {
        LabPod from = pod(fromName);
        LabPod to = pod(toName);
        boolean whole = toName.contains("without");
        List<byte[]> frames;
        try (Capture capture = Capture.start(live.nameOf(to), "ip");
                ServerSocket tcp = Sockets.tcpEcho(to.namespace(), to.address(), 7);
                DatagramSocket udp = Sockets.udpEcho(to.namespace(), to.address(), 7)) {
            byte[] payload = new byte[200_001];
            new Random(1).nextBytes(payload);
            assertThat(Sockets.tcpAsk(from.namespace(), to.address(), tcp.getLocalPort(), payload))
                    .isEqualTo(payload);
            Sockets.udpAsk(from.namespace(), to.address(), udp.getLocalPort(), new byte[] {1, 2, 3});
            Sockets.udpAsk(from.namespace(), to.address(), udp.getLocalPort(), new byte[] {LAST});
            frames = capture.until(frame -> frame[23] == 17 && frame[42] == LAST);
        }
        assertThat(frames).hasSizeGreaterThan(5);
        frames.forEach(frame -> assertChecksums(frame, whole));
        int longest = frames.stream().mapToInt(frame -> frame.length).max().orElseThrow();
        if (whole) {
            assertThat(longest).isLessThanOrEqualTo(LONGEST_FRAME);
        } else if (fromName.equals("with")) {
            assertThat(longest).isGreaterThan(LONGEST_FRAME);
        }
    }

    /** Complete where the receiver asked for that; else complete, or partial as NEEDS_CSUM demands. */
    private static void assertChecksums(byte[] frame, boolean whole) {
        assertFrame(frame).ipv4().checksumOk();
        boolean tcp = frame[23] == 6;
        if (whole || isComplete(frame)) {
            if (tcp) {
                assertFrame(frame).ipv4().tcp().checksumOk();
            } else {
                assertFrame(frame).ipv4().udp().checksumOk();
            }
        } else if (tcp) {
            assertFrame(frame).ipv4().tcp().checksumPartial();
        } else {
            assertFrame(frame).ipv4().udp().checksumPartial();
        }
    }

    /** Whether the field holds something else than the sum of the pseudo-header. */
    private static boolean isComplete(byte[] frame) {
        ByteBuffer packet = ByteBuffer.wrap(frame);
        int l4Bytes = (packet.getShort(16) & 0xffff) - 20;
        int partial = PlainChecksum.pseudoHeader(packet.getInt(26), packet.getInt(30), frame[23], l4Bytes);
        int field = packet.getShort(34 + (frame[23] == 6 ? 16 : 6)) & 0xffff;
        return field != partial;
    }
}
