// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

/** The numbers of the pcapng format (draft-ietf-opsawg-pcapng sections 3.5 and 4). */
final class Pcapng {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER = 0x1a2b3c4d;
    static final int INTERFACE = 1;
    /** Obsolete. */
    static final int OLD_PACKET = 2;

    static final int SIMPLE_PACKET = 3;
    static final int ENHANCED_PACKET = 6;

    static final int END_OF_OPTIONS = 0;
    /** Option of every block. */
    static final int COMMENT = 1;
    /** Options of the section header. */
    static final int USER_APPLICATION = 4;
    /** Options of an interface. */
    static final int INTERFACE_NAME = 2;

    static final int INTERFACE_DESCRIPTION = 3;
    static final int TIME_RESOLUTION = 9;
    static final int TIME_OFFSET = 14;
    /** Option of a packet; 1 inbound, 2 outbound. */
    static final int FLAGS = 2;

    static final int RESOLUTION_MICROS = 6;
    static final int RESOLUTION_NANOS = 9;

    private Pcapng() {}
}
