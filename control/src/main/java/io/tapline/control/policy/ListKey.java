// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an access list is for. Pods in the same situation - the same policies in a direction, and the same numbers for
 * the port names that these use - have the same key and share the list. The key says nothing about peers, so a list
 * keeps its identity while pods elsewhere come and go.
 *
 * @param namespace of the pods, or of the policies that select nodes; empty for lists that are about neither
 * @param policies what the list renders, ordered by identity
 * @param ports what the port names in rules for ingress mean on these pods, ordered
 */
public record ListKey(Purpose purpose, String namespace, List<ObjectRef> policies, List<PortName> ports)
        implements Comparable<ListKey> {
    /** Remembers every connection that enters, so that its answers pass. */
    public static final ListKey REFLECTION = new ListKey(Purpose.REFLECTION, "", List.of(), List.of());
    /** Guards the interfaces to the outside. */
    public static final ListKey OUTSIDE = new ListKey(Purpose.OUTSIDE, "", List.of(), List.of());

    /** {@link #OUTSIDE}, and remembers every connection that enters. */
    public static final ListKey OUTSIDE_REFLECTION = new ListKey(Purpose.OUTSIDE_REFLECTION, "", List.of(), List.of());

    private static final int NAMED_POLICIES = 3;
    private static final Comparator<ListKey> ORDER = Comparator.comparing(ListKey::purpose)
            .thenComparing(ListKey::namespace)
            .thenComparing(ListKey::policies, ListKey::compare)
            .thenComparing(ListKey::ports, ListKey::compare);

    /** What a list does. */
    public enum Purpose {
        /** {@link #REFLECTION}. */
        REFLECTION,
        /** {@link ListKey#OUTSIDE}. */
        OUTSIDE,
        /** {@link ListKey#OUTSIDE_REFLECTION}. */
        OUTSIDE_REFLECTION,
        /** What may reach pods. */
        INGRESS,
        /** What pods may reach. */
        EGRESS,
        /** What may reach the node, and pods in its host network. */
        HOST_INGRESS,
        /** What the node may reach. */
        HOST_EGRESS
    }

    /**
     * What a port name means on a pod. A name that the pod does not have is not listed.
     *
     * @param number 1..65535
     */
    public record PortName(String name, Protocol protocol, int number) implements Comparable<PortName> {
        private static final Comparator<PortName> ORDER = Comparator.comparing(PortName::name)
                .thenComparing(PortName::protocol)
                .thenComparingInt(PortName::number);

        @Override
        public int compareTo(PortName other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return name + "/" + protocol + "=" + number;
        }
    }

    /** Copies the lists. */
    public ListKey {
        policies = List.copyOf(policies);
        ports = List.copyOf(ports);
    }

    @Override
    public int compareTo(ListKey other) {
        return ORDER.compare(this, other);
    }

    /** A name for people, such as {@code ingress shop: deny-all, from-api}. */
    public String text() {
        return switch (purpose) {
            case REFLECTION -> "reflection";
            case OUTSIDE -> "outside";
            case OUTSIDE_REFLECTION -> "outside with reflection";
            case INGRESS -> "ingress " + subject();
            case EGRESS -> "egress " + subject();
            case HOST_INGRESS -> "host ingress " + subject();
            case HOST_EGRESS -> "host egress " + subject();
        };
    }

    private String subject() {
        String names =
                policies.stream().limit(NAMED_POLICIES).map(this::shortName).collect(Collectors.joining(", "));
        int more = policies.size() - NAMED_POLICIES;
        String numbers = ports.stream().map(PortName::toString).collect(Collectors.joining(", ", " (", ")"));
        return namespace + ": " + names + (more > 0 ? " and " + more + " more" : "") + (ports.isEmpty() ? "" : numbers);
    }

    private String shortName(ObjectRef ref) {
        if (ref.kind() != Kind.NETWORK_POLICY) {
            return ref.toString();
        }
        return ref.namespace().equals(namespace) ? ref.name() : ref.qualifiedName();
    }

    /** Whether it is about the node itself. */
    boolean isOfHost() {
        return purpose == Purpose.HOST_INGRESS || purpose == Purpose.HOST_EGRESS;
    }

    /** Whether policies are rendered to it. */
    boolean rendersPolicies() {
        return !policies.isEmpty();
    }

    private static <T extends Comparable<T>> int compare(List<T> a, List<T> b) {
        Iterator<T> others = b.iterator();
        for (T element : a) {
            int order = others.hasNext() ? element.compareTo(others.next()) : 1;
            if (order != 0) {
                return order;
            }
        }
        return others.hasNext() ? -1 : 0;
    }
}
