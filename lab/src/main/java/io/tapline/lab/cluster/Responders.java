// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.lab.cluster.Workload.Port;
import io.tapline.lab.node.Responder;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The responders of all pods, as the records on disk want them. Threading: one thread. */
final class Responders {
    private final StateDirectory directory;
    private final Map<Key, Responder> open = new HashMap<>();

    /** The namespace's inode tells a pod from a later one of the same name. */
    private record Key(ObjectRef pod, long inode, Port port) {}

    Responders(StateDirectory directory) {
        this.directory = directory;
    }

    /** Opens what is wanted and not open, and closes the rest; what could not be opened, in words. */
    List<String> sync() {
        List<String> problems = new ArrayList<>();
        Set<Key> wanted = new HashSet<>();
        for (PodRecord record : new PodStore(directory).readAll().values()) {
            if (record.isAttached() && !record.answered().isEmpty()) {
                try (NetworkNamespace namespace = NetworkNamespace.open(directory.namespace(record.pod()))) {
                    serve(record, namespace, wanted, problems);
                } catch (LinuxException e) {
                    problems.add(record.pod().qualifiedName() + ": " + e.getMessage());
                }
            }
        }
        open.entrySet().removeIf(entry -> {
            boolean stale = !wanted.contains(entry.getKey());
            if (stale) {
                entry.getValue().close();
            }
            return stale;
        });
        return problems;
    }

    private void serve(PodRecord record, NetworkNamespace namespace, Set<Key> wanted, List<String> problems) {
        long inode = namespace.inode();
        for (Port port : record.answered()) {
            Key key = new Key(record.pod(), inode, port);
            wanted.add(key);
            if (!open.containsKey(key)) {
                try {
                    open.put(key, open(record.pod(), namespace, port));
                } catch (IOException e) {
                    problems.add(record.pod().qualifiedName() + ": the lab cannot answer on " + port + ": "
                            + e.getMessage());
                }
            }
        }
    }

    private static Responder open(ObjectRef pod, NetworkNamespace namespace, Port port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(port.number());
        Function<InetSocketAddress, String> text =
                peer -> pod.qualifiedName() + " answers " + peer.getAddress().getHostAddress() + " on " + port;
        return port.protocol() == Protocol.UDP
                ? Responder.udp(namespace, address, text)
                : Responder.tcp(namespace, address, text);
    }
}
