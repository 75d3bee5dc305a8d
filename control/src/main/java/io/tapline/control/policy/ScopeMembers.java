// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The pods of a scope at this moment, and who wants to know when that changes. */
final class ScopeMembers {
    final PodScope scope;
    /** The policies that are rendered with it. */
    final Set<ObjectRef> users = new HashSet<>();

    private final Map<ObjectRef, Pod> pods = new HashMap<>();
    private @Nullable List<IpPrefix> allowing;
    private @Nullable List<IpPrefix> denying;

    ScopeMembers(PodScope scope) {
        this.scope = scope;
    }

    void put(Pod pod) {
        pods.put(pod.ref(), pod);
        forget();
    }

    void remove(ObjectRef ref) {
        pods.remove(ref);
        forget();
    }

    boolean contains(ObjectRef ref) {
        return pods.containsKey(ref);
    }

    /** Its blocks are to be computed anew. */
    void forget() {
        allowing = null;
        denying = null;
    }

    List<IpPrefix> allowing(Predicate<IpAddress> isSole) {
        if (allowing == null) {
            allowing = cover(pods.values(), isSole);
        }
        return allowing;
    }

    List<IpPrefix> denying() {
        if (denying == null) {
            denying = cover(pods.values(), address -> true);
        }
        return denying;
    }

    SortedMap<Integer, List<IpPrefix>> byPort(String name, Protocol protocol, Predicate<IpAddress> filter) {
        SortedMap<Integer, List<Pod>> byNumber = new TreeMap<>();
        for (Pod pod : pods.values()) {
            for (int number : pod.portNumbers(name, protocol)) {
                byNumber.computeIfAbsent(number, key -> new ArrayList<>()).add(pod);
            }
        }
        SortedMap<Integer, List<IpPrefix>> result = new TreeMap<>();
        byNumber.forEach((number, having) -> result.put(number, cover(having, filter)));
        return result;
    }

    private static List<IpPrefix> cover(Iterable<Pod> pods, Predicate<IpAddress> filter) {
        List<IpAddress> addresses = new ArrayList<>();
        for (Pod pod : pods) {
            for (IpAddress address : pod.addresses()) {
                if (filter.test(address)) {
                    addresses.add(address);
                }
            }
        }
        return Prefixes.cover(addresses.stream().sorted().distinct().toList());
    }
}
