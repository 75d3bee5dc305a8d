// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.ObjectRef;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The access lists of one node and where they belong. Equal intents give equal plans, whatever the order of arrival
 * was.
 *
 * <p>Each pod that a policy isolates has two lists of its own situation, and both ends of a connection must permit it:
 *
 * <ul>
 *   <li>the <em>ingress list</em> stands at the way out of the switch to the pod. It judges by source address;
 *   <li>the <em>egress list</em> is the pod's sender list: it goes with every packet that entered from the pod and
 *       judges by destination address where the packet leaves, whichever way. By then a service has been translated, so
 *       that policies see the pod behind it;
 *   <li>on the way in, <em>reflection</em> remembers each connection that the pod opens, so that the answers pass.
 *       Where only one direction is isolated, the other list is absent, but an egress list brings reflection at the way
 *       out too, for answers to connections that others open.
 * </ul>
 *
 * <p>Contiv folds the egress rules of every pod of the node into a table for each pod, and into one global table for
 * the world. Two lists that must both permit are exact without folding; each rule stays the line of the policy that it
 * came from; and a change touches the lists of the policies that changed, not the tables of all pods.
 *
 * <p>A pod that no policy concerns has no lists, and its traffic costs nothing. Only where a pod of the node has an
 * egress list does every interface reflect: an answer of that pod leaves through the interface that the connection came
 * in by, and there the session must say that it is one, or the egress list would judge it.
 *
 * <p>A pod's connection to itself through a service arrives from the NAT loopback address. Both lists permit that
 * source. This opens nothing to others: as a source the address cannot enter from a pod, whose interface admits only
 * the pod's own addresses; it cannot enter from outside, because of {@link #outside}; so it is only on packets that the
 * switch itself translated, which it does only when a pod would talk to itself.
 *
 * @param lists every list that an attachment names
 * @param pods every pod of the node that has its own address, or will have, and has not finished. A pod that is missing
 *     here is not known yet and must not start
 * @param host the interface to the node itself
 * @param outside each interface to other nodes and the world, overlay or not
 */
public record PolicyPlan(
        SortedMap<ListKey, PolicyList> lists,
        SortedMap<ObjectRef, Attachment> pods,
        Attachment host,
        Attachment outside) {
    /** Copies the maps. */
    public PolicyPlan {
        lists = copy(lists);
        pods = copy(pods);
    }

    private static <K extends Comparable<K>, V> SortedMap<K, V> copy(Map<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
