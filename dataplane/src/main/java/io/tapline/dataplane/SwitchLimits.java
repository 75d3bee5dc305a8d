// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.table.AclSessions;

/**
 * Capacities of a switch, fixed for its life. Memory is reserved at the start and mapped when first used.
 *
 * @param maxInterface largest interface index
 * @param smallFrames frames up to an Ethernet MTU, about 2 KiB each
 * @param largeFrames 64 KiB super-frames, 68 KiB each
 * @param aclSessions reflected sessions, 80 to 96 bytes each
 * @param aclTimeouts when idle sessions end
 * @param neighbors dynamic neighbours
 * @param traces traces kept, 4 KiB each
 * @param nat capacities of NAT44
 */
public record SwitchLimits(
        int maxInterface,
        int smallFrames,
        int largeFrames,
        int aclSessions,
        AclSessions.Timeouts aclTimeouts,
        int neighbors,
        int traces,
        NatLimits nat) {
    /** Room for a node with 250 pods; a million sessions, as VPP's default. */
    public static final SwitchLimits DEFAULT =
            new SwitchLimits(1023, 8192, 512, 1_000_000, AclSessions.Timeouts.DEFAULT, 1024, 1024, NatLimits.DEFAULT);

    /** Little memory: for replay, explanations and tests. */
    public static final SwitchLimits SMALL =
            new SwitchLimits(255, 1024, 16, 4096, AclSessions.Timeouts.DEFAULT, 64, 256, NatLimits.SMALL);

    /** Limits with as many NAT sessions as sessions of access lists. */
    public SwitchLimits(
            int maxInterface,
            int smallFrames,
            int largeFrames,
            int aclSessions,
            AclSessions.Timeouts aclTimeouts,
            int neighbors,
            int traces) {
        this(
                maxInterface,
                smallFrames,
                largeFrames,
                aclSessions,
                aclTimeouts,
                neighbors,
                traces,
                new NatLimits(aclSessions, aclSessions, NatLimits.SMALL.affinities(), NatLimits.SMALL.seed()));
    }

    /** These limits with others for the sessions of access lists. */
    public SwitchLimits withAclSessions(int sessions, AclSessions.Timeouts timeouts) {
        return new SwitchLimits(maxInterface, smallFrames, largeFrames, sessions, timeouts, neighbors, traces, nat);
    }

    /** These limits with other ones for NAT44. */
    public SwitchLimits withNat(NatLimits newNat) {
        return new SwitchLimits(
                maxInterface, smallFrames, largeFrames, aclSessions, aclTimeouts, neighbors, traces, newNat);
    }
}
