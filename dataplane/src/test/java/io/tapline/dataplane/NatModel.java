// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * NAT as a few maps: what the engine is compared with. Written to be read, not to be fast. It knows the node of
 * {@link NatSwitch}: a client pod, two pods that back a service, and an uplink with source NAT.
 *
 * <p>It cannot know which backend or port the engine chooses; it judges whether the choice was allowed, and holds the
 * engine to it from then on.
 */
final class NatModel {
    /** Addresses and ports of a packet; for an ICMP echo the asker's port is the identifier, the other side's is 8. */
    record Tuple(int protocol, int source, int sourcePort, int destination, int destinationPort) {
        Tuple reversed() {
            return new Tuple(protocol, destination, destinationPort, source, sourcePort);
        }
    }

    /** Where NAT finds sessions: from outside, from inside, and on the way out. */
    private enum Side {
        OUT2IN,
        IN2OUT,
        OUTPUT
    }

    private static final class Session {
        final Tuple outside;
        final Tuple inside;
        final Side insideSide;
        final int backend;
        long lastActive;
        boolean ackOutside;
        boolean ackInside;
        boolean finOutside;
        boolean finInside;
        boolean reset;
        boolean closed;

        Session(Tuple outside, Tuple inside, Side insideSide, int backend) {
            this.outside = outside;
            this.inside = inside;
            this.insideSide = insideSide;
            this.backend = backend;
        }

        boolean isClosing() {
            return finOutside || finInside || reset;
        }

        long timeoutTicks(NatTimeouts timeouts) {
            int seconds = switch (outside.protocol()) {
                case Ipv4.PROTOCOL_ICMP -> timeouts.icmp();
                case Ipv4.PROTOCOL_TCP -> tcpSeconds(timeouts);
                default -> timeouts.udp();
            };
            return seconds * 10L;
        }

        private int tcpSeconds(NatTimeouts timeouts) {
            if (closed) {
                return timeouts.tcpClosed();
            }
            return ackOutside && ackInside && !isClosing() ? timeouts.tcpEstablished() : timeouts.tcpTransitory();
        }

        void see(boolean fromOutside, int flags, long now) {
            lastActive = now;
            if (flags == 0) {
                return;
            }
            reset = (flags & Tcp.RST) != 0;
            boolean ack = (flags & Tcp.ACK) != 0;
            boolean fin = (flags & Tcp.FIN) != 0;
            closed |= finOutside && finInside && ack && !fin;
            ackOutside |= ack && fromOutside;
            ackInside |= ack && !fromOutside;
            finOutside |= fin && fromOutside;
            finInside |= fin && !fromOutside;
        }
    }

    private final Map<Side, Map<Tuple, Session>> sessions = new HashMap<>();
    private final Map<Tuple, Integer> choices = new HashMap<>();
    private final NatTimeouts timeouts;
    private Set<Integer> taking = Set.of();
    private Set<Integer> draining = Set.of();
    private long now;

    NatModel(NatTimeouts timeouts) {
        this.timeouts = timeouts;
        for (Side side : Side.values()) {
            sessions.put(side, new HashMap<>());
        }
    }

    void now(long ticks) {
        now = ticks;
    }

    int size() {
        return (int) map(Side.OUT2IN).values().stream().filter(this::isAlive).count();
    }

    /** Other backends: the sessions of those that left end, and all but TCP of those that drain. */
    void backends(Set<Integer> newTaking, Set<Integer> newDraining) {
        taking = newTaking;
        draining = newDraining;
        choices.clear();
        Set<Session> gone = new HashSet<>();
        for (Session session : map(Side.OUT2IN).values()) {
            boolean tcp = session.outside.protocol() == Ipv4.PROTOCOL_TCP;
            boolean stays = session.backend == 0
                    || newTaking.contains(session.backend)
                    || (newDraining.contains(session.backend) && tcp);
            if (!stays) {
                gone.add(session);
            }
        }
        gone.forEach(this::remove);
    }

    /**
     * A packet that came in; throws unless {@code left} is what may have left for it.
     *
     * @param left what left and by which interface; empty when nothing did
     */
    void check(int ingress, Tuple packet, int flags, Optional<Tuple> left, int egress) {
        boolean both = ingress == NatSwitch.FIRST || ingress == NatSwitch.SECOND;
        boolean toMapping = isMapping(packet);
        boolean outside = !both || toMapping || packet.destination() == NatNumbers.NODE;
        Optional<Session> known = find(outside ? Side.OUT2IN : Side.IN2OUT, packet, flags);
        if (known.isPresent()) {
            known.get().see(outside, flags, now);
            Tuple now = outside
                    ? known.get().inside.reversed()
                    : known.get().outside.reversed();
            leave(now, !outside, flags, left, egress);
        } else if (toMapping) {
            newMapped(packet, flags, left, egress);
        } else {
            if (packet.destination() != NatNumbers.NODE) {
                untranslated(ingress, packet, flags);
            }
            leave(packet, false, flags, left, egress);
        }
    }

    private void newMapped(Tuple packet, int flags, Optional<Tuple> left, int egress) {
        assertThat(left).as("a connection to the service").isPresent();
        Tuple out = left.get();
        int backend = out.destination();
        assertThat(taking).as("backends").contains(backend);
        assertThat(choices.computeIfAbsent(packet, p -> backend))
                .as("the backend before")
                .isEqualTo(backend);
        assertThat(egress).isEqualTo(NatNumbers.interfaceOf(backend));
        assertThat(out.destinationPort()).isEqualTo(8080);
        Tuple plain = new Tuple(packet.protocol(), packet.source(), packet.sourcePort(), backend, 8080);
        if (packet.source() == backend) {
            assertThat(out.source()).as("hidden source").isEqualTo(NatNumbers.HIDDEN);
        } else if (isFree(Side.IN2OUT, plain.reversed())) {
            assertThat(out).isEqualTo(plain);
        } else {
            assertThat(out.source()).isEqualTo(packet.source());
        }
        assertThat(isFree(Side.IN2OUT, out.reversed()))
                .as("the answer is unique")
                .isTrue();
        add(new Session(packet, out.reversed(), Side.IN2OUT, backend), true, flags);
    }

    private void untranslated(int ingress, Tuple packet, int flags) {
        boolean backend = packet.destinationPort() == 8080
                && (packet.protocol() == Ipv4.PROTOCOL_TCP || packet.protocol() == Ipv4.PROTOCOL_UDP)
                && (taking.contains(packet.destination()) || draining.contains(packet.destination()));
        if ((ingress == NatSwitch.UPLINK || backend)
                && isFree(Side.IN2OUT, packet.reversed())
                && isFree(Side.OUT2IN, packet)) {
            add(new Session(packet, packet.reversed(), Side.IN2OUT, 0), true, flags);
        }
    }

    /** What the way out does, and whether the packet that left is right. */
    private void leave(Tuple packet, boolean outward, int flags, Optional<Tuple> left, int egress) {
        int way = NatNumbers.interfaceOf(packet.destination());
        if (packet.destination() == NatNumbers.NODE) {
            assertThat(left).as("packet for the node itself").isEmpty();
            return;
        }
        if (way != NatSwitch.UPLINK || outward) {
            assertThat(left).contains(packet);
            assertThat(egress).isEqualTo(way);
            return;
        }
        Optional<Session> known = find(Side.OUTPUT, packet, flags);
        Session begun = map(Side.OUT2IN).get(packet.reversed());
        if (known.isPresent()) {
            known.get().see(false, flags, now);
            assertThat(left).contains(known.get().outside.reversed());
        } else if (packet.source() == NatNumbers.VIP || packet.source() == NatNumbers.NODE) {
            assertThat(left).as("a packet from an address of NAT's own").contains(packet);
        } else if (begun != null && isAlive(begun)) {
            begun.see(false, flags, now);
            assertThat(left).as("an answer").contains(packet);
        } else if (packet.protocol() == Ipv4.PROTOCOL_ICMP && packet.sourcePort() == 8) {
            assertThat(left).as("a reply that nobody asked for").isEmpty();
        } else {
            assertThat(left).as("a connection to the internet").isPresent();
            newSource(packet, flags, left.get());
        }
    }

    private void newSource(Tuple packet, int flags, Tuple out) {
        assertThat(out.source()).isEqualTo(NatNumbers.NODE);
        assertThat(out.destination()).isEqualTo(packet.destination());
        assertThat(out.destinationPort()).isEqualTo(packet.destinationPort());
        assertThat(out.sourcePort()).isBetween(1024, 0xffff);
        assertThat(out.protocol() == Ipv4.PROTOCOL_UDP && out.sourcePort() == 4789)
                .as("overlay's port")
                .isFalse();
        assertThat(isFree(Side.OUT2IN, out.reversed()))
                .as("the outside tuple is unique")
                .isTrue();
        add(new Session(out.reversed(), packet, Side.OUTPUT, 0), false, flags);
    }

    private void add(Session session, boolean fromOutside, int flags) {
        session.see(fromOutside, flags, now);
        Session before = map(Side.OUT2IN).get(session.outside);
        if (before != null) {
            remove(before);
        }
        before = map(session.insideSide).get(session.inside);
        if (before != null) {
            remove(before);
        }
        map(Side.OUT2IN).put(session.outside, session);
        map(session.insideSide).put(session.inside, session);
    }

    private Optional<Session> find(Side side, Tuple packet, int flags) {
        Session session = map(side).get(packet);
        if (session == null) {
            return Optional.empty();
        }
        boolean begins = (flags & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN && session.isClosing();
        if (begins || !isAlive(session)) {
            remove(session);
            return Optional.empty();
        }
        return Optional.of(session);
    }

    private boolean isFree(Side side, Tuple tuple) {
        Session session = map(side).get(tuple);
        return session == null || !isAlive(session);
    }

    private boolean isAlive(Session session) {
        return now - session.lastActive < session.timeoutTicks(timeouts);
    }

    private void remove(Session session) {
        map(Side.OUT2IN).remove(session.outside, session);
        map(session.insideSide).remove(session.inside, session);
    }

    private Map<Tuple, Session> map(Side side) {
        return sessions.getOrDefault(side, Map.of());
    }

    private static boolean isMapping(Tuple packet) {
        return packet.destination() == NatNumbers.VIP
                && packet.destinationPort() == 80
                && (packet.protocol() == Ipv4.PROTOCOL_TCP || packet.protocol() == Ipv4.PROTOCOL_UDP);
    }
}
