// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import io.tapline.wire.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A pod ({@code v1.Pod}).
 *
 * @param node name of the node it is bound to; empty before it is scheduled
 * @param addresses {@code status.podIPs}; empty before it has any
 * @param hostNetwork whether it lives in its node's network namespace, so that its addresses are the node's
 * @param ports of all its containers
 */
public record Pod(
        String namespace,
        String name,
        Map<String, String> labels,
        Map<String, String> annotations,
        String node,
        List<IpAddress> addresses,
        boolean hostNetwork,
        List<ContainerPort> ports,
        Phase phase)
        implements IntentObject {
    /** {@code status.phase}. */
    public enum Phase {
        /** Accepted, not running yet. */
        PENDING,
        /** Bound and started. */
        RUNNING,
        /** All containers ended well. */
        SUCCEEDED,
        /** All containers ended, one badly. */
        FAILED
    }

    /**
     * A declared port of a container.
     *
     * @param name empty when it has none
     * @param port 1..65535
     * @param hostPort the port of the node that leads here; 0 for none
     * @param hostAddress the node's address for that; empty for all
     */
    public record ContainerPort(String name, Protocol protocol, int port, int hostPort, String hostAddress) {
        /** A port without a host port. */
        public static ContainerPort of(String name, Protocol protocol, int port) {
            return new ContainerPort(name, protocol, port, 0, "");
        }
    }

    /** Copies the collections. */
    public Pod {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** Whether all its containers have ended: its addresses may belong to another pod by now. */
    public boolean isFinished() {
        return phase == Phase.SUCCEEDED || phase == Phase.FAILED;
    }

    /** Whether policies and services see it: it has an address of its own and has not finished. */
    public boolean isOnNetwork() {
        return !hostNetwork && !isFinished() && !addresses.isEmpty();
    }

    /** The numbers that its containers give to a port name of a protocol, ascending; empty when there is none. */
    public SortedSet<Integer> portNumbers(String portName, Protocol protocol) {
        SortedSet<Integer> numbers = new TreeSet<>();
        for (ContainerPort port : ports) {
            if (port.protocol() == protocol && port.name().equals(portName) && !portName.isEmpty()) {
                numbers.add(port.port());
            }
        }
        return numbers;
    }

    @Override
    public ObjectRef ref() {
        return new ObjectRef(Kind.POD, namespace, name);
    }
}
