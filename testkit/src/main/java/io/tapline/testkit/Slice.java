// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** Part of a frame under assertion: bounded reads, and failures that name the field and show the frame. */
record Slice(byte[] frame, int offset, int length) {
    static Slice of(byte[] frame) {
        return new Slice(frame, 0, frame.length);
    }

    /** The slice from {@code from} on, which must still have {@code minimum} bytes. */
    Slice from(int from, int minimum, String what) {
        require(
                length - from >= minimum,
                what + " needs " + minimum + " bytes, but only " + (length - from) + " are left");
        return new Slice(frame, offset + from, length - from);
    }

    Slice first(int bytes) {
        return new Slice(frame, offset, Math.min(bytes, length));
    }

    int u8(int at) {
        return frame[offset + at] & 0xff;
    }

    int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    int i32(int at) {
        return ByteBuffer.wrap(frame).getInt(offset + at);
    }

    long mac(int at) {
        return (long) u16(at) << 32 | Integer.toUnsignedLong(i32(at + 2));
    }

    byte[] bytes(int from) {
        return Arrays.copyOfRange(frame, offset + from, offset + length);
    }

    int sum() {
        return PlainChecksum.sum(frame, offset, offset + length);
    }

    void require(boolean condition, String failure) {
        if (!condition) {
            throw new AssertionError(failure + context());
        }
    }

    void equal(String field, int actual, int expected) {
        assertThat(actual).as(() -> field + context()).isEqualTo(expected);
    }

    void equalText(String field, String actual, String expected) {
        assertThat(actual).as(() -> field + context()).isEqualTo(expected);
    }

    void equalBytes(String field, byte[] actual, byte[] expected) {
        equalText(field, HexFormat.of().formatHex(actual), HexFormat.of().formatHex(expected));
    }

    private String context() {
        return System.lineSeparator() + "in frame of " + HexDump.of(frame) + System.lineSeparator();
    }
}
