// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads and switches the offloads of devices in the calling thread's namespace, as {@code ethtool -k} and {@code -K}
 * do; for another namespace see {@link NetworkNamespace#run}. Switching needs {@code CAP_NET_ADMIN}.
 *
 * <p>What a TAP offers its reader is set by {@link TapOptions#offloads}; switching them off here, on the device, is
 * what a pod could do. Threading: any thread.
 */
public final class Offloads {
    private static final long SIOCETHTOOL = 0x8946;

    private Offloads() {}

    /**
     * Whether the device has this offload on.
     *
     * @throws LinuxException if there is no such device ({@code ENODEV})
     */
    public static boolean isOn(String device, Offload offload) {
        return ethtool(device, offload.command(false), offload.getCommand(), 0) != 0;
    }

    /**
     * Switches an offload.
     *
     * @throws LinuxException if there is no such device ({@code ENODEV}), without permission ({@code EPERM}), or if the
     *     device's driver does not let it be changed ({@code EOPNOTSUPP})
     */
    public static void set(String device, Offload offload, boolean on) {
        ethtool(device, offload.command(true), offload.setCommand(), on ? 1 : 0);
        if (isOn(device, offload) != on) {
            throw new LinuxException(
                    "ioctl(" + offload.command(true) + ")",
                    "device \"" + device + "\"",
                    Errno.EOPNOTSUPP,
                    "its driver keeps offload " + offload.ethtoolName() + (on ? " off" : " on"));
        }
    }

    /** Switches off whatever lets frames with unfinished checksums or super-frames leave or enter the device. */
    public static void setAllOff(String device) {
        set(device, Offload.GRO, false);
        set(device, Offload.GSO, false);
        set(device, Offload.TSO, false);
        set(device, Offload.TX_CHECKSUM, false);
    }

    /** {@code struct ethtool_value}: command, data; its address is in the {@code struct ifreq}. */
    private static int ethtool(String device, String commandName, int command, int data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_INT, command, data);
            MemorySegment ifreq = LinkNames.ifreq(arena, LinkNames.verify(device));
            ifreq.set(JAVA_LONG, LinkNames.FIELD_LENGTH, value.address());
            Links.request(SIOCETHTOOL, commandName, device, ifreq);
            return value.get(JAVA_INT, Integer.BYTES);
        }
    }
}
