// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.Adjacencies;
import io.tapline.dataplane.table.Dpo;
import io.tapline.dataplane.table.FlowHash;
import io.tapline.dataplane.table.LoadBalances;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;

/** Turns a {@link Dpo} into the next node and the frame's adjacency: what lookup and load balancing have in common. */
final class Forwarding {
    private final Context context;
    private final int node;
    private int number;

    Forwarding(Context context, int node) {
        this.context = context;
        this.node = node;
    }

    /** What VPP-style traces print for the last resolved frame. */
    int number() {
        return number;
    }

    /** Chooses among the buckets of a load balance, computing the flow hash only when there is a choice. */
    int select(Generation generation, long frame, int loadBalance) {
        LoadBalances loadBalances = generation.loadBalances();
        if (loadBalances.isSingle(loadBalance)) {
            return loadBalances.select(loadBalance, 0);
        }
        int hash = Frame.flowHash(frame);
        if (hash == 0) {
            long ip = Frame.ip(frame);
            hash = FlowHash.ip4(Ipv4.source(ip), Ipv4.destination(ip), Frame.protocol(frame), Frame.ports(frame));
        } else {
            // A second choice by the same bits would always fall the same way.
            hash >>>= 1;
        }
        Frame.flowHash(frame, hash);
        return loadBalances.select(loadBalance, hash);
    }

    /** The next node for a frame whose route resolves to {@code dpo}. */
    int follow(Generation generation, long frame, int dpo) {
        int target = dpo;
        if (Dpo.kind(target) == Dpo.LOAD_BALANCE) {
            target = select(generation, frame, Dpo.index(target));
        }
        int index = Dpo.index(target);
        number = index;
        return switch (Dpo.kind(target)) {
            case Dpo.ADJACENCY -> adjacent(generation.adjacencies(), frame, index);
            case Dpo.GATEWAY ->
                neighbor(generation, frame, index, generation.adjacencies().gateway(index));
            case Dpo.GLEAN -> neighbor(generation, frame, index, Ipv4.destination(Frame.ip(frame)));
            case Dpo.LOCAL -> NodeIndex.IP4_LOCAL;
            case Dpo.RECURSIVE -> {
                Frame.adjacency(frame, index);
                number = generation.loadBalances().number(index);
                yield NodeIndex.IP4_LOAD_BALANCE;
            }
            case Dpo.LOOKUP -> again(frame, index);
            default -> discard(frame, target);
        };
    }

    private int adjacent(Adjacencies adjacencies, long frame, int index) {
        number = adjacencies.number(index);
        Frame.adjacency(frame, index);
        Frame.txInterface(frame, adjacencies.interfaceIndex(index));
        Frame.nextHop(frame, adjacencies.gateway(index), Neighbors.NONE);
        return NodeIndex.IP4_REWRITE;
    }

    private int neighbor(Generation generation, long frame, int index, int address) {
        Adjacencies adjacencies = generation.adjacencies();
        int egress = adjacencies.interfaceIndex(index);
        int entry = context.neighbors().find(egress, address);
        number = adjacencies.number(index);
        Frame.adjacency(frame, index);
        Frame.txInterface(frame, egress);
        Frame.nextHop(frame, address, entry);
        return entry != Neighbors.NONE && context.neighbors().isResolved(entry)
                ? NodeIndex.IP4_REWRITE
                : NodeIndex.IP4_ARP;
    }

    private int again(long frame, int table) {
        int lookups = Math.max(0, Frame.table(frame) >> 16) + 1;
        if (lookups > Ip4Lookup.MAX_LOOKUPS) {
            Frame.drop(frame, DropReason.IP4_LOOKUP_LOOP, node);
            return NodeIndex.ERROR_DROP;
        }
        Frame.table(frame, lookups << 16 | table);
        return NodeIndex.IP4_LOOKUP;
    }

    private int discard(long frame, int dpo) {
        if (dpo == Dpo.DROP) {
            Frame.drop(frame, DropReason.IP4_ROUTE_DROPS, node);
            return NodeIndex.ERROR_DROP;
        }
        Frame.drop(frame, DropReason.IP4_NO_ROUTE, node);
        Frame.icmpError(frame, Icmpv4.UNREACHABLE, Icmpv4.CODE_NET_UNREACHABLE, 0);
        return NodeIndex.IP4_ICMP_ERROR;
    }
}
