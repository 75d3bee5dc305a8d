// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.control.node.AccessPlan;
import io.tapline.control.node.DeviceWiring;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.node.NodeSettings;
import io.tapline.control.node.PlannedPod;
import io.tapline.control.node.PolicyAccess;
import io.tapline.control.policy.PolicySettings;
import io.tapline.control.service.ServicePlanner;
import io.tapline.control.service.ServiceScope;
import io.tapline.control.service.ServiceScope.Tables;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the switch of a node holds: what an agent would plan for it, a port to the other nodes in place of an overlay,
 * and a port to the world.
 */
final class OfflineWiring {
    private static final String OVERLAY = "overlay";
    private static final String UPLINK = "uplink";
    private static final long OVERLAY_MAC = 0x0254_0000_0000L;
    private static final long UPLINK_MAC = 0x0254_0100_0000L;
    private static final long WORLD_MAC = 0x0254_0200_0000L;

    private final Site site;
    private final NodeSettings settings;
    private final List<PlannedPod> planned = new ArrayList<>();
    private final Map<Integer, ObjectRef> attached = new HashMap<>();
    private final Map<IpAddress, Integer> ports = new HashMap<>();
    private final Map<Integer, DeviceWiring> devices = new HashMap<>();
    private final NodePlanner planner;
    private final SwitchConfig config;

    /**
     * A node among others.
     *
     * @param id counts from 1
     * @param hosts addresses of its host
     * @param pods those on it that have addresses
     * @param remote addresses of other nodes' hosts and pods, with the numbers of these nodes
     */
    record Site(
            String name, int id, Layout layout, List<IpAddress> hosts, List<Pod> pods, Map<IpAddress, Integer> remote) {
        List<IpAddress> hostIpv4() {
            return hosts.stream().filter(IpAddress::isIpv4).toList();
        }
    }

    OfflineWiring(Site site, Intent intent, Optional<HostPolicies> hosts) {
        this.site = site;
        this.settings = site.layout().settings(site.id(), site.hostIpv4());
        this.planner = new NodePlanner(settings);
        devices.put(NodePlanner.HOST_INTERFACE, planner.hostWiring());
        site.hosts().forEach(address -> ports.putIfAbsent(address, NodePlanner.HOST_INTERFACE));
        site.pods().forEach(this::attach);
        config = joined(intent, hosts);
    }

    /** Gives a pod an interface; where two have the same address, it leads to the first. */
    private void attach(Pod pod) {
        int index = NodePlanner.FIRST_POD_INTERFACE + planned.size();
        pod.addresses().forEach(address -> ports.putIfAbsent(address, index));
        IpAddress address = pod.addresses().stream()
                .filter(own -> own.isIpv4() && Integer.valueOf(index).equals(ports.get(own)))
                .findFirst()
                .orElseGet(() -> Layout.withoutIpv4(index));
        String name = pod.ref().qualifiedName();
        PlannedPod plan = new PlannedPod(name, address, index, "eth0", PlannedPod.mac(name, "eth0"));
        planned.add(plan);
        attached.put(index, pod.ref());
        devices.put(index, planner.podWiring(plan));
    }

    private SwitchConfig joined(Intent intent, Optional<HostPolicies> hosts) {
        PolicyAccess access = new PolicyAccess(PolicySettings.of(site.name())
                .withNatLoopbacks(List.of(settings.addresses().natLoopback()))
                .withHostAddresses(
                        Stream.concat(Stream.of(settings.addresses().host().address()), site.hosts().stream())
                                .toList())
                .withHosts(hosts));
        ServicePlanner services =
                new ServicePlanner(new ServiceScope(site.name(), "", settings.hostAddresses(), 1, tables()));
        intent.objects().forEach(object -> {
            access.apply(new IntentChange.Put(object));
            services.accept(new IntentChange.Put(object));
        });
        AccessPlan lists = access.plan(attached, Set.of(overlay(), uplink()));
        SwitchConfig plan =
                planner.plan(planned, lists, services.plan().mappings()).config();
        return new SwitchConfig(
                interfaces(plan, lists),
                routes(plan),
                neighbors(plan),
                plan.acls(),
                plan.nat(),
                plan.endpoints(),
                plan.firstAclSession());
    }

    /** What comes from other nodes, their hosts included, is looked up in the pods' table. */
    private Tables tables() {
        IpPrefix pods = settings.addresses().plan().pods();
        Map<IpPrefix, Integer> byPrefix = new HashMap<>();
        byPrefix.put(pods, settings.tables().pod());
        site.remote().keySet().stream()
                .filter(address -> address.isIpv4() && !pods.contains(address))
                .forEach(address ->
                        byPrefix.put(IpPrefix.host(address), settings.tables().pod()));
        return new Tables(pods, byPrefix, settings.tables().main());
    }

    private List<InterfaceConfig> interfaces(SwitchConfig plan, AccessPlan lists) {
        List<InterfaceConfig> interfaces = new ArrayList<>(plan.interfaces());
        interfaces.add(InterfaceConfig.of(
                        overlay(),
                        OVERLAY,
                        overlayMac(site.id()),
                        settings.addresses().vxlan())
                .withOwner("other nodes")
                .withTable(settings.tables().pod())
                .withAcls(lists.of(overlay()).input(), lists.of(overlay()).output())
                .withNat(NatRole.BOTH));
        interfaces.add(InterfaceConfig.of(
                        uplink(),
                        UPLINK,
                        UPLINK_MAC | site.id(),
                        settings.addresses().interconnect())
                .withOwner("the world")
                .withTable(settings.tables().main())
                .withAcls(lists.of(uplink()).input(), lists.of(uplink()).output())
                .withNat(NatRole.OUTSIDE));
        return interfaces;
    }

    private List<RouteConfig> routes(SwitchConfig plan) {
        List<RouteConfig> routes = new ArrayList<>(plan.routes());
        int main = settings.tables().main();
        routes.removeIf(route -> route.table() == main && route.prefix().equals(IpPrefix.ANY_IPV4));
        routes.add(RouteConfig.forward(main, IpPrefix.ANY_IPV4, NextHop.via(UPLINK, Layout.world())));
        IpPrefix pods = settings.addresses().plan().pods();
        site.remote().forEach((address, node) -> {
            if (address.isIpv4() && !ports.containsKey(address)) {
                int table = pods.contains(address) ? settings.tables().pod() : main;
                routes.add(remote(table, address, node));
            }
        });
        // The answers to clients that another node's NAT hides.
        site.remote().values().stream()
                .distinct()
                .forEach(node -> routes.add(remote(main, Layout.natLoopback(node), node)));
        return routes;
    }

    private static RouteConfig remote(int table, IpAddress address, int node) {
        return RouteConfig.forward(table, IpPrefix.host(address), NextHop.via(OVERLAY, Layout.overlay(node)));
    }

    private List<NeighborConfig> neighbors(SwitchConfig plan) {
        List<NeighborConfig> neighbors = new ArrayList<>(plan.neighbors());
        // In the place of ARP, which would need a host that answers.
        neighbors.add(NeighborConfig.of(
                NodePlanner.HOST_INTERFACE_NAME,
                settings.addresses().host().address(),
                station(NodePlanner.HOST_INTERFACE)));
        neighbors.add(NeighborConfig.of(UPLINK, Layout.world(), WORLD_MAC));
        site.remote().values().stream()
                .distinct()
                .forEach(node -> neighbors.add(NeighborConfig.of(OVERLAY, Layout.overlay(node), overlayMac(node))));
        return neighbors;
    }

    private static long overlayMac(int node) {
        return OVERLAY_MAC | node;
    }

    SwitchConfig config() {
        return config;
    }

    /** Index of the port to the other nodes. */
    int overlay() {
        return NodePlanner.FIRST_POD_INTERFACE + planned.size();
    }

    /** Index of the port to the world. */
    int uplink() {
        return overlay() + 1;
    }

    /** The ports behind which addresses are. */
    Map<IpAddress, Integer> ports() {
        return ports;
    }

    /** MAC address of the station behind a port. */
    long station(int port) {
        DeviceWiring device = devices.get(port);
        return device == null ? WORLD_MAC : device.mac();
    }

    /** Everything about the node for whoever builds it. */
    NodeWiring wiring() {
        IpPrefix uplink = settings.addresses().interconnect();
        DeviceWiring world = new DeviceWiring(
                "world0",
                WORLD_MAC,
                settings.mtu(),
                List.of(new IpPrefix(Layout.world(), uplink.length())),
                List.of(new DeviceWiring.Route(IpPrefix.ANY_IPV4, Optional.of(uplink.address()))),
                List.of());
        return new NodeWiring(site.name(), config, devices, ports, overlay(), uplink(), world);
    }
}
