// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.ClusterNetworkPolicy.Networks;
import io.tapline.model.ClusterNetworkPolicy.Nodes;
import io.tapline.model.ClusterNetworkPolicy.Peer;
import io.tapline.model.ClusterNetworkPolicy.PodPeer;
import io.tapline.model.ClusterNetworkPolicy.UnknownPeer;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the peers of cluster-scoped policies: each is a map with one key. */
final class ClusterPeerReader {
    private static final int MAX_NETWORKS = 25;

    private final Report report;
    private final Selectors selectors;

    ClusterPeerReader(Report report) {
        this.report = report;
        selectors = new Selectors(report);
    }

    Peer read(Value value, boolean egress) {
        Map<String, Value> entries = value.entries();
        if (entries.size() != 1) {
            throw value.mistake("a peer has exactly one key, not " + entries.size() + "; make several peers of it");
        }
        String key = entries.keySet().iterator().next();
        Value peer = entries.values().iterator().next();
        return switch (key) {
            case "namespaces" -> new PodPeer(selectors.read(peer), Optional.empty());
            case "pods" -> pods(peer);
            case "networks" -> networks(onEgress(peer, egress));
            case "nodes" -> new Nodes(selectors.read(onEgress(peer, egress)));
            default -> {
                report.warn(value.mistake("the peer '" + key
                        + "' is not understood; it counts as matching in a rule that denies,"
                        + " and as not matching in others"));
                yield new UnknownPeer(key);
            }
        };
    }

    private static Value onEgress(Value value, boolean egress) {
        if (!egress) {
            throw value.mistake("is a peer of egress rules only");
        }
        return value;
    }

    PodPeer pods(Value value) {
        Fields fields = report.fields(value, List.of("namespaceSelector", "podSelector"));
        return new PodPeer(
                selectors.read(fields.required("namespaceSelector")),
                Optional.of(selectors.read(fields.required("podSelector"))));
    }

    private Networks networks(Value value) {
        List<IpPrefix> blocks = report.each(value.list(), Syntax::cidr);
        int count = value.list().size();
        if (count == 0 || count > MAX_NETWORKS) {
            throw value.mistake("needs 1 to 25 blocks, not " + count);
        }
        return new Networks(blocks);
    }
}
