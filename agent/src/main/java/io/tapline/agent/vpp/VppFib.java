// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.vpp;

import io.tapline.dataplane.NeighborView;
import io.tapline.dataplane.Page;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.vswitch.LiveSwitch;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Forwarding tables and neighbours as VPP shows them. */
final class VppFib {
    private final LiveSwitch vswitch;

    /** A line of a table. */
    private record Entry(IpPrefix prefix, List<String> paths) {}

    VppFib(LiveSwitch vswitch) {
        this.vswitch = vswitch;
    }

    private SwitchConfig config() {
        return vswitch.generation().config();
    }

    String fib(List<String> rest) {
        List<String> words = new ArrayList<>(rest);
        Optional<Integer> table = Optional.empty();
        if (words.size() >= 2 && words.getFirst().equals("table")) {
            table = Optional.of(VppCommands.number(words.get(1), RouteConfig.MAX_TABLE));
            words = words.subList(2, words.size());
        }
        Optional<IpPrefix> within = words.isEmpty() ? Optional.empty() : Optional.of(prefix(words.getFirst()));
        StringBuilder out = new StringBuilder();
        for (var entries : tables().entrySet()) {
            if (table.isEmpty() || table.get().equals(entries.getKey())) {
                append(out, entries.getKey(), entries.getValue(), within);
            }
        }
        return out.toString();
    }

    private static IpPrefix prefix(String text) {
        return IpPrefix.parse(text.contains("/") ? text : text + "/32");
    }

    /** With an address, VPP shows the entry that it would take. */
    private static void append(StringBuilder out, int table, List<Entry> entries, Optional<IpPrefix> wanted) {
        out.append("ipv4-VRF:" + table + ", fib_index:" + table
                + ", flow hash:[src dst sport dport proto ] epoch:0 flags:none locks:[]\n");
        Stream<Entry> shown = wanted.map(prefix -> entries.stream()
                        .filter(entry -> entry.prefix().length() <= prefix.length()
                                && entry.prefix().contains(prefix.address()))
                        .max(Comparator.comparingInt(entry -> entry.prefix().length()))
                        .stream())
                .orElseGet(entries::stream);
        shown.forEach(entry -> {
            out.append(entry.prefix()).append("\n  unicast-ip4-chain\n");
            out.append("  [@0]: dpo-load-balance: [proto:ip4 buckets:"
                    + entry.paths().size() + "]\n");
            for (int i = 0; i < entry.paths().size(); i++) {
                out.append("    [" + i + "] ").append(entry.paths().get(i)).append('\n');
            }
        });
    }

    private Map<Integer, List<Entry>> tables() {
        Map<Integer, List<Entry>> tables = new TreeMap<>();
        for (InterfaceConfig iface : config().interfaces()) {
            for (IpPrefix address : iface.addresses()) {
                List<Entry> table = tables.computeIfAbsent(iface.table(), none -> new ArrayList<>());
                table.add(new Entry(
                        IpPrefix.host(address.address()),
                        List.of("[@2]: dpo-receive: " + address.address() + " on " + iface.name())));
                if (address.length() < 32) {
                    table.add(new Entry(address.network(), List.of("[@4]: ipv4-glean: " + iface.name())));
                }
            }
        }
        for (RouteConfig route : config().routes()) {
            tables.computeIfAbsent(route.table(), none -> new ArrayList<>())
                    .add(new Entry(route.prefix(), paths(route)));
        }
        tables.values()
                .forEach(list ->
                        list.sort(Comparator.comparing(entry -> entry.prefix().address())));
        return tables;
    }

    private List<String> paths(RouteConfig route) {
        return switch (route.target()) {
            case RouteConfig.Forward forward ->
                forward.hops().stream().map(hop -> path(route, hop)).toList();
            case RouteConfig.Local local -> List.of("[@2]: dpo-receive");
            case RouteConfig.Drop drop -> List.of("[@0]: dpo-drop ip4");
            case RouteConfig.LookupIn lookup ->
                List.of("[@1]: dst-address,unicast lookup in ipv4-VRF:" + lookup.table());
        };
    }

    private String path(RouteConfig route, NextHop hop) {
        String weight = hop.weight() == 1 ? "" : " weight " + hop.weight();
        IpAddress via = hop.gateway().orElse(route.prefix().address());
        if (hop.device().isEmpty()) {
            return "[@12]: recursive via " + via + weight;
        }
        String device = hop.device().get();
        String rewrite = config().neighbors().stream()
                .filter(neighbor ->
                        neighbor.device().equals(device) && neighbor.address().equals(via))
                .findFirst()
                .map(neighbor -> " " + rewrite(neighbor))
                .orElse("");
        int mtu = config().interfaces().stream()
                .filter(iface -> iface.name().equals(device))
                .mapToInt(InterfaceConfig::mtu)
                .findFirst()
                .orElse(0);
        return "[@5]: ipv4 via " + via + " " + device + ": mtu:" + mtu + rewrite + weight;
    }

    private String rewrite(NeighborConfig neighbor) {
        long own = config().interfaces().stream()
                .filter(iface -> iface.name().equals(neighbor.device()))
                .mapToLong(InterfaceConfig::mac)
                .findFirst()
                .orElse(0);
        return String.format("%012x%012x0800", neighbor.mac(), own);
    }

    String neighbors() {
        StringBuilder out = new StringBuilder(
                String.format("%16s%45s%8s%20s%16s%n", "Age", "IP", "Flags", "Ethernet", "Interface"));
        for (NeighborConfig neighbor : config().neighbors()) {
            line(out, "-", neighbor.address(), "S", neighbor.mac(), neighbor.device());
        }
        int from = 0;
        while (from != Page.END) {
            Page<NeighborView> page = vswitch.neighbors(from);
            for (NeighborView neighbor : page.entries()) {
                line(
                        out,
                        Integer.toString(neighbor.confirmedSecondsAgo()),
                        neighbor.address(),
                        neighbor.isResolved() ? "D" : "I",
                        neighbor.mac(),
                        neighbor.interfaceName());
            }
            from = page.next();
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String age, IpAddress address, String flags, long mac, String device) {
        out.append(String.format("%16s%45s%8s%20s%16s%n", age, address, flags, MacAddress.format(mac), device));
    }
}
