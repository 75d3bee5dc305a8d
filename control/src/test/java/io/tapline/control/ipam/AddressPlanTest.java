// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressPlanTest {
    private static final IpPrefix SERVICES = IpPrefix.parse("10.96.0.0/12");

    @Test
    void cutsAsTheGuidesDo() {
        NodeAddresses node = AddressPlan.DEFAULT.node(7);
        assertThat(node.pods()).hasToString("10.1.7.0/24");
        assertThat(node.gateway()).hasToString("10.1.7.1");
        assertThat(node.natLoopback()).hasToString("10.1.7.254");
        assertThat(node.switchHost()).hasToString("172.30.7.1/24");
        assertThat(node.host()).hasToString("172.30.7.2/24");
        assertThat(node.interconnect()).hasToString("192.168.16.7/24");
        assertThat(node.vxlan()).hasToString("192.168.30.7/24");
        assertThat(node.maxPods()).isEqualTo(252);
    }

    @Test
    void cutsAllFromOnePrefix() {
        AddressPlan plan = AddressPlan.within(IpPrefix.parse("10.128.0.0/14"), SERVICES);
        assertThat(plan.pods()).hasToString("10.128.0.0/16");
        assertThat(plan.hosts()).hasToString("10.129.0.0/16");
        assertThat(plan.interconnect()).hasToString("10.130.0.0/23");
        assertThat(plan.vxlan()).hasToString("10.130.2.0/23");
        assertThat(plan.node(3).pods()).hasToString("10.128.1.128/25");
        assertThat(plan.maxNodes()).isEqualTo(510);
    }

    @Test
    void givesEachNodeItsOwnPart() {
        AddressPlan plan = AddressPlan.within(IpPrefix.parse("10.128.0.0/14"), SERVICES);
        Set<IpAddress> seen = new HashSet<>();
        for (int id = 1; id <= plan.maxNodes(); id++) {
            NodeAddresses node = plan.node(id);
            assertThat(seen.add(node.gateway())).isTrue();
            assertThat(seen.add(node.host().address())).isTrue();
            assertThat(seen.add(node.interconnect().address())).isTrue();
            assertThat(plan.pods().contains(node.gateway())).isTrue();
            assertThat(plan.interconnect().contains(node.interconnect().address()))
                    .isTrue();
        }
    }

    @Test
    void givesTheLastNodePartZero() {
        AddressPlan plan = new AddressPlan(
                IpPrefix.parse("10.1.0.0/16"),
                18,
                IpPrefix.parse("172.30.0.0/16"),
                24,
                IpPrefix.parse("192.168.16.0/24"),
                IpPrefix.parse("192.168.30.0/24"),
                SERVICES);
        assertThat(plan.maxNodes()).isEqualTo(4);
        assertThat(plan.node(4).pods()).hasToString("10.1.0.0/18");
        assertThat(plan.node(1).pods()).hasToString("10.1.64.0/18");
    }

    @Test
    void refusesNodesThatDoNotFit() {
        assertThatThrownBy(() -> AddressPlan.DEFAULT.node(255))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1..254");
        assertThatThrownBy(() -> AddressPlan.DEFAULT.node(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesOverlapsAndBadLengths() {
        AddressPlan plan = AddressPlan.DEFAULT;
        assertThatThrownBy(() ->
                        new AddressPlan(plan.pods(), 24, plan.hosts(), 24, plan.pods(), plan.vxlan(), plan.services()))
                .hasMessageContaining("podSubnetCIDR 10.1.0.0/16 overlaps nodeInterconnectCIDR");
        assertThatThrownBy(() -> new AddressPlan(
                        plan.pods(), 15, plan.hosts(), 24, plan.interconnect(), plan.vxlan(), plan.services()))
                .hasMessageContaining("podSubnetOneNodePrefixLen 15");
        assertThatThrownBy(() -> AddressPlan.within(IpPrefix.parse("10.128.0.0/15"), SERVICES))
                .hasMessageContaining("at most /14");
    }
}
