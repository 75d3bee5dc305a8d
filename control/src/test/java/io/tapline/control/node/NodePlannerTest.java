// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.control.ipam.AddressPlan;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.Senders;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodePlannerTest {
    private static final NodeSettings SETTINGS = NodeSettings.of(AddressPlan.DEFAULT.node(1), 1450);
    private static final PlannedPod WEB =
            new PlannedPod("shop/web", IpAddress.parse("10.1.1.2"), 2, "eth0", PlannedPod.mac("0123456789ab", "eth0"));

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
        NodeSettings guide = new NodeSettings(SETTINGS.addresses(), 1450, 0, 0, "vpp1", List.of());
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
