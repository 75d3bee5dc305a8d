// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes netlink messages one behind the other (kernel {@code netlink.h}): a header, a structure of the message type,
 * and attributes, which nest. Lengths are filled in when a message or nest ends. Threading: one thread.
 */
final class NetlinkWriter {
    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int REPLACE = 0x100;
    static final int EXCL = 0x200;
    static final int CREATE = 0x400;
    static final int DUMP = 0x300;

    private static final int NESTED = 0x8000;
    private static final int ALIGNMENT = 4;

    private final ByteBuffer buffer;
    private int messageStart;

    /** Writes from the position of {@code buffer}, which has native order. */
    NetlinkWriter(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Begins a message; the structure of its type follows. */
    void begin(int type, int flags, int sequence) {
        messageStart = buffer.position();
        buffer.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(0);
    }

    /** Ends the message. */
    void end() {
        buffer.putInt(messageStart, buffer.position() - messageStart);
    }

    /** One byte of a structure. */
    void u8(int value) {
        buffer.put((byte) value);
    }

    /** Two bytes of a structure. */
    void u16(int value) {
        buffer.putShort((short) value);
    }

    /** Four bytes of a structure. */
    void u32(int value) {
        buffer.putInt(value);
    }

    /** An attribute of four bytes. */
    void attribute(int type, int value) {
        buffer.putShort((short) 8).putShort((short) type).putInt(value);
    }

    /** An attribute that is a text with closing zero. */
    void attribute(int type, String value) {
        attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** An attribute that is an address, in wire order. */
    void attribute(int type, InetAddress value) {
        attribute(type, value.getAddress());
    }

    /** An attribute of any bytes. */
    void attribute(int type, byte[] value) {
        int start = buffer.position();
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        pad(start);
    }

    /** Begins an attribute that holds attributes, or a structure and attributes; returns the mark for its end. */
    int beginNest(int type) {
        int start = buffer.position();
        buffer.putShort((short) 0).putShort((short) (type | NESTED));
        return start;
    }

    /** Begins an attribute of one's own layout, of which only the length in the first two bytes is set at its end. */
    int beginRecord() {
        int start = buffer.position();
        buffer.putShort((short) 0);
        return start;
    }

    /** Ends the nest or record of this mark. */
    void endNest(int start) {
        buffer.putShort(start, (short) (buffer.position() - start));
    }

    private void pad(int start) {
        while ((buffer.position() - start) % ALIGNMENT != 0) {
            buffer.put((byte) 0);
        }
    }
}
