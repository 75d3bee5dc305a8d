// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.control.ipam.AddressPlan;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.Senders;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodePlannerTest {
    private static final NodeSettings SETTINGS = NodeSettings.of(AddressPlan.DEFAULT.node(1), 1450);
    private static final PlannedPod WEB =
            new PlannedPod("shop/web", IpAddress.parse("10.1.1.2"), 2, "eth0", PlannedPod.mac("0123456789ab", "eth0"));

    private static final Uplink UPLINK = new Uplink(
            "eth0",
            0x0200_0000_0001L,
            1500,
            List.of(IpPrefix.parse("192.168.16.1/24")),
            List.of(
                    new Uplink.Route(IpPrefix.ANY_IPV4, Optional.of(IpAddress.parse("192.168.16.254")), true),
                    new Uplink.Route(IpPrefix.parse("192.168.16.0/24"), Optional.empty(), true),
                    new Uplink.Route(IpPrefix.parse("192.0.2.0/24"), Optional.empty(), false)));

    @Test
    void keepsPodsAndHostInTwoTablesThatLeadToEachOther() {
        NodePlan plan = new NodePlanner(SETTINGS).plan(List.of(WEB), AccessPlan.OPEN);
        assertThat(plan.config().interfaces())
                .extracting(InterfaceConfig::table)
                .containsExactly(0, 1);
        assertThat(plan.config().routes())
                .contains(
                        lookup(0, "10.1.0.0/16", 1),
                        lookup(0, "172.30.0.0/16", 1),
                        lookup(1, "0.0.0.0/0", 0),
                        lookup(1, "172.30.1.0/24", 0),
                        RouteConfig.of(1, IpPrefix.parse("10.1.0.0/16"), new RouteConfig.Drop()));
    }

    @Test
    void hasOneTableInTheGuidesWay() {
        NodeSettings guide = SETTINGS.withTables(NodeSettings.Tables.SINGLE);
        NodePlan plan = new NodePlanner(guide).plan(List.of(WEB), AccessPlan.OPEN);
        assertThat(plan.config().routes()).noneMatch(route -> route.target() instanceof RouteConfig.LookupIn);
        assertThat(plan.config().interfaces())
                .extracting(InterfaceConfig::table)
                .containsOnly(0);
    }

    @Test
    void letsAPodSendWithItsOwnAddressesOnly() {
        NodePlan plan = new NodePlanner(SETTINGS).plan(List.of(WEB), AccessPlan.OPEN);
        InterfaceConfig pod = plan.config().interfaces().getLast();
        assertThat(pod.senders()).isEqualTo(Senders.of(WEB.mac(), IpPrefix.parse("10.1.1.2/32")));
        assertThat(plan.config().interfaces().getFirst().senders().isAny()).isTrue();
    }

    @Test
    void isAcceptedByTheSwitch() {
        try (Switch vswitch = new Switch(SwitchLimits.SMALL, () -> 0)) {
            NodeSettings settings = SETTINGS.withHostAddresses(List.of(IpAddress.parse("192.0.2.7")));
            vswitch.apply(new NodePlanner(settings)
                    .plan(List.of(WEB), AccessPlan.OPEN)
                    .config());
            assertThat(vswitch.generation().config().interfaces()).hasSize(2);
        }
    }

    @Test
    void sharesTheUplinkWithTheHost() {
        NodeSettings settings = SETTINGS.withHostAddresses(List.of(IpAddress.parse("192.168.16.1")))
                .withUplink(Optional.of(UPLINK));
        NatMapping hostPort = mapping("192.168.16.1", 8088, NatMapping.Audience.ANY);
        NatMapping nodePort = mapping("192.168.16.1", 30_080, NatMapping.Audience.EXTERNAL);
        NatMapping balancer = mapping("203.0.113.1", 80, NatMapping.Audience.EXTERNAL);
        NatMapping cluster = mapping("10.96.0.1", 443, NatMapping.Audience.ANY);
        List<NatMapping> services = List.of(hostPort, nodePort, balancer, cluster);
        NodePlan plan = new NodePlanner(settings).plan(List.of(WEB), AccessPlan.OPEN, services, List.of(31_999));

        UplinkShare share = plan.uplink().orElseThrow();
        assertThat(share.ports())
                .contains(new UplinkShare.Ports(6, 8088, 8088, false), new UplinkShare.Ports(17, 61_000, 65_534, true))
                .hasSize(7);
        assertThat(share.serviceAddresses()).containsExactly(IpAddress.parse("203.0.113.1"));
        assertThat(share.kept()).containsExactly(31_999);
        assertThat(plan.config().routes())
                .contains(
                        RouteConfig.forward(
                                0, IpPrefix.ANY_IPV4, NextHop.via("eth0", IpAddress.parse("192.168.16.254"))),
                        RouteConfig.forward(0, IpPrefix.parse("192.168.16.0/24"), NextHop.onLink("eth0")),
                        RouteConfig.forward(
                                0, IpPrefix.parse("192.0.2.0/24"), NextHop.via("tap0", IpAddress.parse("172.30.1.2"))),
                        lookup(2, "0.0.0.0/0", 0),
                        RouteConfig.of(2, IpPrefix.parse("203.0.113.1/32"), new RouteConfig.Local()));
        try (Switch vswitch = new Switch(SwitchLimits.DEFAULT, () -> 0)) {
            assertThat(vswitch.apply(plan.config()).number()).isEqualTo(1);
        }
        assertThat(settings.tablesByPrefix())
                .containsEntry(IpPrefix.ANY_IPV4, 2)
                .containsEntry(IpPrefix.parse("192.168.16.1/32"), 0)
                .containsEntry(IpPrefix.parse("192.0.2.0/24"), 0)
                .containsEntry(IpPrefix.parse("10.1.0.0/16"), 1);
    }

    private static NatMapping mapping(String address, int port, NatMapping.Audience audience) {
        return NatMapping.of(IpAddress.parse(address), port, 6, List.of()).withAudience(audience);
    }

    @Test
    void refusesPortsAndTablesThatCannotBeToldApart() {
        assertThatThrownBy(() -> new UplinkPorts(new PortRange(30_000, 32_767), new PortRange(32_000, 40_000)))
                .hasMessageContaining("ports 32000-40000 for source NAT overlap node ports 30000-32767");
        assertThatThrownBy(() -> new NodeSettings.Tables(0, 1, 1))
                .hasMessageStartingWith("table 1 of the uplink must be another");
    }

    @Test
    void wiresAPodBehindAVirtualGateway() {
        DeviceWiring wiring = new NodePlanner(SETTINGS).podWiring(WEB);
        assertThat(wiring.addresses()).containsExactly(IpPrefix.parse("10.1.1.2/32"));
        assertThat(wiring.routes().getFirst().destination()).isEqualTo(IpPrefix.parse("10.1.1.1/32"));
        assertThat(wiring.routes().getLast().gateway()).contains(IpAddress.parse("10.1.1.1"));
        assertThat(wiring.neighbors())
                .containsExactly(new DeviceWiring.Neighbor(IpAddress.parse("10.1.1.1"), WEB.switchMac()));
    }

    @Test
    void derivesHardwareAddressesFromContainerAndDevice() {
        assertThat(WEB.mac()).isEqualTo(PlannedPod.mac("0123456789ab", "eth0"));
        assertThat(WEB.mac()).isNotEqualTo(PlannedPod.mac("0123456789ab", "eth1"));
        assertThat(WEB.mac() >>> 32).isEqualTo(0x02fe);
        assertThat(WEB.mac() ^ WEB.switchMac()).isEqualTo(0xffff_ffffL);
    }

    private static RouteConfig lookup(int table, String prefix, int in) {
        return RouteConfig.of(table, IpPrefix.parse(prefix), new RouteConfig.LookupIn(in));
    }
}
