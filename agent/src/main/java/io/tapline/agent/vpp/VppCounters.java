// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.vpp;

import io.tapline.cli.Version;
import io.tapline.dataplane.Counters;
import io.tapline.dataplane.Counters.Port;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.vswitch.LiveSwitch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counters as VPP shows them. Ours never run backwards, because monitoring relies on that; clearing them only moves the
 * point that these commands count from.
 */
final class VppCounters {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Port> SHOWN =
            List.of(Port.RX_FRAMES, Port.RX_BYTES, Port.TX_FRAMES, Port.TX_BYTES, Port.DROPS, Port.RX_NO_BUFFERS);
    private static final Map<Port, String> WORDS = Map.of(
            Port.RX_FRAMES,
            "rx packets",
            Port.RX_BYTES,
            "rx bytes",
            Port.TX_FRAMES,
            "tx packets",
            Port.TX_BYTES,
            "tx bytes",
            Port.DROPS,
            "drops",
            Port.RX_NO_BUFFERS,
            "rx-miss");

    private final LiveSwitch vswitch;
    private final Map<Object, Long> cleared = new ConcurrentHashMap<>();
    private volatile long runtimeSince = System.nanoTime();

    private record PortKey(int port, Port counter) {}

    private record DropKey(int node, DropReason reason) {}

    private record CallsKey(int node) {}

    private record FramesKey(int node) {}

    VppCounters(LiveSwitch vswitch) {
        this.vswitch = vswitch;
    }

    static String version() {
        return "tapline v" + Version.number() + " on JDK " + System.getProperty("java.runtime.version") + "\n";
    }

    private long since(Object key, long now) {
        return now - cleared.getOrDefault(key, 0L);
    }

    private List<InterfaceConfig> configs() {
        return vswitch.generation().config().interfaces();
    }

    String interfaces() {
        StringBuilder out = new StringBuilder(String.format(
                "%14s%20s%9s%26s%16s%18s%n", "Name", "Idx", "State", "MTU (L3/IP4/IP6/MPLS)", "Counter", "Count"));
        out.append(String.format("%-32s%2d%9s%20s%n", "local0", 0, "down", "0/0/0/0"));
        for (InterfaceConfig iface : configs()) {
            String state = vswitch.connected().contains(iface.index()) ? "up" : "down";
            String head = String.format("%-32s%2d%9s%20s", iface.name(), iface.index(), state, iface.mtu() + "/0/0/0");
            for (Port counter : SHOWN) {
                long count = since(
                        new PortKey(iface.index(), counter), vswitch.counters().port(iface.index(), counter));
                if (count != 0) {
                    out.append(String.format("%-68s%-20s%15d%n", head, WORDS.get(counter), count));
                    head = "";
                }
            }
            out.append(head.isEmpty() ? "" : head + "\n");
        }
        return out.toString();
    }

    String addresses() {
        StringBuilder out = new StringBuilder("local0 (dn):\n");
        for (InterfaceConfig iface : configs()) {
            boolean up = vswitch.connected().contains(iface.index());
            out.append(iface.name()).append(up ? " (up):\n" : " (dn):\n");
            iface.addresses()
                    .forEach(address -> out.append("  L3 ")
                            .append(address)
                            .append(
                                    iface.table() == 0
                                            ? ""
                                            : " ip4 table-id " + iface.table() + " fib-idx " + iface.table())
                            .append('\n'));
        }
        return out.toString();
    }

    String errors() {
        StringBuilder out = new StringBuilder(String.format("%10s%25s%42s%n", "Count", "Node", "Reason"));
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            for (DropReason reason : DropReason.values()) {
                long count = since(new DropKey(node, reason), vswitch.counters().nodeDrops(node, reason));
                if (count != 0) {
                    out.append(String.format("%10d%32s%10s%s%n", count, NodeIndex.name(node), "", reason.vppText()));
                }
            }
        }
        return out.toString();
    }

    String runtime() {
        Counters counters = vswitch.counters();
        double seconds = (System.nanoTime() - runtimeSince) / NANOS_PER_SECOND;
        StringBuilder out = new StringBuilder(String.format("Time %.1f%n", seconds));
        out.append(String.format(
                "%26s%14s%16s%16s%16s%16s%n", "Name", "State", "Calls", "Vectors", "Nanos/Vector", "Vectors/Call"));
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            long calls = since(new CallsKey(node), counters.nodeCalls(node));
            long frames = since(new FramesKey(node), counters.nodeFrames(node));
            if (calls > 0) {
                out.append(String.format(
                        "%-32s%8s%16d%16d%16.1f%16.2f%n",
                        NodeIndex.name(node),
                        "active",
                        calls,
                        frames,
                        counters.nodeNanosPerFrame(node),
                        (double) frames / calls));
            }
        }
        return out.toString();
    }

    String clearInterfaces() {
        for (InterfaceConfig iface : configs()) {
            for (Port counter : Port.values()) {
                cleared.put(
                        new PortKey(iface.index(), counter), vswitch.counters().port(iface.index(), counter));
            }
        }
        return "";
    }

    String clearErrors() {
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            for (DropReason reason : DropReason.values()) {
                cleared.put(new DropKey(node, reason), vswitch.counters().nodeDrops(node, reason));
            }
        }
        return "";
    }

    String clearRuntime() {
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            cleared.put(new CallsKey(node), vswitch.counters().nodeCalls(node));
            cleared.put(new FramesKey(node), vswitch.counters().nodeFrames(node));
        }
        runtimeSince = System.nanoTime();
        return "";
    }
}
