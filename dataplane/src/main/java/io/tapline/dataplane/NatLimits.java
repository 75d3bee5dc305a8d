// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

/**
 * Capacities of NAT44, fixed for a switch's life.
 *
 * @param sessions sessions of all interfaces, about 160 bytes each once used
 * @param sessionsPerInterface most sessions that packets of one interface may make, so that one pod cannot take all
 * @param affinities pairs of client and service that keep to one backend
 * @param seed makes outside ports hard to guess; the same seed and packets give the same ports
 */
public record NatLimits(int sessions, int sessionsPerInterface, int affinities, long seed) {
    /** A million sessions, a quarter of them for one interface at most. */
    public static final NatLimits DEFAULT = new NatLimits(1_000_000, 250_000, 100_000, 1);

    /** Little memory: for replay, explanations and tests. */
    public static final NatLimits SMALL = new NatLimits(4096, 4096, 256, 1);

    /** Checks that there is room. */
    public NatLimits {
        if (sessions < 1 || sessionsPerInterface < 1 || affinities < 1) {
            throw new IllegalArgumentException("NAT limits must be positive: " + sessions + " sessions, "
                    + sessionsPerInterface + " per interface, " + affinities + " affinities");
        }
    }

    /** These limits with another number of sessions, of which one interface may make the same part as before. */
    public NatLimits withSessions(int newSessions) {
        int each = (int) ((long) newSessions * sessionsPerInterface / sessions);
        return new NatLimits(newSessions, each, affinities, seed);
    }

    /** These limits with another seed. */
    public NatLimits withSeed(long newSeed) {
        return new NatLimits(sessions, sessionsPerInterface, affinities, newSeed);
    }
}
