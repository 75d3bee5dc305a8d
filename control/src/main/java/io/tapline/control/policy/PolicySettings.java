// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.dataplane.config.OnChange;
import io.tapline.model.HostPolicies;
import io.tapline.wire.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * What the planner has to know of the node besides the intent.
 *
 * @param node the name of the node whose switch is planned
 * @param hostAddresses addresses by which the node's own processes talk to its pods, besides those of its {@code Node}
 *     object, such as that of the host's end of the link to the switch
 * @param natLoopbacks the source that a pod's connection to itself through a service gets; nobody else may have it
 * @param onChange for policies without the annotation {@value PolicyAnnotations#ON_CHANGE}
 * @param hosts whether policies hold on the node itself; empty: they do not
 */
public record PolicySettings(
        String node,
        List<IpAddress> hostAddresses,
        List<IpAddress> natLoopbacks,
        OnChange onChange,
        Optional<HostPolicies> hosts) {
    /** Copies the lists. */
    public PolicySettings {
        hostAddresses = List.copyOf(hostAddresses);
        natLoopbacks = List.copyOf(natLoopbacks);
    }

    /** Nothing but the name. */
    public static PolicySettings of(String node) {
        return new PolicySettings(node, List.of(), List.of(), OnChange.RE_EVALUATE, Optional.empty());
    }

    /** With other NAT loopback addresses. */
    public PolicySettings withNatLoopbacks(List<IpAddress> addresses) {
        return new PolicySettings(node, hostAddresses, addresses, onChange, hosts);
    }

    /** With other addresses of the host. */
    public PolicySettings withHostAddresses(List<IpAddress> addresses) {
        return new PolicySettings(node, addresses, natLoopbacks, onChange, hosts);
    }

    /** With another fate of connections that a change no longer permits. */
    public PolicySettings withOnChange(OnChange otherwise) {
        return new PolicySettings(node, hostAddresses, natLoopbacks, otherwise, hosts);
    }

    /** With policies that hold on the node itself, or without. */
    public PolicySettings withHosts(Optional<HostPolicies> optIn) {
        return new PolicySettings(node, hostAddresses, natLoopbacks, onChange, optIn);
    }
}
