// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.wire.IpAddress;

/**
 * The six 64-bit words of a 5-tuple as VPP 18.01's ACL plug-in holds and prints it (fa_5tuple_t, on a little-endian
 * machine).
 */
final class AclWords {
    private static final int TCP_FLAGS_VALID = 1;
    private static final int IS_INPUT = 1 << 1;
    private static final int L4_VALID = 1 << 2;
    private static final int NON_FIRST_FRAGMENT = 1 << 3;
    private static final long MASK_TYPE_INDEX = 0xffffL << 32;

    private AclWords() {}

    static String format(TraceStep.Acl step) {
        long tuple = (long) (step.interfaceIndex() & 0xffff) << 48
                | (long) step.protocol() << 32
                | (long) step.destinationPort() << 16
                | step.sourcePort();
        int flags = (step.tcpFlagsValid() ? TCP_FLAGS_VALID : 0)
                | (step.input() ? IS_INPUT : 0)
                | (step.l4Valid() ? L4_VALID : 0)
                | (step.fragment() ? NON_FIRST_FRAGMENT : 0);
        long packet = (long) flags << 56
                | (long) step.tcpFlags() << 48
                | MASK_TYPE_INDEX
                | Integer.toUnsignedLong(step.interfaceIndex());
        return "%016x %016x %016x %016x %016x %016x"
                .formatted(0L, address(step.source()), 0L, address(step.destination()), tuple, packet);
    }

    /** The address bytes in the high half, read as little-endian. */
    private static long address(String dotted) {
        return (long) Integer.reverseBytes(IpAddress.parseIpv4(dotted)) << 32;
    }
}
