// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.testkit.Packets;
import io.tapline.testkit.TcpBuilder;
import io.tapline.testkit.UdpBuilder;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import io.tapline.wire.MacAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A node with a client pod (10.1.1.2), two pods that back a service (10.1.1.3, 10.1.1.4) and an uplink (192.168.16.1)
 * with source NAT behind which everything else is, under a clock that the test moves. No access lists.
 */
final class NatSwitch implements AutoCloseable {
    static final String SWITCH_MAC = "02:fe:00:00:00:01";
    static final String PEER_MAC = "00:00:00:00:00:02";
    static final String CLIENT_IP = "10.1.1.2";
    static final String FIRST_IP = "10.1.1.3";
    static final String SECOND_IP = "10.1.1.4";
    static final String NODE_IP = "192.168.16.1";
    static final String REMOTE_IP = "8.8.8.8";
    static final String VIP = "10.96.0.10";
    static final String HIDDEN_IP = "10.1.1.254";
    static final int CLIENT = 1;
    static final int FIRST = 2;
    static final int SECOND = 3;
    static final int UPLINK = 4;

    final BufferDevice client = new BufferDevice();
    final BufferDevice first = new BufferDevice();
    final BufferDevice second = new BufferDevice();
    final BufferDevice uplink = new BufferDevice();
    final Switch vswitch;
    private long nowNanos = 1_000_000_000L;

    NatSwitch(NatConfig nat) {
        this(nat, SwitchLimits.SMALL);
    }

    NatSwitch(NatConfig nat, SwitchLimits limits) {
        vswitch = new Switch(limits, () -> nowNanos);
        apply(nat);
        vswitch.attach(CLIENT, client);
        vswitch.attach(FIRST, first);
        vswitch.attach(SECOND, second);
        vswitch.attach(UPLINK, uplink);
    }

    static NatMapping service(int protocol, NatBackend... backends) {
        return NatMapping.of(IpAddress.parse(VIP), 80, protocol, List.of(backends));
    }

    static NatBackend backend(String ip) {
        return NatBackend.of(IpAddress.parse(ip), 8080);
    }

    /** Forwarding, twice-NAT by 10.1.1.254, no source NAT. */
    static NatConfig mappings(NatMapping... mappings) {
        return new NatConfig(true)
                .withMappings(List.of(mappings))
                .withTwiceNatPool(List.of(IpAddress.parse(HIDDEN_IP)));
    }

    /** The same with source NAT on the uplink, whose own overlay port is left alone. */
    static NatConfig withSourceNat(NatMapping... mappings) {
        IpAddress node = IpAddress.parse(NODE_IP);
        return mappings(mappings)
                .withSourceNats(
                        List.of(SourceNat.of("uplink", node)),
                        List.of(NatIdentity.of(node, 4789, Ipv4.PROTOCOL_UDP), NatIdentity.of(node)));
    }

    static SwitchConfig config(NatConfig nat) {
        long mac = MacAddress.parse(SWITCH_MAC);
        IpPrefix gateway = IpPrefix.parse("10.1.1.1/32");
        List<InterfaceConfig> interfaces = List.of(
                InterfaceConfig.of(CLIENT, "client", mac, gateway).withNat(NatRole.OUTSIDE),
                InterfaceConfig.of(FIRST, "first", mac, gateway).withNat(NatRole.BOTH),
                InterfaceConfig.of(SECOND, "second", mac, gateway).withNat(NatRole.BOTH),
                InterfaceConfig.of(UPLINK, "uplink", mac, IpPrefix.parse(NODE_IP + "/24"))
                        .withNat(NatRole.OUTSIDE));
        List<RouteConfig> routes = new ArrayList<>();
        List<NeighborConfig> neighbors = new ArrayList<>();
        String[] pods = {CLIENT_IP, FIRST_IP, SECOND_IP};
        for (int i = 0; i < pods.length; i++) {
            String name = interfaces.get(i).name();
            routes.add(RouteConfig.forward(0, IpPrefix.parse(pods[i] + "/32"), NextHop.onLink(name)));
            neighbors.add(NeighborConfig.of(name, IpAddress.parse(pods[i]), MacAddress.parse(PEER_MAC)));
        }
        IpAddress router = IpAddress.parse("192.168.16.254");
        routes.add(RouteConfig.forward(0, IpPrefix.ANY_IPV4, NextHop.via("uplink", router)));
        neighbors.add(NeighborConfig.of("uplink", router, MacAddress.parse(PEER_MAC)));
        return new SwitchConfig(interfaces, routes, neighbors, List.of(), nat, List.of(), 0);
    }

    static TcpBuilder tcp(String from, int fromPort, String to, int toPort, int flags) {
        return Packets.tcp()
                .srcMac(PEER_MAC)
                .dstMac(SWITCH_MAC)
                .src(from, fromPort)
                .dst(to, toPort)
                .flags(flags);
    }

    static UdpBuilder udp(String from, int fromPort, String to, int toPort) {
        return Packets.udp()
                .srcMac(PEER_MAC)
                .dstMac(SWITCH_MAC)
                .src(from, fromPort)
                .dst(to, toPort)
                .payload("question");
    }

    void apply(NatConfig nat) {
        vswitch.apply(config(nat));
    }

    /** Sends a frame in by a device and returns what leaves by another. */
    List<byte[]> pass(BufferDevice from, byte[] frame, BufferDevice to) {
        from.put(frame);
        run();
        return to.take();
    }

    /** As {@link #pass}, for the one frame that is expected. */
    byte[] passOne(BufferDevice from, byte[] frame, BufferDevice to) {
        List<byte[]> left = pass(from, frame, to);
        assertThat(left).as("frames that left").hasSize(1);
        return left.getFirst();
    }

    void run() {
        while (vswitch.runOnce() > 0) {
            assertConserved();
        }
        assertConserved();
    }

    void advanceSeconds(long seconds) {
        nowNanos += seconds * 1_000_000_000L;
        run();
        run();
    }

    void advanceMillis(long millis) {
        nowNanos += millis * 1_000_000L;
    }

    long ticks() {
        return nowNanos / 100_000_000L;
    }

    BufferDevice device(int index) {
        return switch (index) {
            case CLIENT -> client;
            case FIRST -> first;
            case SECOND -> second;
            default -> uplink;
        };
    }

    int sessions() {
        return vswitch.nat().sessions().table().size();
    }

    private void assertConserved() {
        Counters counters = vswitch.counters();
        assertThat(counters.framesReceived() + counters.framesOriginated())
                .as("received + made = sent + dropped + taken + held")
                .isEqualTo(
                        counters.framesSent() + counters.drops() + counters.framesDelivered() + vswitch.framesHeld());
        assertThat(vswitch.pool().inUse()).as("frames in use").isEqualTo(vswitch.framesHeld());
    }

    @Override
    public void close() {
        vswitch.close();
    }
}
