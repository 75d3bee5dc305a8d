// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import com.sun.management.ThreadMXBean;
import io.tapline.dataplane.Counters.AclCounter;
import io.tapline.dataplane.Counters.NatCounter;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.testkit.Packets;
import io.tapline.testkit.TcpBuilder;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.VirtioNet;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Sends traffic of all kinds through a switch and prints what its worker thread allocated, and what happened meanwhile.
 * A program of its own, because checked memory, in which the tests run, allocates.
 */
final class AllocationRun {
    private static final int WARM_UP_ROUNDS = 60_000;
    private static final int ROUNDS = 100_000;
    private static final long ROUND_NANOS = 1_000_000;

    private AllocationRun() {}

    /** Prints {@code name=value} lines. */
    public static void main(String[] args) {
        long[] clock = {1_000_000_000L};
        AclSessions.Timeouts defaults = AclSessions.Timeouts.DEFAULT;
        SwitchLimits limits = new SwitchLimits(255, 1024, 16, 4096, defaults, 64, 256);
        try (Switch vswitch = new Switch(limits, () -> clock[0] += ROUND_NANOS)) {
            vswitch.apply(TestSwitch.config(TestSwitch.serverRules(8080)));
            vswitch.attach(TestSwitch.HOST, new Source(host()));
            vswitch.attach(TestSwitch.CLIENT, new Source(client()));
            vswitch.attach(TestSwitch.SERVER, new Source(server()));
            run(vswitch, WARM_UP_ROUNDS);
            Counters counters = vswitch.counters();
            long frames = counters.framesReceived();
            long drops = counters.drops();
            long made = counters.framesOriginated();
            long added = counters.acl(AclCounter.SESSION_ADDED);
            long recycled = counters.acl(AclCounter.SESSION_RECYCLED);
            long bytes = run(vswitch, ROUNDS);
            print("bytes", bytes);
            print("frames", counters.framesReceived() - frames);
            print("drops", counters.drops() - drops);
            print("made", counters.framesOriginated() - made);
            print("sessions-added", counters.acl(AclCounter.SESSION_ADDED) - added);
            print("sessions-recycled", counters.acl(AclCounter.SESSION_RECYCLED) - recycled);
            print("ttl-expired", counters.drops(DropReason.IP4_TTL_EXPIRED));
            print("denied", counters.drops(DropReason.ACL_DENY));
        }
        translate(clock);
    }

    /** Connections to a service and behind source NAT that begin all the time and end by time-out. */
    private static void translate(long[] clock) {
        NatMapping web = NatSwitch.service(
                Ipv4.PROTOCOL_TCP, NatSwitch.backend(NatSwitch.FIRST_IP), NatSwitch.backend(NatSwitch.SECOND_IP));
        NatConfig config = NatSwitch.withSourceNat(web).withTimeouts(new NatTimeouts(1, 1, 1, 1, 1));
        try (Switch vswitch = new Switch(SwitchLimits.SMALL, () -> clock[0] += ROUND_NANOS)) {
            vswitch.apply(NatSwitch.config(config));
            byte[] toService = NatSwitch.tcp(NatSwitch.CLIENT_IP, 0, NatSwitch.VIP, 80, Tcp.SYN)
                    .vnetBytes();
            byte[] toOutside = NatSwitch.tcp(NatSwitch.FIRST_IP, 0, NatSwitch.REMOTE_IP, 80, Tcp.SYN)
                    .vnetBytes();
            vswitch.attach(NatSwitch.CLIENT, new Source(List.of(), toService));
            vswitch.attach(NatSwitch.FIRST, new Source(List.of(), toOutside));
            vswitch.attach(NatSwitch.SECOND, new Sink());
            vswitch.attach(NatSwitch.UPLINK, new Sink());
            run(vswitch, WARM_UP_ROUNDS);
            Counters counters = vswitch.counters();
            long added = counters.nat(NatCounter.SESSION_ADDED);
            long expired = counters.nat(NatCounter.SESSION_EXPIRED);
            print("nat-bytes", run(vswitch, ROUNDS));
            print("nat-sessions-added", counters.nat(NatCounter.SESSION_ADDED) - added);
            print("nat-sessions-expired", counters.nat(NatCounter.SESSION_EXPIRED) - expired);
        }
    }

    private static void print(String name, long value) {
        System.out.println(name + "=" + value);
    }

    private static long run(Switch vswitch, int rounds) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            vswitch.runOnce();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static List<byte[]> host() {
        return List.of(
                Packets.arpReply()
                        .srcMac(TestSwitch.HOST_MAC)
                        .dstMac(TestSwitch.SWITCH_MAC)
                        .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                        .target(TestSwitch.SWITCH_MAC, "172.30.1.1")
                        .vnetBytes(),
                Packets.arpRequest()
                        .srcMac(TestSwitch.HOST_MAC)
                        .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                        .target("172.30.1.1")
                        .vnetBytes(),
                Packets.tcp()
                        .srcMac(TestSwitch.HOST_MAC)
                        .dstMac(TestSwitch.SWITCH_MAC)
                        .src("172.30.1.2", 30_000)
                        .dst("10.1.1.3", 8080)
                        .vnetBytes());
    }

    private static List<byte[]> client() {
        return List.of(
                tcp(40_000).vnetBytes(),
                tcp(40_000).payloadBytes(20_000).gsoSize(1400).vnetBytes(),
                tcp(40_000).ttl(1).vnetBytes(),
                Packets.udp()
                        .srcMac(TestSwitch.POD_MAC)
                        .dstMac(TestSwitch.SWITCH_MAC)
                        .src("10.1.1.2", 5000)
                        .dst("172.30.1.2", 53)
                        .payloadBytes(64)
                        .partialChecksum()
                        .vnetBytes(),
                Packets.udp()
                        .srcMac(TestSwitch.POD_MAC)
                        .dstMac(TestSwitch.SWITCH_MAC)
                        .src("10.1.1.2", 5000)
                        .dst("10.1.1.3", 53)
                        .vnetBytes(),
                echo("10.1.1.1"),
                echo("10.1.1.3"),
                echo("172.30.1.77"));
    }

    private static TcpBuilder tcp(int port) {
        return Packets.tcp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", port)
                .dst("10.1.1.3", 8080);
    }

    private static byte[] echo(String to) {
        return Packets.icmp(Icmpv4.ECHO_REQUEST, 0)
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2")
                .dst(to)
                .vnetBytes();
    }

    private static List<byte[]> server() {
        return List.of(Packets.tcp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.3", 8080)
                .dst("10.1.1.2", 40_000)
                .flags(Tcp.ACK)
                .vnetBytes());
    }

    /** Sends nothing and takes everything. */
    private static final class Sink implements PacketDevice {
        @Override
        public int receive(FramePool pool, long[] received, int from, int max) {
            return 0;
        }

        @Override
        public int transmit(long frame) {
            return SENT;
        }

        @Override
        public int capabilities() {
            return 0;
        }
    }

    /**
     * Sends each of some frames once a round, and one more TCP SYN from a new port every time. Takes no super-frames
     * and no partial checksums.
     */
    private static final class Source implements PacketDevice {
        private final byte[][] frames;
        private final byte[] syn;
        private int port;

        Source(List<byte[]> frames) {
            this(frames, tcp(0).flags(Tcp.SYN).vnetBytes());
        }

        Source(List<byte[]> frames, byte[] syn) {
            this.frames = frames.toArray(byte[][]::new);
            this.syn = syn;
        }

        @Override
        public int receive(FramePool pool, long[] received, int from, int max) {
            int count = 0;
            for (; count < Math.min(max - 1, frames.length); count++) {
                received[from + count] = frame(pool, frames[count]);
            }
            port++;
            syn[12 + 34] = (byte) (port >>> 8);
            syn[12 + 35] = (byte) port;
            received[from + count] = frame(pool, syn);
            return count + 1;
        }

        private static long frame(FramePool pool, byte[] whole) {
            int length = whole.length - VirtioNet.HEADER_BYTES;
            long frame = pool.allocate(length);
            Frame.length(frame, length);
            Memory.copyIn(whole, 0, Frame.virtioNet(frame), whole.length);
            return frame;
        }

        @Override
        public int transmit(long frame) {
            return SENT;
        }

        @Override
        public int capabilities() {
            return 0;
        }
    }
}
