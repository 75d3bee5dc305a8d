// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

/**
 * One packet of a capture file.
 *
 * @param interfaceIndex position of its interface in the file, from 0
 * @param timeNanos when, in nanoseconds since 1970; 0 when the file does not say
 * @param bytes what was captured of it
 * @param originalLength its length on the wire, in bytes; more than {@code bytes} when it was cut
 * @param direction which way it went
 * @param comment the first comment on it; empty when there is none
 */
public record CapturedPacket(
        int interfaceIndex, long timeNanos, byte[] bytes, int originalLength, Direction direction, String comment) {
    /** Whether less was captured than was on the wire. */
    public boolean isCut() {
        return bytes.length < originalLength;
    }
}
