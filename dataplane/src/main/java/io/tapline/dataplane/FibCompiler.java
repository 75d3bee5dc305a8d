// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.Adjacencies;
import io.tapline.dataplane.table.Dpo;
import io.tapline.dataplane.table.Ip4Trie;
import io.tapline.dataplane.table.LoadBalances;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns interfaces' addresses, routes and static neighbours into forwarding tables.
 *
 * <p>Per table, from weakest to strongest: each subnet is on its link; each static neighbour in a subnet is a host
 * route; each of the switch's addresses is local; each configured route. Recursive paths follow the longest route to
 * their gateway in the same table.
 */
final class FibCompiler {
    /** Forwarding tables with what they refer to. */
    record Result(Ip4Trie[] tries, Adjacencies adjacencies, LoadBalances loadBalances) {}

    private record Link(int interfaceIndex, int gateway) {
        private static final int SPREAD = 0x9e37_79b1;

        /**
         * Interfaces and addresses are often numbered alike; the hash of a record would put 32 of them in one place.
         */
        @Override
        public int hashCode() {
            return interfaceIndex * SPREAD + gateway;
        }
    }

    private static final int RECURSION_LIMIT = 8;

    private final SwitchConfig config;
    private final Map<String, InterfaceConfig> interfaces;
    private final Adjacencies adjacencies = new Adjacencies();
    private final LoadBalances loadBalances = new LoadBalances();
    private final Map<Link, NeighborConfig> neighbors = new LinkedHashMap<>();
    private final Map<Link, Integer> adjacencyIndexes = new HashMap<>();
    private final Map<Integer, Map<IpPrefix, Integer>> tables = new HashMap<>();
    private final Map<Integer, Map<IpPrefix, RouteConfig>> configured = new HashMap<>();
    private final Set<Integer> takenNumbers = new HashSet<>();
    private int nextNumber;

    private FibCompiler(SwitchConfig config, Map<String, InterfaceConfig> interfaces) {
        this.config = config;
        this.interfaces = interfaces;
    }

    /**
     * Compiles the tables.
     *
     * @param interfaces those of {@code config} by name
     * @param before tables of a generation before, for those with the same routes to be shared
     */
    static Result compile(SwitchConfig config, Map<String, InterfaceConfig> interfaces, Ip4Trie[] before) {
        FibCompiler compiler = new FibCompiler(config, interfaces);
        compiler.addNeighbors();
        compiler.addConnected();
        compiler.addRoutes();
        return new Result(compiler.tries(before), compiler.adjacencies, compiler.loadBalances);
    }

    private void addNeighbors() {
        for (NeighborConfig neighbor : config.neighbors()) {
            InterfaceConfig iface = interfaceNamed(neighbor.device(), "neighbour " + neighbor.address());
            if (!neighbor.address().isIpv4()) {
                continue;
            }
            Link link = new Link(iface.index(), neighbor.address().ipv4());
            if (neighbors.put(link, neighbor) != null) {
                throw new ConfigException(
                        "neighbour " + neighbor.address() + " on " + neighbor.device() + " is given twice");
            }
            if (neighbor.adjacencyNumber() >= 0 && !takenNumbers.add(neighbor.adjacencyNumber())) {
                throw new ConfigException("neighbour " + neighbor.address() + " on " + neighbor.device()
                        + ": adjacency number " + neighbor.adjacencyNumber() + " is taken");
            }
        }
    }

    private void addConnected() {
        for (InterfaceConfig iface : config.interfaces()) {
            for (IpPrefix prefix : iface.addresses()) {
                if (prefix.isIpv4() && prefix.length() < 32) {
                    table(iface.table()).put(prefix.network(), glean(iface));
                }
            }
        }
        for (NeighborConfig neighbor : neighbors.values()) {
            InterfaceConfig iface = interfaceNamed(neighbor.device(), "neighbour " + neighbor.address());
            boolean inSubnet = iface.addresses().stream().anyMatch(prefix -> prefix.contains(neighbor.address()));
            if (inSubnet) {
                table(iface.table()).put(IpPrefix.host(neighbor.address()), neighborDpo(iface, neighbor.address()));
            }
        }
        for (InterfaceConfig iface : config.interfaces()) {
            for (IpPrefix prefix : iface.addresses()) {
                if (prefix.isIpv4()) {
                    table(iface.table()).put(IpPrefix.host(prefix.address()), Dpo.of(Dpo.LOCAL, iface.index()));
                }
            }
        }
    }

    private void addRoutes() {
        for (RouteConfig route : config.routes()) {
            if (!route.prefix().isIpv4()) {
                continue;
            }
            Map<IpPrefix, RouteConfig> routes = configured.computeIfAbsent(route.table(), t -> new HashMap<>());
            if (routes.put(route.prefix(), route) != null) {
                throw new ConfigException(name(route) + " is given twice; list all next hops in one route");
            }
        }
        for (RouteConfig route : config.routes()) {
            if (route.prefix().isIpv4()) {
                table(route.table()).put(route.prefix(), resolve(route, 0));
            }
        }
    }

    private int resolve(RouteConfig route, int depth) {
        if (depth > RECURSION_LIMIT) {
            throw new ConfigException(name(route) + ": its gateways refer to one another; give an interface");
        }
        return switch (route.target()) {
            case RouteConfig.Drop drop -> Dpo.DROP;
            case RouteConfig.Local local -> Dpo.of(Dpo.LOCAL, 0);
            case RouteConfig.LookupIn lookup -> lookupIn(route, lookup.table());
            case RouteConfig.Forward forward -> forward(route, forward, depth);
        };
    }

    private int lookupIn(RouteConfig route, int table) {
        if (table < 0 || table > RouteConfig.MAX_TABLE) {
            throw new ConfigException(
                    name(route) + ": table " + table + " to look up in is outside 0.." + RouteConfig.MAX_TABLE);
        }
        table(table);
        return Dpo.of(Dpo.LOOKUP, table);
    }

    private int forward(RouteConfig route, RouteConfig.Forward forward, int depth) {
        int[] paths = new int[forward.hops().size()];
        int[] weights = new int[paths.length];
        for (int i = 0; i < paths.length; i++) {
            NextHop hop = forward.hops().get(i);
            paths[i] = hop.device().isPresent() ? direct(route, hop) : recursive(route, hop, depth);
            weights[i] = hop.weight();
        }
        if (paths.length == 1) {
            return paths[0];
        }
        if (paths.length > 64) {
            throw new ConfigException(name(route) + ": " + paths.length + " next hops are more than 64");
        }
        return Dpo.of(Dpo.LOAD_BALANCE, loadBalances.add(paths, weights, number(route.objectNumber())));
    }

    private int direct(RouteConfig route, NextHop hop) {
        InterfaceConfig iface = interfaceNamed(hop.device().orElseThrow(), name(route));
        if (hop.gateway().isPresent()) {
            return neighborDpo(iface, ip4(hop.gateway().get(), route));
        }
        return route.prefix().length() == 32 ? neighborDpo(iface, route.prefix().address()) : glean(iface);
    }

    private int recursive(RouteConfig route, NextHop hop, int depth) {
        IpAddress gateway = ip4(hop.gateway().orElseThrow(), route);
        @Nullable IpPrefix best = null;
        Map<IpPrefix, RouteConfig> routes = configured.getOrDefault(route.table(), Map.of());
        for (IpPrefix prefix : routes.keySet()) {
            best = longer(best, prefix, gateway);
        }
        for (IpPrefix prefix : table(route.table()).keySet()) {
            best = longer(best, prefix, gateway);
        }
        if (best == null) {
            throw new ConfigException(
                    name(route) + ": no route leads to its gateway " + gateway + "; add one or give an interface");
        }
        RouteConfig via = routes.get(best);
        Integer connected = table(route.table()).get(best);
        int target = via != null ? resolve(via, depth + 1) : connected == null ? Dpo.NO_ROUTE : connected;
        if (Dpo.kind(target) == Dpo.GLEAN) {
            target = neighborDpo(interfaceWithIndex(adjacencies.interfaceIndex(Dpo.index(target))), gateway);
        }
        int[] one = {target};
        return Dpo.of(Dpo.RECURSIVE, loadBalances.add(one, new int[] {1}, number(route.objectNumber())));
    }

    private static @Nullable IpPrefix longer(@Nullable IpPrefix best, IpPrefix candidate, IpAddress address) {
        boolean longer = best == null || candidate.length() > best.length();
        return longer && candidate.contains(address) ? candidate : best;
    }

    /** The way to one neighbour: a finished rewrite when it is static, else ARP has to find it. */
    private int neighborDpo(InterfaceConfig iface, IpAddress address) {
        Link link = new Link(iface.index(), address.ipv4());
        NeighborConfig neighbor = neighbors.get(link);
        int index = index(
                link,
                () -> adjacencies.add(
                        iface.index(),
                        link.gateway(),
                        number(neighbor == null ? -1 : neighbor.adjacencyNumber()),
                        neighbor == null ? 0 : neighbor.mac(),
                        iface.mac()));
        return Dpo.of(neighbor == null ? Dpo.GATEWAY : Dpo.ADJACENCY, index);
    }

    private int index(Link link, Supplier<Integer> add) {
        Integer known = adjacencyIndexes.get(link);
        if (known != null) {
            return known;
        }
        int index = add.get();
        adjacencyIndexes.put(link, index);
        return index;
    }

    private int glean(InterfaceConfig iface) {
        int index =
                index(new Link(iface.index(), 0), () -> adjacencies.add(iface.index(), 0, number(-1), 0, iface.mac()));
        return Dpo.of(Dpo.GLEAN, index);
    }

    private Ip4Trie[] tries(Ip4Trie[] before) {
        int highest = 0;
        for (int table : tables.keySet()) {
            highest = Math.max(highest, table);
        }
        for (InterfaceConfig iface : config.interfaces()) {
            highest = Math.max(highest, iface.table());
        }
        Ip4Trie[] tries = new Ip4Trie[highest + 1];
        for (int i = 0; i <= highest; i++) {
            Map<IpPrefix, Integer> routes = tables.getOrDefault(i, Map.of());
            boolean same = i < before.length && before[i].holds(routes);
            tries[i] = same ? before[i] : routes.isEmpty() ? Ip4Trie.EMPTY : new Ip4Trie(routes);
        }
        return tries;
    }

    private int number(int pinned) {
        if (pinned >= 0) {
            return pinned;
        }
        while (!takenNumbers.add(nextNumber)) {
            nextNumber++;
        }
        return nextNumber;
    }

    private Map<IpPrefix, Integer> table(int number) {
        return tables.computeIfAbsent(number, n -> new LinkedHashMap<>());
    }

    private InterfaceConfig interfaceNamed(String device, String object) {
        InterfaceConfig iface = interfaces.get(device);
        if (iface == null) {
            throw new ConfigException(object + ": there is no interface named " + device);
        }
        return iface;
    }

    private InterfaceConfig interfaceWithIndex(int index) {
        return config.interfaces().stream()
                .filter(i -> i.index() == index)
                .findFirst()
                .orElseThrow();
    }

    private static IpAddress ip4(IpAddress gateway, RouteConfig route) {
        if (!gateway.isIpv4()) {
            throw new ConfigException(name(route) + ": gateway " + gateway + " is not an IPv4 address");
        }
        return gateway;
    }

    private static String name(RouteConfig route) {
        return "route " + route.prefix() + " in table " + route.table();
    }
}
