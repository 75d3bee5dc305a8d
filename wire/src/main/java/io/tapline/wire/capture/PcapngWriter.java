// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes pcapng with one section of Ethernet interfaces, nanosecond time stamps, comments and directions: what
 * Wireshark, tshark and tcpdump read. Every block is written at once, so a file that is cut short loses its last packet
 * only.
 */
public final class PcapngWriter {
    private static final int MAX_OPTION_BYTES = 0xffff;
    private static final int MAX_OPTIONS = 4;
    private static final byte[] NANOSECONDS = {Pcapng.RESOLUTION_NANOS};

    private final OutputStream out;
    private int interfaces;

    /**
     * Begins a file.
     *
     * @param out stays the caller's to close
     * @param application the program that writes, such as {@code tapline 0.1}
     */
    public PcapngWriter(OutputStream out, String application) throws IOException {
        this.out = out;
        Block block = new Block(Pcapng.SECTION_HEADER, 16, 0, application);
        block.buffer.putInt(Pcapng.BYTE_ORDER).putShort((short) 1).putShort((short) 0);
        block.buffer.putLong(-1); // the section's length, which is not known yet
        block.option(Pcapng.USER_APPLICATION, utf8(application));
        block.write(out);
    }

    /**
     * Adds an interface; packets refer to it by the number returned, from 0.
     *
     * @param name such as {@code tap0}
     * @param description what it leads to; may be empty
     */
    public int addInterface(String name, String description) throws IOException {
        Block block = new Block(Pcapng.INTERFACE, 8, 0, name + description);
        block.buffer.putShort((short) CaptureInterface.ETHERNET).putShort((short) 0);
        block.buffer.putInt(0); // packets are not cut
        block.option(Pcapng.INTERFACE_NAME, utf8(name));
        block.option(Pcapng.INTERFACE_DESCRIPTION, utf8(description));
        block.option(Pcapng.TIME_RESOLUTION, NANOSECONDS);
        block.write(out);
        return interfaces++;
    }

    /**
     * Adds a packet.
     *
     * @throws IllegalArgumentException when its interface was not added
     */
    public void write(CapturedPacket packet) throws IOException {
        if (packet.interfaceIndex() < 0 || packet.interfaceIndex() >= interfaces) {
            throw new IllegalArgumentException(
                    "interface " + packet.interfaceIndex() + " was not added; there are " + interfaces);
        }
        Block block = new Block(Pcapng.ENHANCED_PACKET, 20, packet.bytes().length, packet.comment());
        block.buffer
                .putInt(packet.interfaceIndex())
                .putInt((int) (packet.timeNanos() >>> 32))
                .putInt((int) packet.timeNanos())
                .putInt(packet.bytes().length)
                .putInt(packet.originalLength());
        block.padded(packet.bytes());
        block.option(Pcapng.COMMENT, utf8(packet.comment()));
        if (packet.direction() != Direction.UNKNOWN) {
            int flags = packet.direction() == Direction.INBOUND ? 1 : 2;
            block.option(Pcapng.FLAGS, new byte[] {(byte) flags, 0, 0, 0});
        }
        block.write(out);
    }

    /** As much of a text as an option holds, without cutting a character in two. */
    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_OPTION_BYTES) {
            return bytes;
        }
        int end = MAX_OPTION_BYTES;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    /** One block being put together, in little-endian order. */
    private static final class Block {
        private static final int FRAME_BYTES = 12;

        private final ByteBuffer buffer;

        Block(int type, int fixedBytes, int dataBytes, String texts) {
            int options = 3 * texts.length() + 8 * MAX_OPTIONS + 4;
            buffer = ByteBuffer.allocate(FRAME_BYTES + fixedBytes + dataBytes + 3 + options)
                    .order(ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(type).putInt(0);
        }

        void padded(byte[] bytes) {
            buffer.put(bytes);
            buffer.position(buffer.position() + 3 & ~3);
        }

        void option(int code, byte[] value) {
            if (value.length > 0) {
                buffer.putShort((short) code).putShort((short) value.length);
                padded(value);
            }
        }

        void write(OutputStream out) throws IOException {
            buffer.putInt(Pcapng.END_OF_OPTIONS);
            int total = buffer.position() + 4;
            buffer.putInt(total).putInt(4, total);
            out.write(buffer.array(), 0, total);
        }
    }
}
