// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.wire.IpAddress;

/**
 * A pod's attachment as the plan sees it.
 *
 * @param name namespace and name, such as {@code web/frontend-1}
 * @param address its address
 * @param interfaceIndex the switch's interface to it, {@value NodePlanner#FIRST_POD_INTERFACE} or more
 * @param device its own name for its end, mostly {@code eth0}
 * @param mac the hardware address of its end
 */
public record PlannedPod(String name, IpAddress address, int interfaceIndex, String device, long mac) {
    private static final long POD_PREFIX = 0x02fe_0000_0000L;
    private static final long INVERTED = 0xffff_ffffL;
    private static final int FNV_BASIS = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    /**
     * The hardware address of an attachment: {@code 02:fe} and the FNV-1a hash of container and device, as Contiv/VPP
     * has it; so it is the same after any restart.
     */
    public static long mac(String containerId, String device) {
        int hash = FNV_BASIS;
        for (char c : (containerId + "/" + device).toCharArray()) {
            hash = (hash ^ c) * FNV_PRIME;
        }
        return POD_PREFIX | Integer.toUnsignedLong(hash);
    }

    /** The name of the switch's interface. */
    public String interfaceName() {
        return "tap" + (interfaceIndex - NodePlanner.HOST_INTERFACE);
    }

    /** The switch's hardware address on that interface: the pod's with the last 32 bits inverted. */
    public long switchMac() {
        return mac ^ INVERTED;
    }
}
