// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads classic pcap (draft-ietf-opsawg-pcap section 4). */
final class PcapReader {
    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int HEADER_BYTES = 24;
    private static final int RECORD_BYTES = 16;
    private static final int LINK_TYPE_MASK = 0xffff;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ByteBuffer file;
    private final List<CapturedPacket> packets = new ArrayList<>();

    PcapReader(byte[] bytes) {
        file = ByteBuffer.wrap(bytes);
    }

    static boolean begins(byte[] bytes) {
        if (bytes.length < Integer.BYTES) {
            return false;
        }
        int magic = ByteBuffer.wrap(bytes).getInt(0);
        return isMagic(magic) || isMagic(Integer.reverseBytes(magic));
    }

    private static boolean isMagic(int magic) {
        return magic == MAGIC_MICROS || magic == MAGIC_NANOS;
    }

    Capture read() {
        file.order(isMagic(file.getInt(0)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (file.capacity() < HEADER_BYTES) {
            return capture(List.of(), "the file header has " + HEADER_BYTES + " bytes, the file fewer", 0);
        }
        long nanosPerTick = file.getInt(0) == MAGIC_NANOS ? 1 : 1000;
        List<CaptureInterface> interfaces = List.of(new CaptureInterface("", "", file.getInt(20) & LINK_TYPE_MASK));
        int at = HEADER_BYTES;
        while (at < file.capacity()) {
            if (file.capacity() - at < RECORD_BYTES) {
                return capture(interfaces, "the file ends within a record header", at);
            }
            int captured = file.getInt(at + 8);
            if (captured < 0 || captured > file.capacity() - at - RECORD_BYTES) {
                String claim =
                        "a packet claims " + Integer.toUnsignedString(captured) + " bytes, of which the file has ";
                return capture(interfaces, claim + (file.capacity() - at - RECORD_BYTES), at);
            }
            packet(at, captured, nanosPerTick);
            at += RECORD_BYTES + captured;
        }
        return new Capture(interfaces, packets, Optional.empty());
    }

    private void packet(int at, int captured, long nanosPerTick) {
        byte[] bytes = new byte[captured];
        file.get(at + RECORD_BYTES, bytes);
        long seconds = Integer.toUnsignedLong(file.getInt(at));
        long nanos = seconds * NANOS_PER_SECOND + Integer.toUnsignedLong(file.getInt(at + 4)) * nanosPerTick;
        int original = Math.max(captured, file.getInt(at + 12));
        packets.add(new CapturedPacket(0, nanos, bytes, original, Direction.UNKNOWN, ""));
    }

    private Capture capture(List<CaptureInterface> interfaces, String message, long offset) {
        return new Capture(interfaces, packets, Optional.of(new Capture.Fault(offset, message)));
    }
}
