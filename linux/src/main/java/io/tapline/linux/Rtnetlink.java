// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The kernel's devices, addresses, routes, rules and neighbours of one namespace: a route netlink socket (kernel
 * {@code rtnetlink(7)}). The socket stays in its namespace, so this object can be used from any thread.
 *
 * <p>Changes are applied in batches: up to {@value #MAX_BATCH} requests go to the kernel in one call. The kernel does
 * them in order, one by one, and one that fails stops none of the others; it answers each by itself, so that an error
 * is about its request, with the kernel's own explanation.
 *
 * <p>Reading a table is safe against changes going on: one that the kernel reports as inconsistent is read again.
 *
 * <p>Changes need {@code CAP_NET_ADMIN}; reading needs nothing. Threading: any thread, one at a time.
 */
public final class Rtnetlink implements AutoCloseable {
    /** Requests per call to the kernel; a longer batch takes several. */
    static final int MAX_BATCH = 64;

    private static final int DUMP_ATTEMPTS = 20;

    private final NetlinkSocket socket;
    private final String namespace;
    private int lastSequence;

    private Rtnetlink(NetlinkSocket socket, String namespace) {
        this.socket = socket;
        this.namespace = namespace;
    }

    /** Opens the tables of the calling thread's namespace. */
    public static Rtnetlink open() {
        return open("current namespace");
    }

    /**
     * Opens the tables of another namespace.
     *
     * @throws LinuxException if it cannot be entered ({@code EPERM})
     */
    public static Rtnetlink open(NetworkNamespace namespace) {
        return namespace.call(() -> open(namespace.toString()));
    }

    private static Rtnetlink open(String namespace) {
        return new Rtnetlink(NetlinkSocket.open("rtnetlink of " + namespace), namespace);
    }

    /** {@link #apply(List)}. */
    public void apply(Request... requests) {
        apply(List.of(requests));
    }

    /**
     * Applies all requests, in order.
     *
     * @throws RtnetlinkException if some failed; the others are applied nevertheless
     */
    public void apply(List<Request> requests) {
        List<Outcome> failures = attempt(requests).stream()
                .filter(outcome -> !outcome.isApplied())
                .toList();
        if (!failures.isEmpty()) {
            throw new RtnetlinkException(failures, requests.size(), namespace);
        }
    }

    /** Applies all requests, in order, and tells for each, in the same order, what became of it. */
    public synchronized List<Outcome> attempt(List<Request> requests) {
        List<Outcome> outcomes = new ArrayList<>(requests.size());
        while (outcomes.size() < requests.size()) {
            outcomes.addAll(attemptSome(requests, outcomes.size()));
        }
        return List.copyOf(outcomes);
    }

    /** Applies as many requests, from {@code first} on, as go into one call. */
    private List<Outcome> attemptSome(List<Request> requests, int first) {
        ByteBuffer buffer = socket.sendBuffer();
        NetlinkWriter writer = new NetlinkWriter(buffer);
        int firstSequence = lastSequence + 1;
        int count = 0;
        while (first + count < requests.size()
                && count < MAX_BATCH
                && buffer.remaining() >= RtnetlinkEncoder.MAX_REQUEST_LENGTH) {
            RtnetlinkEncoder.encode(writer, requests.get(first + count), ++lastSequence);
            count++;
        }
        socket.send(buffer);
        List<NetlinkAnswer> answers = NetlinkAnswer.receive(socket, firstSequence, count);
        List<Outcome> outcomes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            NetlinkAnswer answer = answers.get(i);
            outcomes.add(new Outcome(first + i, requests.get(first + i), answer.errno(), answer.text()));
        }
        return outcomes;
    }

    /** All devices. */
    public List<Link> links() {
        return dump("devices", RtnetlinkEncoder.RTM_GETLINK, Rtnetlink::link);
    }

    /** The device of this name. */
    public Optional<Link> link(String name) {
        return findLink(new LinkRef.ByName(name));
    }

    /** The device with this index. */
    public Optional<Link> link(int index) {
        return findLink(new LinkRef.ByIndex(index));
    }

    /** All IPv4 and IPv6 addresses. */
    public List<Address> addresses() {
        return dump("addresses", RtnetlinkEncoder.RTM_GETADDR, RtnetlinkDecoder::address);
    }

    /** All IPv4 and IPv6 routes of all tables, the kernel's own included. */
    public List<Route> routes() {
        return dump("routes", RtnetlinkEncoder.RTM_GETROUTE, RtnetlinkDecoder::route);
    }

    /** All IPv4 and IPv6 neighbours. */
    public List<Neighbour> neighbours() {
        return dump("neighbours", RtnetlinkEncoder.RTM_GETNEIGH, RtnetlinkDecoder::neighbour);
    }

    /** All rules of IPv4 policy routing that look up or drop, in order. */
    public List<Rule> rules() {
        return dump("rules", RtnetlinkEncoder.RTM_GETRULE, RtnetlinkDecoder::rule);
    }

    private static Optional<Link> link(ByteBuffer payload) {
        return Optional.of(RtnetlinkDecoder.link(payload));
    }

    private synchronized Optional<Link> findLink(LinkRef link) {
        NetlinkQuery<Link> query = new NetlinkQuery<>(++lastSequence, Rtnetlink::link);
        ByteBuffer buffer = socket.sendBuffer();
        RtnetlinkEncoder.encodeLinkQuery(new NetlinkWriter(buffer), link, lastSequence);
        socket.send(buffer);
        socket.receive(query);
        if (query.errno() == Errno.ENODEV) {
            return Optional.empty();
        }
        check(query.errno(), "read device " + link);
        return query.rows().stream().findFirst();
    }

    private synchronized <T> List<T> dump(String what, int type, Function<ByteBuffer, Optional<T>> decoder) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            NetlinkQuery<T> query = new NetlinkQuery<>(++lastSequence, decoder);
            ByteBuffer buffer = socket.sendBuffer();
            RtnetlinkEncoder.encodeDump(new NetlinkWriter(buffer), type, lastSequence);
            socket.send(buffer);
            boolean complete = socket.receive(query);
            check(query.errno(), "read " + what);
            if (complete && !query.isInterrupted()) {
                return query.rows();
            }
        }
        throw new LinuxException(
                RtnetlinkException.CALL,
                "read " + what + " (" + namespace + ")",
                Errno.EAGAIN,
                "they changed during each of " + DUMP_ATTEMPTS + " attempts; try again later");
    }

    private void check(int errno, String what) {
        LinuxException.check(-errno, RtnetlinkException.CALL, what + " (" + namespace + ")");
    }

    /** How messages name it. */
    @Override
    public String toString() {
        return "rtnetlink of " + namespace;
    }

    /** Closes the socket. */
    @Override
    public synchronized void close() {
        socket.close();
    }
}
