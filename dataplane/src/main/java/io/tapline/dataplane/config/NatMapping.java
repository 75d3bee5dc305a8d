// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
        /** For every connection. */
        ALWAYS
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
        String name = name(external, port, protocol);
        if (!external.isIpv4()) {
            throw new ConfigException(name + ": NAT44 maps IPv4 addresses only");
        }
        boolean wholeAddress = port == 0 && protocol == 0;
        if (!wholeAddress && (port < 1 || port > 0xffff || !hasPorts(protocol))) {
            throw new ConfigException(name + ": write a port in 1..65535 with protocol TCP, UDP or SCTP, or neither");
        }
        if (wholeAddress && backends.size() != 1) {
            throw new ConfigException(
                    name + ": a mapping of a whole address needs one backend, not " + backends.size());
        }
        if (backends.size() > MAX_BACKENDS) {
            throw new ConfigException(name + ": " + backends.size() + " backends are more than " + MAX_BACKENDS);
        }
        Set<String> seen = new HashSet<>();
        for (NatBackend backend : backends) {
            if ((backend.port() == 0) != wholeAddress) {
                throw new ConfigException(name + ": backend " + backend.address() + " needs "
                        + (wholeAddress ? "port 0, as the mapping has none" : "a port"));
            }
            if (!seen.add(backend.address() + ":" + backend.port())) {
                throw new ConfigException(
                        name + ": backend " + backend.address() + ":" + backend.port() + " is listed twice");
            }
        }
        if (affinitySeconds < 0 || affinitySeconds > MAX_AFFINITY_SECONDS) {
            throw new ConfigException(
                    name + ": affinity of " + affinitySeconds + " s is outside 0.." + MAX_AFFINITY_SECONDS);
        }
    }

    /** A mapping as Kubernetes services want it: from outside only, hairpin by self-twice-NAT, refusal when empty. */
    public static NatMapping of(IpAddress external, int port, int protocol, List<NatBackend> backends) {
        return new NatMapping(external, port, protocol, backends, true, TwiceNat.SELF, 0, WithoutBackends.REJECT, "");
    }

    /** This mapping with other backends. */
    public NatMapping withBackends(List<NatBackend> newBackends) {
        return new NatMapping(
                external, port, protocol, newBackends, out2inOnly, twiceNat, affinitySeconds, withoutBackends, origin);
    }

    /** This mapping for connections from outside only, or for both ways. */
    public NatMapping withOut2inOnly(boolean only) {
        return new NatMapping(
                external, port, protocol, backends, only, twiceNat, affinitySeconds, withoutBackends, origin);
    }

    /** This mapping with another rule for the source. */
    public NatMapping withTwiceNat(TwiceNat rule) {
        return new NatMapping(
                external, port, protocol, backends, out2inOnly, rule, affinitySeconds, withoutBackends, origin);
    }

    /** This mapping with affinity of client addresses to backends. */
    public NatMapping withAffinity(int seconds) {
        return new NatMapping(
                external, port, protocol, backends, out2inOnly, twiceNat, seconds, withoutBackends, origin);
    }

    /** This mapping with another behaviour when it has no backends. */
    public NatMapping withoutBackends(WithoutBackends behaviour) {
        return new NatMapping(
                external, port, protocol, backends, out2inOnly, twiceNat, affinitySeconds, behaviour, origin);
    }

    /** This mapping with another origin. */
    public NatMapping withOrigin(String newOrigin) {
        return new NatMapping(
                external, port, protocol, backends, out2inOnly, twiceNat, affinitySeconds, withoutBackends, newOrigin);
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
