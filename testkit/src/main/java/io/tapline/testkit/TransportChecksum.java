// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** What an assertion can say about a checksum that covers the pseudo-header. */
record TransportChecksum(String protocol, Slice segment, int pseudoHeader, int fieldOffset) {
    void ok() {
        int sum = PlainChecksum.add(pseudoHeader, segment.sum());
        segment.require(
                sum == 0xffff,
                String.format("%s checksum 0x%04x is wrong: sum 0x%04x, not 0xffff%s", protocol, field(), sum, hint()));
    }

    void bad() {
        segment.require(PlainChecksum.add(pseudoHeader, segment.sum()) != 0xffff, protocol + " checksum is right");
    }

    /** The field holds the uncomplemented pseudo-header sum, 0 and 0xffff being the same value. */
    void partial() {
        segment.require(
                field() % 0xffff == pseudoHeader % 0xffff,
                String.format(
                        "%s partial checksum is 0x%04x, the pseudo-header sums up to 0x%04x",
                        protocol, field(), pseudoHeader));
    }

    private int field() {
        return segment.u16(fieldOffset);
    }

    private String hint() {
        return field() % 0xffff == pseudoHeader % 0xffff ? " (the field holds a partial checksum)" : "";
    }
}
