// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import java.util.List;
import java.util.Locale;

/** What caused an access list rule: the object and the place inside it, in a form that programs and people can read. */
public sealed interface Origin {
    /** Nothing is known about the cause. */
    Origin NONE = new Infrastructure("");

    /** Direction of the traffic as the subject of a policy sees it. */
    enum Direction {
        /** To the pod. */
        INGRESS,
        /** From the pod. */
        EGRESS;

        /** As in a policy's text: {@code ingress} or {@code egress}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The name of the field that lists peers: {@code from} or {@code to}. */
        String peers() {
            return this == INGRESS ? "from" : "to";
        }
    }

    /**
     * A line of a policy.
     *
     * @param kind kind of the object, such as {@value #NETWORK_POLICY}
     * @param namespace its namespace; empty for an object of the whole cluster
     * @param name its name
     * @param direction whether the rule is one for ingress or egress
     * @param rule position of the rule in that section, from 0
     * @param peer position in the rule's {@code from} or {@code to}, or {@value #ALL} when the rule names no peers
     * @param port position in the rule's list of ports, or {@value #ALL} when the rule names no ports
     */
    record PolicyOrigin(String kind, String namespace, String name, Direction direction, int rule, int peer, int port)
            implements Origin {
        /** The kind whose name is left out of the text. */
        public static final String NETWORK_POLICY = "NetworkPolicy";
        /** Position that stands for "any": the rule does not restrict it. */
        public static final int ALL = -1;

        /** Checks the positions. */
        public PolicyOrigin {
            if (rule < 0 || peer < ALL || port < ALL) {
                throw new ConfigException("origin " + namespace + "/" + name + ": positions " + rule + ", " + peer
                        + ", " + port + " must be 0 or more, or " + ALL + " for any peer or port");
            }
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            if (!kind.equals(NETWORK_POLICY)) {
                text.append(kind).append(' ');
            }
            if (!namespace.isEmpty()) {
                text.append(namespace).append('/');
            }
            text.append(name).append(' ').append(direction.text());
            text.append('[').append(rule).append(']');
            if (peer != ALL) {
                text.append('.')
                        .append(direction.peers())
                        .append('[')
                        .append(peer)
                        .append(']');
            }
            if (port != ALL) {
                text.append(".ports[").append(port).append(']');
            }
            return text.toString();
        }
    }

    /**
     * No line allows it, and policies isolate the pod.
     *
     * @param pod namespace and name of the isolated pod, such as {@code shop/db}
     * @param direction in which it is isolated
     * @param policies namespace and name of each policy that isolates it, such as {@code shop/deny-all}
     */
    record DefaultDeny(String pod, Direction direction, List<String> policies) implements Origin {
        /** Copies the list. */
        public DefaultDeny {
            policies = List.copyOf(policies);
        }

        @Override
        public String text() {
            return "default deny of " + pod + " for " + direction.text() + ": " + String.join(", ", policies);
        }
    }

    /** Not a policy but how the network itself works, in plain words. */
    record Infrastructure(String text) implements Origin {}

    /** The canonical text, such as {@code shop/allow-web ingress[0].from[1].ports[0]}; empty for {@link #NONE}. */
    String text();

    /** An origin in plain words. */
    static Origin of(String text) {
        return text.isEmpty() ? NONE : new Infrastructure(text);
    }
}
