// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.control.ipam.NodeAddresses;
import io.tapline.dataplane.config.EndpointName;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.Senders;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Wires a node as Contiv/VPP does. Each pod hangs on a TAP of its own, has a host route and a static neighbour, and
 * sends everything to a virtual gateway; the host hangs on another TAP and is found by ARP. From a pod's interface
 * nobody may send but the pod with its own addresses.
 *
 * <p>There are two forwarding tables. The pods' table knows pods, drops what belongs to no pod or node there is, and
 * leaves the rest to the main table; that knows the host, and leaves pods to the pods' table. With an uplink there is a
 * third, of what comes in there; see {@link UplinkPlanner}.
 */
public final class NodePlanner {
    /** Index of the interface to the host. */
    public static final int HOST_INTERFACE = 1;
    /** Name of the interface to the host. */
    public static final String HOST_INTERFACE_NAME = "tap0";
    /** Lowest index of an interface to a pod. */
    public static final int FIRST_POD_INTERFACE = 2;
    /** Index of the interface to the uplink. */
    public static final int UPLINK_INTERFACE = UplinkPlanner.INTERFACE;

    private static final long SWITCH_HOST_PREFIX = 0x343c_0000_0000L;
    private static final long HOST_PREFIX = 0x363c_0000_0000L;

    private final NodeSettings settings;
    private final NodeAddresses addresses;
    private final Optional<UplinkPlanner> uplink;

    /** A planner for one node. */
    public NodePlanner(NodeSettings settings) {
        this.settings = settings;
        this.addresses = settings.addresses();
        this.uplink = settings.uplink().map(device -> new UplinkPlanner(settings, device));
    }

    /** The plan for a node with these pods, in any order, and no services. */
    public NodePlan plan(List<PlannedPod> pods, AccessPlan access) {
        return plan(pods, access, List.of(), List.of());
    }

    /** The plan for a node with these pods and mappings of services, and no health checks. */
    public NodePlan plan(List<PlannedPod> pods, AccessPlan access, List<NatMapping> services) {
        return plan(pods, access, services, List.of());
    }

    /**
     * The plan for a node with these pods, in any order.
     *
     * @param services mappings of the services' addresses
     * @param healthPorts TCP ports of the node on which the host answers load balancers' health checks
     */
    public NodePlan plan(
            List<PlannedPod> pods, AccessPlan access, List<NatMapping> services, List<Integer> healthPorts) {
        Optional<UplinkShare> share =
                settings.uplink().map(device -> UplinkShare.of(device, settings.uplinkPorts(), services, healthPorts));
        List<InterfaceConfig> interfaces = new ArrayList<>();
        List<RouteConfig> routes = new ArrayList<>(tableRoutes());
        List<NeighborConfig> neighbors = new ArrayList<>();
        List<EndpointName> endpoints = new ArrayList<>();
        interfaces.add(hostInterface(access.of(HOST_INTERFACE)));
        endpoints.add(new EndpointName(addresses.host().address(), "host"));
        settings.hostAddresses().forEach(address -> endpoints.add(new EndpointName(address, "host")));
        for (PlannedPod pod : pods) {
            interfaces.add(podInterface(pod, access.of(pod.interfaceIndex())));
            routes.add(RouteConfig.forward(
                    settings.tables().pod(), IpPrefix.host(pod.address()), NextHop.onLink(pod.interfaceName())));
            neighbors.add(NeighborConfig.of(pod.interfaceName(), pod.address(), pod.mac()));
            endpoints.add(new EndpointName(pod.address(), pod.name()));
        }
        uplink.ifPresent(planner -> interfaces.add(planner.interfaceConfig(access.of(UPLINK_INTERFACE))));
        share.ifPresent(planned -> routes.addAll(uplink.orElseThrow().inboundRoutes(planned)));
        NatConfig nat = new NatConfig(true)
                .withMappings(services)
                .withTimeouts(settings.natTimeouts())
                .withTwiceNatPool(List.of(addresses.natLoopback()))
                .withSourceNats(uplink.map(UplinkPlanner::sourceNat).stream().toList(), List.of());
        SwitchConfig config = new SwitchConfig(interfaces, routes, neighbors, access.acls(), nat, endpoints, 0);
        return new NodePlan(config, hostWiring(), share);
    }

    /** The device of a pod, in its namespace: an address alone, and everything by way of the gateway. */
    public DeviceWiring podWiring(PlannedPod pod) {
        IpAddress gateway = addresses.gateway();
        return new DeviceWiring(
                pod.device(),
                pod.mac(),
                settings.mtu(),
                List.of(IpPrefix.host(pod.address())),
                List.of(
                        new DeviceWiring.Route(IpPrefix.host(gateway), Optional.empty()),
                        new DeviceWiring.Route(IpPrefix.ANY_IPV4, Optional.of(gateway))),
                List.of(new DeviceWiring.Neighbor(gateway, pod.switchMac())));
    }

    /** The host's device: pods and services are behind the switch. */
    public DeviceWiring hostWiring() {
        Optional<IpAddress> gateway = Optional.of(addresses.switchHost().address());
        return new DeviceWiring(
                settings.hostDevice(),
                HOST_PREFIX | addresses.id(),
                settings.mtu(),
                List.of(addresses.host()),
                List.of(
                        new DeviceWiring.Route(addresses.plan().pods(), gateway),
                        new DeviceWiring.Route(addresses.plan().services(), gateway)),
                List.of());
    }

    private InterfaceConfig hostInterface(AccessPlan.Attached lists) {
        return InterfaceConfig.of(
                        HOST_INTERFACE,
                        HOST_INTERFACE_NAME,
                        SWITCH_HOST_PREFIX | addresses.id(),
                        addresses.switchHost())
                .withOwner("host")
                .withMtu(settings.mtu())
                .withTable(settings.tables().main())
                .withAcls(lists.input(), lists.output())
                .withSenderAcls(lists.sender())
                .withNat(NatRole.BOTH);
    }

    private InterfaceConfig podInterface(PlannedPod pod, AccessPlan.Attached lists) {
        return InterfaceConfig.of(
                        pod.interfaceIndex(), pod.interfaceName(), pod.switchMac(), IpPrefix.host(addresses.gateway()))
                .withOwner("pod " + pod.name())
                .withSenders(Senders.of(pod.mac(), IpPrefix.host(pod.address())))
                .withMtu(settings.mtu())
                .withTable(settings.tables().pod())
                .withAcls(lists.input(), lists.output())
                .withSenderAcls(lists.sender())
                .withNat(NatRole.BOTH);
    }

    private List<RouteConfig> tableRoutes() {
        int main = settings.tables().main();
        int pod = settings.tables().pod();
        NextHop host = NextHop.via(HOST_INTERFACE_NAME, addresses.host().address());
        Map<IpPrefix, RouteConfig> mainRoutes = new LinkedHashMap<>();
        for (IpAddress address : settings.hostAddresses()) {
            IpPrefix prefix = IpPrefix.host(address);
            mainRoutes.put(prefix, RouteConfig.forward(main, prefix, host));
        }
        uplink.ifPresent(planner -> planner.addMainRoutes(mainRoutes, host));
        mainRoutes.putIfAbsent(IpPrefix.ANY_IPV4, RouteConfig.forward(main, IpPrefix.ANY_IPV4, host));
        List<RouteConfig> routes = new ArrayList<>(mainRoutes.values());
        routes.add(RouteConfig.of(pod, addresses.plan().pods(), new RouteConfig.Drop()));
        routes.add(RouteConfig.of(pod, addresses.plan().hosts(), new RouteConfig.Drop()));
        if (main != pod) {
            routes.add(RouteConfig.of(pod, IpPrefix.ANY_IPV4, new RouteConfig.LookupIn(main)));
            routes.add(RouteConfig.of(pod, addresses.host().network(), new RouteConfig.LookupIn(main)));
            routes.add(RouteConfig.of(main, addresses.plan().pods(), new RouteConfig.LookupIn(pod)));
            routes.add(RouteConfig.of(main, addresses.plan().hosts(), new RouteConfig.LookupIn(pod)));
        }
        return routes;
    }
}
