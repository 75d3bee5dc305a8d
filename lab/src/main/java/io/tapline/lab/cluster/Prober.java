// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.lab.cluster.LabStatus.PodStatus;
import io.tapline.lab.cluster.Workload.Port;
import io.tapline.lab.policy.Reachability;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Connects from every pod to every port that pods declare, by sockets in their namespaces. */
final class Prober implements AutoCloseable {
    private static final int AT_ONCE = 256;
    private static final char ALLOWED = '.';
    private static final char DROPPED = 'X';
    private static final char NOT_PROBED = '-';

    private final List<PodStatus> pods;
    private final int timeoutMillis;
    private final Map<ObjectRef, NetworkNamespace> namespaces = new TreeMap<>();
    private final Map<ObjectRef, Set<Port>> targets = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Semaphore sockets = new Semaphore(AT_ONCE);

    /**
     * Looks at what can be probed: ports on which somebody listens, and who is known to answer.
     *
     * @param timeoutMillis how long an answer may take
     */
    Prober(List<PodStatus> pods, int timeoutMillis) {
        this.pods = List.copyOf(pods);
        this.timeoutMillis = timeoutMillis;
        for (PodStatus pod : pods) {
            NetworkNamespace namespace = NetworkNamespace.open(pod.namespace());
            namespaces.put(pod.record().pod(), namespace);
            targets.put(pod.record().pod(), targets(pod.record(), Listeners.in(namespace)));
        }
    }

    private Set<Port> targets(PodRecord record, Set<Port> listening) {
        Set<Port> targets = new HashSet<>();
        List<Port> answered = record.answered();
        for (Port port : record.ports()) {
            String what = record.pod().qualifiedName() + " " + port;
            if (port.protocol() == Protocol.SCTP) {
                notes.add(what + ": SCTP is not probed");
            } else if (!listening.contains(port)) {
                notes.add(what + ": nobody listens, so that it is not probed");
            } else if (port.protocol() == Protocol.UDP && !answered.contains(port)) {
                notes.add(what + ": what its command answers over UDP is not known, so that it is not probed");
            } else {
                targets.add(port);
            }
        }
        return targets;
    }

    /** What was left out, in words. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** All ports of all pods. */
    List<Port> ports() {
        return pods.stream()
                .flatMap(pod -> pod.record().ports().stream())
                .filter(port -> port.protocol() != Protocol.SCTP)
                .distinct()
                .sorted((a, b) -> a.protocol() == b.protocol()
                        ? Integer.compare(a.number(), b.number())
                        : a.protocol().compareTo(b.protocol()))
                .toList();
    }

    /** Tries all pairs. */
    Reachability probe() {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Port, Map<ObjectRef, List<Future<Character>>>> cells = new LinkedHashMap<>();
            for (Port port : ports()) {
                Map<ObjectRef, List<Future<Character>>> matrix = new LinkedHashMap<>();
                for (PodStatus from : pods) {
                    List<Future<Character>> row = new ArrayList<>();
                    pods.forEach(to -> row.add(threads.submit(
                            () -> probe(from.record().pod(), to.record().pod(), port))));
                    matrix.put(from.record().pod(), row);
                }
                cells.put(port, matrix);
            }
            cells.forEach((port, matrix) -> {
                Map<String, String> texts = new LinkedHashMap<>();
                matrix.forEach((from, row) -> texts.put(from.qualifiedName(), text(row)));
                rows.put(port.toString(), texts);
            });
        }
        return new Reachability(
                pods.stream().map(pod -> pod.record().pod().qualifiedName()).toList(), List.of(), rows);
    }

    private static String text(List<Future<Character>> row) {
        StringBuilder text = new StringBuilder();
        for (Future<Character> cell : row) {
            try {
                text.append(cell.get().charValue());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        return text.toString();
    }

    /** Tries one pair. */
    char probe(ObjectRef from, ObjectRef to, Port port) {
        if (!targets.getOrDefault(to, Set.of()).contains(port)) {
            return NOT_PROBED;
        }
        InetSocketAddress address = new InetSocketAddress(address(to), port.number());
        NetworkNamespace namespace = namespaces.get(from);
        if (namespace == null) {
            return NOT_PROBED;
        }
        sockets.acquireUninterruptibly();
        try {
            boolean answered =
                    port.protocol() == Protocol.TCP ? connects(namespace, address) : echoes(namespace, address);
            return answered ? ALLOWED : DROPPED;
        } finally {
            sockets.release();
        }
    }

    private String address(ObjectRef to) {
        return pods.stream()
                .filter(pod -> pod.record().pod().equals(to))
                .map(pod -> pod.record().address())
                .findFirst()
                .orElseThrow();
    }

    private boolean connects(NetworkNamespace from, InetSocketAddress to) {
        try (SocketChannel channel = from.<SocketChannel, IOException>call(SocketChannel::open)) {
            channel.socket().connect(to, timeoutMillis);
            return true;
        } catch (IOException e) {
            return false; // refused, unreachable or silence
        }
    }

    private boolean echoes(NetworkNamespace from, InetSocketAddress to) {
        try (DatagramChannel channel = from.<DatagramChannel, IOException>call(DatagramChannel::open)) {
            channel.connect(to);
            channel.write(ByteBuffer.wrap(new byte[1]));
            channel.socket().setSoTimeout(timeoutMillis);
            byte[] buffer = new byte[1];
            channel.socket().receive(new DatagramPacket(buffer, buffer.length));
            return true;
        } catch (IOException e) {
            return false; // the same
        }
    }

    @Override
    public void close() {
        namespaces.values().forEach(NetworkNamespace::close);
    }
}
