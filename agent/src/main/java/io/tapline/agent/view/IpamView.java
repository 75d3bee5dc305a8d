// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.agent.node.Attachment;
import io.tapline.agent.node.NodeOptions;
import io.tapline.agent.node.NodeView;
import io.tapline.control.ipam.NodeAddresses;
import java.util.Comparator;
import java.util.List;

/**
 * The node's addresses.
 *
 * @param nodeId number of the node in the cluster
 * @param podSubnet from which pods get theirs
 * @param gateway the pods' gateway
 * @param natLoopback the source that a pod sees when it reaches itself through a service
 * @param host the host's end of the link to the switch
 * @param services addresses of services
 * @param used pods that have one
 * @param free pods that can get one
 * @param allocations who has which, by address
 */
public record IpamView(
        int nodeId,
        String podSubnet,
        String gateway,
        String natLoopback,
        String host,
        String services,
        int used,
        int free,
        List<Allocation> allocations) {
    /** An address that is given. */
    public record Allocation(String address, String pod, String container) {}

    /** The present state. */
    static IpamView of(NodeOptions options, NodeView node) {
        NodeAddresses addresses = options.settings().addresses();
        List<Allocation> allocations = node.attachments().stream()
                .sorted(Comparator.comparing(Attachment::address))
                .map(attachment -> new Allocation(
                        attachment.address().toString(),
                        attachment.displayName(),
                        attachment.key().containerId()))
                .toList();
        return new IpamView(
                addresses.id(),
                addresses.pods().toString(),
                addresses.gateway().toString(),
                addresses.natLoopback().toString(),
                addresses.host().toString(),
                addresses.plan().services().toString(),
                allocations.size(),
                node.freeAddresses(),
                allocations);
    }
}
