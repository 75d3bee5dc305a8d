// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Node;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code v1} Node. */
final class NodeReader {
    private static final List<String> SPEC =
            List.of("configSource", "externalID", "podCIDR", "podCIDRs", "providerID", "taints", "unschedulable");

    private record NodeAddress(String type, Optional<IpAddress> address) {}

    private final Report report;

    NodeReader(Report report) {
        this.report = report;
    }

    Node read(Metadata metadata, Fields object) {
        List<IpPrefix> blocks = report.optional(object, "spec", value -> report.fields(value, SPEC))
                .map(this::podCidrs)
                .orElse(List.of());
        List<NodeAddress> addresses = report.some(object, "status")
                .map(status -> report.each(status, "addresses", this::address))
                .orElse(List.of());
        List<IpAddress> ordered = Stream.of("InternalIP", "ExternalIP")
                .flatMap(type -> addresses.stream()
                        .filter(address -> address.type().equals(type))
                        .flatMap(address -> address.address().stream()))
                .distinct()
                .toList();
        return new Node(metadata.name(), metadata.labels(), ordered, blocks);
    }

    private List<IpPrefix> podCidrs(Fields spec) {
        List<IpPrefix> blocks = report.each(spec, "podCIDRs", Syntax::cidr);
        Optional<IpPrefix> first = report.optional(spec, "podCIDR", Syntax::cidr);
        if (blocks.isEmpty()) {
            return first.stream().toList();
        }
        if (first.isPresent() && !first.get().equals(blocks.getFirst())) {
            report.error(spec.required("podCIDR")
                    .mistake(first.get() + " is not the first of podCIDRs, which is " + blocks.getFirst()));
        }
        return blocks;
    }

    private NodeAddress address(Value value) {
        Fields fields = report.fields(value, List.of("type", "address"));
        String type = fields.required("type").string();
        boolean isIp = type.equals("InternalIP") || type.equals("ExternalIP");
        return new NodeAddress(type, isIp ? Optional.of(Syntax.address(fields.required("address"))) : Optional.empty());
    }
}
