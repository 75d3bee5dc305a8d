// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads pcapng. Blocks of unknown types are skipped, as are options; a file may have several sections, of either byte
 * order.
 */
final class PcapngReader {
    private static final int MIN_BLOCK_BYTES = 12;
    private static final int HEADER_BYTES = 8;
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);
    private static final int BINARY_RESOLUTION = 0x80;

    private final ByteBuffer file;
    private final List<CaptureInterface> interfaces = new ArrayList<>();
    private final List<Clock> clocks = new ArrayList<>();
    private final List<CapturedPacket> packets = new ArrayList<>();
    /** Index of the present section's first interface. */
    private int sectionStart;

    /** What an interface's time stamps mean. */
    private record Clock(BigInteger ticksPerSecond, long offsetSeconds, int snapLength) {}

    /** Raised within a block; {@link #read} makes it a fault of the file. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message, null, false, false);
        }
    }

    PcapngReader(byte[] bytes) {
        file = ByteBuffer.wrap(bytes);
    }

    static boolean begins(byte[] bytes) {
        return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt(0) == Pcapng.SECTION_HEADER;
    }

    Capture read() {
        int at = 0;
        try {
            while (at < file.capacity()) {
                int total = blockLength(at);
                block(at, total);
                at += total;
            }
            return new Capture(interfaces, packets, Optional.empty());
        } catch (Broken e) {
            return new Capture(interfaces, packets, Optional.of(new Capture.Fault(at, String.valueOf(e.getMessage()))));
        }
    }

    private int blockLength(int at) throws Broken {
        int left = file.capacity() - at;
        if (left < MIN_BLOCK_BYTES) {
            throw new Broken("the file ends within a block header");
        }
        if (file.getInt(at) == Pcapng.SECTION_HEADER) {
            takeByteOrder(at);
        }
        int total = file.getInt(at + 4);
        if (total < MIN_BLOCK_BYTES || total % 4 != 0) {
            throw new Broken("a block claims " + Integer.toUnsignedString(total) + " bytes");
        }
        if (total > left) {
            throw new Broken("a block claims " + total + " bytes, of which the file has " + left);
        }
        if (file.getInt(at + total - 4) != total) {
            throw new Broken("the two lengths of a block differ");
        }
        return total;
    }

    private void takeByteOrder(int at) throws Broken {
        file.order(ByteOrder.BIG_ENDIAN);
        if (file.getInt(at + HEADER_BYTES) == Pcapng.BYTE_ORDER) {
            return;
        }
        file.order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt(at + HEADER_BYTES) != Pcapng.BYTE_ORDER) {
            throw new Broken("a section has an unknown byte order");
        }
    }

    private void block(int at, int total) throws Broken {
        int body = at + HEADER_BYTES;
        int end = at + total - 4;
        switch (file.getInt(at)) {
            case Pcapng.SECTION_HEADER -> section(body, end);
            case Pcapng.INTERFACE -> interfaceBlock(body, end);
            case Pcapng.ENHANCED_PACKET -> packet(body, end, file.getInt(need(body, 20, end)));
            case Pcapng.OLD_PACKET -> packet(body, end, Short.toUnsignedInt(file.getShort(need(body, 20, end))));
            case Pcapng.SIMPLE_PACKET -> simplePacket(body, end);
            default -> {}
        }
    }

    private void section(int body, int end) throws Broken {
        need(body, 16, end);
        int major = Short.toUnsignedInt(file.getShort(body + 4));
        if (major != 1) {
            throw new Broken("a section is of version " + major + "; only version 1 is known");
        }
        sectionStart = interfaces.size();
    }

    private void interfaceBlock(int body, int end) throws Broken {
        need(body, 8, end);
        int linkType = Short.toUnsignedInt(file.getShort(body));
        Options options = options(body + 8, end);
        int resolution = options.resolution;
        BigInteger ticks = (resolution & BINARY_RESOLUTION) != 0
                ? BigInteger.TWO.pow(resolution & ~BINARY_RESOLUTION)
                : BigInteger.TEN.pow(resolution);
        interfaces.add(new CaptureInterface(options.name, options.description, linkType));
        clocks.add(new Clock(ticks, options.offsetSeconds, file.getInt(body + 4)));
    }

    /** Enhanced packet block, and the obsolete packet block that differs in how it names the interface. */
    private void packet(int body, int end, int number) throws Broken {
        int index = interfaceIndex(number);
        int captured = file.getInt(body + 12);
        int data = body + 20;
        Options options = options(data + padded(captured, end - data), end);
        long ticks = (long) file.getInt(body + 4) << 32 | Integer.toUnsignedLong(file.getInt(body + 8));
        packets.add(new CapturedPacket(
                index,
                nanos(clocks.get(index), ticks),
                bytes(data, captured),
                Math.max(captured, file.getInt(body + 16)),
                options.direction,
                options.comment));
    }

    private void simplePacket(int body, int end) throws Broken {
        int index = interfaceIndex(0);
        int original = file.getInt(need(body, 4, end));
        int snapLength = clocks.get(index).snapLength();
        int captured = snapLength > 0 ? Math.min(original, snapLength) : original;
        padded(captured, end - body - 4);
        packets.add(new CapturedPacket(index, 0, bytes(body + 4, captured), original, Direction.UNKNOWN, ""));
    }

    private int interfaceIndex(int number) throws Broken {
        int known = interfaces.size() - sectionStart;
        if (number < 0 || number >= known) {
            throw new Broken(
                    "a packet is of interface " + Integer.toUnsignedString(number) + ", the section has " + known);
        }
        return sectionStart + number;
    }

    private byte[] bytes(int at, int length) {
        byte[] bytes = new byte[length];
        file.get(at, bytes);
        return bytes;
    }

    /** Reads options up to the end of the block; what does not fit is a fault. */
    private Options options(int from, int end) throws Broken {
        Options options = new Options();
        int at = from;
        while (end - at >= 4) {
            int code = Short.toUnsignedInt(file.getShort(at));
            int length = Short.toUnsignedInt(file.getShort(at + 2));
            if (code == Pcapng.END_OF_OPTIONS) {
                break;
            }
            int next = at + 4 + padded(length, end - at - 4);
            // Option codes overlap: those above 1 mean one thing for an interface and another for a packet.
            options.take(code, length, at + 4);
            at = next;
        }
        return options;
    }

    private static int need(int at, int bytes, int end) throws Broken {
        if (end - at < bytes) {
            throw new Broken("a block is too short for its type");
        }
        return at;
    }

    private static int padded(int length, int room) throws Broken {
        if (length < 0 || length > room) {
            throw new Broken("a block claims " + Integer.toUnsignedString(length) + " bytes of data, and has " + room);
        }
        return Math.min(length + 3 & ~3, room);
    }

    /** To nanoseconds, however fine the ticks; what does not fit becomes the nearest that does. */
    private static long nanos(Clock clock, long ticks) {
        BigInteger nanos = new BigInteger(Long.toUnsignedString(ticks))
                .multiply(NANOS_PER_SECOND)
                .divide(clock.ticksPerSecond())
                .add(BigInteger.valueOf(clock.offsetSeconds()).multiply(NANOS_PER_SECOND));
        return nanos.max(BigInteger.ZERO)
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    /** The options that this reader cares for. */
    private final class Options {
        private String comment = "";
        private String name = "";
        private String description = "";
        private int resolution = Pcapng.RESOLUTION_MICROS;
        private long offsetSeconds;
        private Direction direction = Direction.UNKNOWN;

        void take(int code, int length, int at) {
            switch (code) {
                case Pcapng.COMMENT -> comment = comment.isEmpty() ? text(at, length) : comment;
                case Pcapng.INTERFACE_NAME -> {
                    direction = length == 4 ? direction(file.getInt(at)) : direction;
                    name = text(at, length);
                }
                case Pcapng.INTERFACE_DESCRIPTION -> description = text(at, length);
                case Pcapng.TIME_RESOLUTION -> resolution = length == 1 ? file.get(at) & 0xff : resolution;
                case Pcapng.TIME_OFFSET -> offsetSeconds = length == 8 ? file.getLong(at) : offsetSeconds;
                default -> {}
            }
        }

        private static Direction direction(int flags) {
            return switch (flags & 3) {
                case 1 -> Direction.INBOUND;
                case 2 -> Direction.OUTBOUND;
                default -> Direction.UNKNOWN;
            };
        }

        private String text(int at, int length) {
            int end = length;
            while (end > 0 && file.get(at + end - 1) == 0) {
                end--; // some writers end strings with a zero
            }
            return new String(bytes(at, end), StandardCharsets.UTF_8);
        }
    }
}
