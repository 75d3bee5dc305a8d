// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.testkit.Packets;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import io.tapline.wire.MacAddress;
import java.util.List;

/**
 * A switch between a host (172.30.1.2, found by ARP), a client pod (10.1.1.2) and a server pod (10.1.1.3) that only TCP
 * 8080 and ICMP may reach, under a clock that the test moves. Every round ends with a check that no frame was lost.
 */
final class TestSwitch implements AutoCloseable {
    static final String SWITCH_MAC = "02:fe:00:00:00:01";
    static final String POD_MAC = "00:00:00:00:00:02";
    static final String HOST_MAC = "02:00:00:00:00:99";
    static final int HOST = 1;
    static final int CLIENT = 2;
    static final int SERVER = 3;

    final BufferDevice host = new BufferDevice();
    final BufferDevice client = new BufferDevice();
    final BufferDevice server = new BufferDevice();
    final Switch vswitch;
    private long nowNanos = 1_000_000_000L;

    TestSwitch() {
        this(SwitchLimits.SMALL);
    }

    TestSwitch(SwitchLimits limits) {
        vswitch = new Switch(limits, () -> nowNanos);
        vswitch.apply(config(serverRules(8080)));
        vswitch.attach(HOST, host);
        vswitch.attach(CLIENT, client);
        vswitch.attach(SERVER, server);
    }

    static List<AclRule> serverRules(int port) {
        IpPrefix any = IpPrefix.ANY_IPV4;
        return List.of(
                AclRule.toPorts(AclAction.PERMIT, any, any, Ipv4.PROTOCOL_TCP, PortRange.of(port)),
                AclRule.toPorts(AclAction.PERMIT, any, any, Ipv4.PROTOCOL_ICMP, PortRange.ANY));
    }

    static SwitchConfig config(List<AclRule> serverRules) {
        long mac = MacAddress.parse(SWITCH_MAC);
        AclRule reflect = AclRule.any(AclAction.PERMIT_REFLECT, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4);
        IpPrefix gateway = IpPrefix.parse("10.1.1.1/32");
        List<InterfaceConfig> interfaces = List.of(
                InterfaceConfig.of(HOST, "tap0", mac, IpPrefix.parse("172.30.1.1/24"))
                        .withNat(NatRole.BOTH),
                InterfaceConfig.of(CLIENT, "tap1", mac, gateway)
                        .withAcls(List.of(0), List.of(2))
                        .withNat(NatRole.OUTSIDE),
                InterfaceConfig.of(SERVER, "tap2", mac, gateway)
                        .withAcls(List.of(0), List.of(1))
                        .withNat(NatRole.BOTH));
        List<RouteConfig> routes = List.of(
                RouteConfig.forward(0, IpPrefix.parse("10.1.1.2/32"), NextHop.onLink("tap1")),
                RouteConfig.forward(0, IpPrefix.parse("10.1.1.3/32"), NextHop.onLink("tap2")));
        List<NeighborConfig> neighbors = List.of(
                NeighborConfig.of("tap1", IpAddress.parse("10.1.1.2"), MacAddress.parse(POD_MAC)),
                NeighborConfig.of("tap2", IpAddress.parse("10.1.1.3"), MacAddress.parse(POD_MAC)));
        List<AclConfig> acls = List.of(
                new AclConfig(0, "reflection", List.of(reflect)),
                new AclConfig(1, "server", serverRules),
                new AclConfig(2, "client: nothing but replies", List.of()));
        return new SwitchConfig(interfaces, routes, neighbors, acls, new NatConfig(true), List.of(), 0);
    }

    /** A segment from one pod to another, as it comes in from the sender. */
    static byte[] tcp(String source, int from, String destination, int to, int flags) {
        return Packets.tcp()
                .srcMac(POD_MAC)
                .dstMac(SWITCH_MAC)
                .src(source, from)
                .dst(destination, to)
                .flags(flags)
                .bytes();
    }

    /** A datagram from one pod to another, as it comes in from the sender. */
    static byte[] udp(String source, int from, String destination, int to) {
        return Packets.udp()
                .srcMac(POD_MAC)
                .dstMac(SWITCH_MAC)
                .src(source, from)
                .dst(destination, to)
                .bytes();
    }

    /** Whether a frame of the client comes out at the server. */
    boolean reachesServer(byte[] frame) {
        client.put(frame);
        run();
        return !server.take().isEmpty();
    }

    /** Whether a frame of the server comes out at the client. */
    boolean reachesClient(byte[] frame) {
        server.put(frame);
        run();
        return !client.take().isEmpty();
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

    void assertConserved() {
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
