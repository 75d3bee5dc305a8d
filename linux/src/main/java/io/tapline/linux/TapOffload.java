// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Work that the kernel may leave to the reader of a TAP (kernel {@code if_tun.h}, {@code TUN_F_*}). With one of these
 * on, frames arrive with the checksum unfinished or as super-frames of up to 64 KiB, as the vnet header says. Frames
 * written to the TAP may always use these, whatever is set here.
 */
public enum TapOffload {
    /** Frames may lack their transport checksum ({@code VIRTIO_NET_HDR_F_NEEDS_CSUM}). */
    CHECKSUM(0x01),
    /** TCP over IPv4 may come in super-frames. */
    TSO4(0x02),
    /** TCP over IPv6 may come in super-frames. */
    TSO6(0x04),
    /** TCP super-frames may carry ECN's CWR flag. */
    TSO_ECN(0x08),
    /** UDP over IPv4 may come in super-frames; since Linux 6.2, and only together with {@link #USO6}. */
    USO4(0x20),
    /** UDP over IPv6 may come in super-frames; since Linux 6.2, and only together with {@link #USO4}. */
    USO6(0x40);

    /** All of them; the kernel's set where it is too old for UDP. */
    public static final Set<TapOffload> ALL = Collections.unmodifiableSet(EnumSet.allOf(TapOffload.class));

    /** None: every frame has its checksum and fits the MTU. */
    public static final Set<TapOffload> NONE = Set.of();

    private final int flag;

    TapOffload(int flag) {
        this.flag = flag;
    }

    /** An unmodifiable copy in the order of declaration. */
    static Set<TapOffload> copyOf(Set<TapOffload> offloads) {
        Set<TapOffload> copy = EnumSet.noneOf(TapOffload.class);
        copy.addAll(offloads);
        return Collections.unmodifiableSet(copy);
    }

    static int flags(Set<TapOffload> offloads) {
        int flags = 0;
        for (TapOffload offload : offloads) {
            flags |= offload.flag;
        }
        return flags;
    }
}
