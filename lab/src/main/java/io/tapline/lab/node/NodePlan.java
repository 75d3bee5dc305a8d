// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.EndpointName;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the switch of a node must hold for its host and pods: a pure function, after Contiv/VPP's single-table design.
 * Each pod has a host route and a static neighbour; the host is found by ARP; everything that enters is reflected, what
 * leaves to an isolated pod is judged by its own list.
 */
final class NodePlan {
    /** Index of the interface to the host. */
    static final int HOST_INTERFACE = 1;
    /** Name of the interface to the host. */
    static final String HOST_INTERFACE_NAME = "tap0";
    /** The MAC address of every pod's {@code eth0}. */
    static final long POD_MAC = 2;

    private static final int REFLECTION = 0;
    private static final int GLOBAL = 1;
    private static final int FIRST_LOCAL = 2;

    /**
     * A pod as the plan sees it.
     *
     * @param name namespace and name
     * @param address its address
     * @param interfaceIndex the switch's interface to it
     * @param ingress rules for what may reach it; empty when it is not isolated
     */
    record PlannedPod(String name, IpAddress address, int interfaceIndex, Optional<List<AclRule>> ingress) {
        String interfaceName() {
            return "tap" + (interfaceIndex - HOST_INTERFACE);
        }
    }

    private NodePlan() {}

    static SwitchConfig plan(NodeAddresses addresses, List<PlannedPod> pods, int mtu) {
        List<InterfaceConfig> interfaces = new ArrayList<>();
        List<RouteConfig> routes = new ArrayList<>();
        List<NeighborConfig> neighbors = new ArrayList<>();
        List<EndpointName> endpoints = new ArrayList<>();
        List<AclConfig> acls = new ArrayList<>();
        acls.add(new AclConfig(REFLECTION, "reflection", List.of(anyToAny(AclAction.PERMIT_REFLECT, ""))));
        acls.add(new AclConfig(GLOBAL, "global", List.of(anyToAny(AclAction.PERMIT, "no egress policy"))));
        interfaces.add(InterfaceConfig.of(
                        HOST_INTERFACE,
                        HOST_INTERFACE_NAME,
                        NodeAddresses.switchMac(addresses.switchHost().address()),
                        addresses.switchHost())
                .withOwner("host")
                .withMtu(mtu)
                .withAcls(List.of(REFLECTION), List.of(GLOBAL))
                .withNat(NatRole.BOTH));
        endpoints.add(new EndpointName(addresses.host().address(), "host"));
        for (PlannedPod pod : pods) {
            int local = FIRST_LOCAL + pod.interfaceIndex() - HOST_INTERFACE - 1;
            acls.add(localTable(pod, local));
            interfaces.add(podInterface(addresses, pod, local).withMtu(mtu));
            routes.add(RouteConfig.forward(0, IpPrefix.host(pod.address()), NextHop.onLink(pod.interfaceName())));
            neighbors.add(NeighborConfig.of(pod.interfaceName(), pod.address(), POD_MAC));
            endpoints.add(new EndpointName(pod.address(), pod.name()));
        }
        return new SwitchConfig(interfaces, routes, neighbors, acls, new NatConfig(true), endpoints, 0);
    }

    private static InterfaceConfig podInterface(NodeAddresses addresses, PlannedPod pod, int local) {
        return InterfaceConfig.of(
                        pod.interfaceIndex(),
                        pod.interfaceName(),
                        NodeAddresses.switchMac(pod.address()),
                        IpPrefix.host(addresses.gateway()))
                .withOwner("pod " + pod.name())
                .withAcls(List.of(REFLECTION), List.of(local))
                .withNat(NatRole.BOTH);
    }

    private static AclConfig localTable(PlannedPod pod, int index) {
        List<AclRule> rules =
                pod.ingress().orElseGet(() -> List.of(anyToAny(AclAction.PERMIT, "no policy selects the pod")));
        return new AclConfig(index, "ingress of " + pod.name(), rules);
    }

    private static AclRule anyToAny(AclAction action, String origin) {
        return AclRule.any(action, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4).withOrigin(origin);
    }
}
