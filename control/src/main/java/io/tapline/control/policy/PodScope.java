// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.LabelSelector;
import io.tapline.model.NetworkPolicy;
import java.util.Optional;

/**
 * A set of pods, as peers name them.
 *
 * @param namespace only pods of this namespace; empty: of any that {@code namespaces} selects
 * @param namespaces only pods of declared namespaces with such labels; empty: of any namespace, declared or not
 */
record PodScope(Optional<String> namespace, Optional<LabelSelector> namespaces, LabelSelector pods) {
    /** Every pod. */
    static final PodScope EVERY_POD = new PodScope(Optional.empty(), Optional.empty(), LabelSelector.EVERYTHING);

    static PodScope of(NetworkPolicy.PodPeer peer, String policyNamespace) {
        return peer.namespaces().isPresent()
                ? new PodScope(Optional.empty(), peer.namespaces(), peer.pods())
                : new PodScope(Optional.of(policyNamespace), Optional.empty(), peer.pods());
    }

    static PodScope of(ClusterNetworkPolicy.PodPeer peer) {
        return new PodScope(
                Optional.empty(), Optional.of(peer.namespaces()), peer.pods().orElse(LabelSelector.EVERYTHING));
    }
}
