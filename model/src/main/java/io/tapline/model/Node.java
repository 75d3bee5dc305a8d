// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;

/**
 * A node ({@code v1.Node}).
 *
 * @param addresses its own addresses ({@code status.addresses} of type InternalIP, then ExternalIP)
 * @param podCidrs blocks from which its pods get their addresses; may be empty
 */
public record Node(String name, Map<String, String> labels, List<IpAddress> addresses, List<IpPrefix> podCidrs)
        implements IntentObject {
    /** Copies the collections. */
    public Node {
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
    }

    @Override
    public ObjectRef ref() {
        return new ObjectRef(Kind.NODE, "", name);
    }
}
