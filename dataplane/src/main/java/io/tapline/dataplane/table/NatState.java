// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.NatLimits;

/**
 * What NAT44 remembers of traffic: sessions, affinities, and where to look for free ports. One worker thread.
 *
 * @param sessions the sessions
 * @param ports finds free ports for them
 * @param affinity which client has which backend
 * @param sessionsPerInterface most sessions made by packets of one interface
 */
public record NatState(NatSessions sessions, NatPorts ports, NatAffinity affinity, int sessionsPerInterface)
        implements AutoCloseable {
    /** Empty state of this size, for interfaces 0..{@code maxInterface}. */
    public static NatState of(NatLimits limits, int maxInterface) {
        NatSessions sessions = new NatSessions(limits.sessions(), maxInterface);
        return new NatState(
                sessions,
                new NatPorts(sessions, limits.seed()),
                new NatAffinity(limits.affinities()),
                limits.sessionsPerInterface());
    }

    @Override
    public void close() {
        sessions.close();
        affinity.close();
    }
}
