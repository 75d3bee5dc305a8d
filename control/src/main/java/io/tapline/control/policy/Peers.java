// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.LabelSelector;
import io.tapline.model.Protocol;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.SortedMap;

/**
 * Finds the addresses of peers. Only pods on the network count.
 *
 * <p>An address that several pods claim at once belongs to none of them when something is to be allowed, and to each of
 * them when something is to be denied ({@code denies}).
 */
interface Peers {
    /** Addresses of pods, as few blocks as hold exactly them, ascending. */
    List<IpPrefix> blocks(PodScope scope, boolean denies);

    /** The same by the number that a pod gives to a port name; pods without it are left out. */
    SortedMap<Integer, List<IpPrefix>> blocksByPort(PodScope scope, String name, Protocol protocol, boolean denies);

    /** Addresses of nodes, each as a block of its own, ascending. */
    List<IpPrefix> nodes(LabelSelector selector);
}
