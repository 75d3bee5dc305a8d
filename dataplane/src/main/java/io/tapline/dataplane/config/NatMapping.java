// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.Arrays;
import java.util.List;

/**
 * An outside address and port that stands for one backend (VPP: static mapping) or several (load-balancing mapping).
 *
 * @param external outside IPv4 address
 * @param port outside port, 1..65535; 0 with protocol 0 for the whole address, which then has one backend
 * @param protocol TCP, UDP or SCTP; 0 for the whole address
 * @param backends none: see {@code withoutBackends}
 * @param out2inOnly whether connections that a backend begins keep its own address; otherwise the only backend's
 *     packets leave an interface with source NAT under the outside address
 * @param twiceNat when the client's address is hidden from the backend
 * @param affinitySeconds how long a client address that pauses stays with its backend; 0: every connection is free
 * @param allowedSources who may connect, IPv4; empty for everybody
 * @param audience for whom the mapping is; an outside address and port may have one mapping for each side
 * @param withoutBackends what becomes of new connections when no backend takes any
 * @param origin what it was made from, in a user's words such as {@code service shop/web port http}; may be empty
 */
public record NatMapping(
        IpAddress external,
        int port,
        int protocol,
        List<NatBackend> backends,
        boolean out2inOnly,
        TwiceNat twiceNat,
        int affinitySeconds,
        List<IpPrefix> allowedSources,
        Audience audience,
        WithoutBackends withoutBackends,
        String origin) {
    /** Most backends of one mapping. */
    public static final int MAX_BACKENDS = 10_000;
    /** Longest affinity: a day, as in the Kubernetes API. */
    public static final int MAX_AFFINITY_SECONDS = 86_400;

    /** When the source is translated beside the destination, to an address of {@link NatConfig#twiceNatPool}. */
    public enum TwiceNat {
        /** Never. */
        OFF,
        /** When the backend chosen is the client itself, whose answer would not come back otherwise. */
        SELF,
        /**
         * When the backend chosen is behind the interface that the client's packets come in by - the client itself, or
         * a neighbour of its - whose answer would not come back here otherwise. Backends behind recursive or multipath
         * routes are not recognized.
         */
        HAIRPIN,
        /** For every connection. */
        ALWAYS
    }

    /** On which side of NAT the clients are, by the role of the interface that their packets come in by. */
    public enum Audience {
        /** Either. */
        ANY,
        /** {@link NatRole#INSIDE} and {@link NatRole#BOTH}: pods and the host. */
        INTERNAL,
        /** {@link NatRole#OUTSIDE}. */
        EXTERNAL
    }

    /** What a new connection meets when no backend takes any. */
    public enum WithoutBackends {
        /** A refusal at once: TCP reset, or ICMP "port unreachable". */
        REJECT,
        /** Silence. */
        DROP,
        /** Forwarding as if the mapping did not exist. */
        FORWARD
    }

    /** Checks the ranges and copies the list. */
    public NatMapping {
        backends = List.copyOf(backends);
        allowedSources = List.copyOf(allowedSources);
        if (!external.isIpv4()) {
            throw error(external, port, protocol, "NAT44 maps IPv4 addresses only");
        }
        boolean wholeAddress = port == 0 && protocol == 0;
        if (!wholeAddress && (port < 1 || port > 0xffff || !hasPorts(protocol))) {
            String remedy = "write a port in 1..65535 with protocol TCP, UDP or SCTP, or neither";
            throw error(external, port, protocol, remedy);
        }
        String wrong = wrongBackends(backends, wholeAddress);
        if (!wrong.isEmpty()) {
            throw error(external, port, protocol, wrong);
        }
        for (IpPrefix prefix : allowedSources) {
            if (!prefix.isIpv4()) {
                throw error(external, port, protocol, "allowed source " + prefix + " is not an IPv4 prefix");
            }
        }
        if (affinitySeconds < 0 || affinitySeconds > MAX_AFFINITY_SECONDS) {
            String range = "affinity of " + affinitySeconds + " s is outside 0.." + MAX_AFFINITY_SECONDS;
            throw error(external, port, protocol, range);
        }
    }

    private static ConfigException error(IpAddress external, int port, int protocol, String what) {
        return new ConfigException(name(external, port, protocol) + ": " + what);
    }

    /** What is wrong with a mapping's backends; empty when nothing is. */
    private static String wrongBackends(List<NatBackend> backends, boolean wholeAddress) {
        if (wholeAddress && backends.size() != 1) {
            return "a mapping of a whole address needs one backend, not " + backends.size();
        }
        if (backends.size() > MAX_BACKENDS) {
            return backends.size() + " backends are more than " + MAX_BACKENDS;
        }
        long[] places = new long[backends.size()];
        for (int i = 0; i < places.length; i++) {
            NatBackend backend = backends.get(i);
            if ((backend.port() == 0) != wholeAddress) {
                String need = wholeAddress ? "port 0, as the mapping has none" : "a port";
                return "backend " + backend.address() + " needs " + need;
            }
            places[i] = (long) backend.address().ipv4() << 16 | backend.port();
        }
        Arrays.sort(places);
        for (int i = 1; i < places.length; i++) {
            if (places[i] == places[i - 1]) {
                String twice = IpAddress.ofIpv4((int) (places[i] >>> 16)) + ":" + (places[i] & 0xffff);
                return "backend " + twice + " is listed twice";
            }
        }
        return "";
    }

    /** A mapping as Kubernetes services want it: from outside only, hairpin by self-twice-NAT, refusal when empty. */
    public static NatMapping of(IpAddress external, int port, int protocol, List<NatBackend> backends) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                true,
                TwiceNat.SELF,
                0,
                List.of(),
                Audience.ANY,
                WithoutBackends.REJECT,
                "");
    }

    /** This mapping with other backends. */
    public NatMapping withBackends(List<NatBackend> newBackends) {
        return new NatMapping(
                external,
                port,
                protocol,
                newBackends,
                out2inOnly,
                twiceNat,
                affinitySeconds,
                allowedSources,
                audience,
                withoutBackends,
                origin);
    }

    /** This mapping for connections from outside only, or for both ways. */
    public NatMapping withOut2inOnly(boolean only) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                only,
                twiceNat,
                affinitySeconds,
                allowedSources,
                audience,
                withoutBackends,
                origin);
    }

    /** This mapping with another rule for the source. */
    public NatMapping withTwiceNat(TwiceNat rule) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                out2inOnly,
                rule,
                affinitySeconds,
                allowedSources,
                audience,
                withoutBackends,
                origin);
    }

    /** This mapping with affinity of client addresses to backends. */
    public NatMapping withAffinity(int seconds) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                out2inOnly,
                twiceNat,
                seconds,
                allowedSources,
                audience,
                withoutBackends,
                origin);
    }

    /** This mapping for these clients only. */
    public NatMapping withAllowedSources(List<IpPrefix> prefixes) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                out2inOnly,
                twiceNat,
                affinitySeconds,
                prefixes,
                audience,
                withoutBackends,
                origin);
    }

    /** This mapping for clients on one side. */
    public NatMapping withAudience(Audience clients) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                out2inOnly,
                twiceNat,
                affinitySeconds,
                allowedSources,
                clients,
                withoutBackends,
                origin);
    }

    /** This mapping with another behaviour when it has no backends. */
    public NatMapping withoutBackends(WithoutBackends behaviour) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                out2inOnly,
                twiceNat,
                affinitySeconds,
                allowedSources,
                audience,
                behaviour,
                origin);
    }

    /** This mapping with another origin. */
    public NatMapping withOrigin(String newOrigin) {
        return new NatMapping(
                external,
                port,
                protocol,
                backends,
                out2inOnly,
                twiceNat,
                affinitySeconds,
                allowedSources,
                audience,
                withoutBackends,
                newOrigin);
    }

    /** How messages call it, such as {@code NAT mapping 10.96.0.1:443/tcp}. */
    public String name() {
        return name(external, port, protocol);
    }

    static boolean hasPorts(int protocol) {
        return protocol == Ipv4.PROTOCOL_TCP || protocol == Ipv4.PROTOCOL_UDP || protocol == Ipv4.PROTOCOL_SCTP;
    }

    private static String name(IpAddress external, int port, int protocol) {
        String suffix = switch (protocol) {
            case Ipv4.PROTOCOL_TCP -> "/tcp";
            case Ipv4.PROTOCOL_UDP -> "/udp";
            case Ipv4.PROTOCOL_SCTP -> "/sctp";
            case 0 -> "";
            default -> "/" + protocol;
        };
        return "NAT mapping " + external + (port == 0 && protocol == 0 ? "" : ":" + port + suffix);
    }
}
