// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes off-heap memory by address: the one place where the data plane touches raw memory.
 *
 * <p>All accesses go through a single segment that covers the whole address space, with the address masked to 47 bits:
 * the mask lets the JIT compiler prove the range and drop its bounds check, which made this the fastest form of access
 * measured (see docs/performance.md). An unchecked access is as dangerous as a C pointer, so every access has a checked
 * twin: with {@code -Dtapline.memory.checked=true} each one must fall into a live {@link Region} and satisfy its access
 * rule, else it throws {@link IndexOutOfBoundsException}. Tests run in that mode.
 *
 * <p>Names without {@code native} use network (big-endian) byte order, the order of header fields; the {@code native}
 * forms use the machine's order and are for tables and kernel structures. No alignment is required.
 *
 * <p>Threading: plain accesses; callers bring their own ordering.
 */
public final class Memory {
    @SuppressWarnings("restricted") // This class is the one place that may address all memory.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final long ADDRESS_MASK = 0x7fff_ffff_ffffL;
    private static final boolean CHECKED = Boolean.getBoolean("tapline.memory.checked");

    private static final ValueLayout.OfShort SHORT_BE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Memory() {}

    /** Whether accesses are bounds-checked ({@code -Dtapline.memory.checked=true}). */
    public static boolean checked() {
        return CHECKED;
    }

    /** Unsigned byte at {@code address}. */
    public static int u8(long address) {
        if (CHECKED) {
            Region.verify(address, 1);
        }
        return ALL.get(ValueLayout.JAVA_BYTE, address & ADDRESS_MASK) & 0xff;
    }

    /** Unsigned 16-bit field in network order. */
    public static int u16(long address) {
        if (CHECKED) {
            Region.verify(address, 2);
        }
        return ALL.get(SHORT_BE, address & ADDRESS_MASK) & 0xffff;
    }

    /** 32-bit field in network order. */
    public static int i32(long address) {
        if (CHECKED) {
            Region.verify(address, 4);
        }
        return ALL.get(INT_BE, address & ADDRESS_MASK);
    }

    /** 64-bit field in network order. */
    public static long i64(long address) {
        if (CHECKED) {
            Region.verify(address, 8);
        }
        return ALL.get(LONG_BE, address & ADDRESS_MASK);
    }

    /** Stores the low byte of {@code value}. */
    public static void putU8(long address, int value) {
        if (CHECKED) {
            Region.verify(address, 1);
        }
        ALL.set(ValueLayout.JAVA_BYTE, address & ADDRESS_MASK, (byte) value);
    }

    /** Stores the low 16 bits of {@code value} in network order. */
    public static void putU16(long address, int value) {
        if (CHECKED) {
            Region.verify(address, 2);
        }
        ALL.set(SHORT_BE, address & ADDRESS_MASK, (short) value);
    }

    /** Stores 32 bits in network order. */
    public static void putI32(long address, int value) {
        if (CHECKED) {
            Region.verify(address, 4);
        }
        ALL.set(INT_BE, address & ADDRESS_MASK, value);
    }

    /** Stores 64 bits in network order. */
    public static void putI64(long address, long value) {
        if (CHECKED) {
            Region.verify(address, 8);
        }
        ALL.set(LONG_BE, address & ADDRESS_MASK, value);
    }

    /** Unsigned 16-bit value in the machine's order. */
    public static int nativeU16(long address) {
        if (CHECKED) {
            Region.verify(address, 2);
        }
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address & ADDRESS_MASK) & 0xffff;
    }

    /** 32-bit value in the machine's order. */
    public static int nativeI32(long address) {
        if (CHECKED) {
            Region.verify(address, 4);
        }
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address & ADDRESS_MASK);
    }

    /** 64-bit value in the machine's order. */
    public static long nativeI64(long address) {
        if (CHECKED) {
            Region.verify(address, 8);
        }
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address & ADDRESS_MASK);
    }

    /** Stores the low 16 bits of {@code value} in the machine's order. */
    public static void putNativeU16(long address, int value) {
        if (CHECKED) {
            Region.verify(address, 2);
        }
        ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address & ADDRESS_MASK, (short) value);
    }

    /** Stores 32 bits in the machine's order. */
    public static void putNativeI32(long address, int value) {
        if (CHECKED) {
            Region.verify(address, 4);
        }
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address & ADDRESS_MASK, value);
    }

    /** Stores 64 bits in the machine's order. */
    public static void putNativeI64(long address, long value) {
        if (CHECKED) {
            Region.verify(address, 8);
        }
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address & ADDRESS_MASK, value);
    }

    /** Copies {@code length} bytes; the ranges may overlap. */
    public static void copy(long source, long target, int length) {
        if (CHECKED) {
            Region.verify(source, length);
            Region.verify(target, length);
        }
        MemorySegment.copy(ALL, source & ADDRESS_MASK, ALL, target & ADDRESS_MASK, length);
    }

    /** Copies {@code length} bytes out of memory into {@code target} from {@code offset} on. */
    public static void copyOut(long source, byte[] target, int offset, int length) {
        if (CHECKED) {
            Region.verify(source, length);
        }
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, source & ADDRESS_MASK, target, offset, length);
    }

    /** Copies {@code length} bytes of {@code source} from {@code offset} on into memory. */
    public static void copyIn(byte[] source, int offset, long target, int length) {
        if (CHECKED) {
            Region.verify(target, length);
        }
        MemorySegment.copy(source, offset, ALL, ValueLayout.JAVA_BYTE, target & ADDRESS_MASK, length);
    }

    /** Sets {@code length} bytes to {@code value}. */
    public static void fill(long address, int length, int value) {
        if (CHECKED) {
            Region.verify(address, length);
        }
        ALL.asSlice(address & ADDRESS_MASK, length).fill((byte) value);
    }

    /** A fresh array with the {@code length} bytes at {@code address}. Not for the data path. */
    public static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        copyOut(address, bytes, 0, length);
        return bytes;
    }
}
