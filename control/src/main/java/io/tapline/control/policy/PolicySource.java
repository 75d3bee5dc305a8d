// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.dataplane.config.AclRule;
import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.Direction;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.ObjectRef;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.SortedSet;

/** What {@link ListAssembler} puts lists together from. */
interface PolicySource {
    /** A policy that is there. */
    NetworkPolicy networkPolicy(ObjectRef ref);

    /** A policy that is there. */
    ClusterNetworkPolicy clusterPolicy(ObjectRef ref);

    /** See {@link RuleRenderer}. */
    List<AclRule> permits(NetworkPolicy policy, Direction direction, List<PortName> names);

    /** See {@link RuleRenderer}. */
    List<RuleRenderer.TierRule> tierRules(ClusterNetworkPolicy policy, Direction direction, List<PortName> names);

    /** The addresses of the node itself. */
    SortedSet<IpAddress> ownNode();

    /** What concerns the node itself; asked only where policies hold on it. */
    HostSituation host();

    /** The addresses of the node's own pods, as few blocks as hold exactly them, ascending. */
    List<IpPrefix> ownPods();

    /** Whether a namespace wants denials to be answered. */
    boolean rejects(String namespace);
}
