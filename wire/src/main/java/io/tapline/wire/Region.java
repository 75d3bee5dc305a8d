// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A block of zeroed off-heap memory with a name, to be used through {@link Memory}.
 *
 * <p>Memory comes from {@code calloc}, so that large blocks are mapped lazily: capacity that is never used costs
 * address space, not resident memory. In checked mode every live region is registered, and its {@link AccessRule}
 * decides which bytes may be touched at the moment.
 *
 * <p>Threading: any thread may allocate; after {@link #close} no thread may touch the memory.
 */
public final class Region implements AutoCloseable {
    /** Cache-line alignment, in bytes, of every region. */
    public static final int ALIGNMENT_BYTES = 64;

    private static final MethodHandle CALLOC =
            handle("calloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    private static final ConcurrentSkipListMap<Long, Region> LIVE = new ConcurrentSkipListMap<>();

    /** Decides in checked mode whether an access inside a region is legal. */
    @FunctionalInterface
    public interface AccessRule {
        /** Whether {@code length} bytes at {@code offset} from the region's start may be read or written now. */
        boolean allows(long offset, int length);
    }

    private final String name;
    private final long allocation;
    private final long address;
    private final long byteSize;
    private final AccessRule rule;
    private boolean closed;

    private Region(String name, long allocation, long byteSize, AccessRule rule) {
        this.name = name;
        this.allocation = allocation;
        this.address = (allocation + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
        this.byteSize = byteSize;
        this.rule = rule;
    }

    /**
     * Allocates {@code byteSize} zeroed bytes, aligned to {@value #ALIGNMENT_BYTES}.
     *
     * @throws OutOfMemoryError naming the region when the system refuses
     */
    public static Region allocate(String name, long byteSize) {
        return allocate(name, byteSize, (offset, length) -> true);
    }

    /** As {@link #allocate(String, long)}, with a rule for checked mode. */
    public static Region allocate(String name, long byteSize, AccessRule rule) {
        if (byteSize <= 0) {
            throw new IllegalArgumentException("region " + name + ": size must be positive, not " + byteSize);
        }
        MemorySegment block = calloc(byteSize + ALIGNMENT_BYTES);
        if (block.address() == 0) {
            throw new OutOfMemoryError("region " + name + ": no memory for " + byteSize + " bytes");
        }
        Region region = new Region(name, block.address(), byteSize, rule);
        if (Memory.checked()) {
            LIVE.put(region.address, region);
        }
        return region;
    }

    /** First byte. */
    public long address() {
        return address;
    }

    /** Usable size in bytes. */
    public long byteSize() {
        return byteSize;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LIVE.remove(address, this);
        try {
            FREE.invokeExact(MemorySegment.ofAddress(allocation));
        } catch (Throwable e) {
            throw new AssertionError("free() cannot fail", e);
        }
    }

    @Override
    public String toString() {
        return name + " [" + byteSize + " bytes at 0x" + Long.toHexString(address) + "]";
    }

    /** Throws unless the bytes lie in one live region whose rule allows the access. Checked mode only. */
    static void verify(long address, int length) {
        Map.Entry<Long, Region> entry = LIVE.floorEntry(address);
        if (entry == null || length < 0) {
            throw new IndexOutOfBoundsException(access(address, length) + " is outside every region");
        }
        Region region = entry.getValue();
        long offset = address - region.address;
        if (offset + length > region.byteSize) {
            throw new IndexOutOfBoundsException(access(address, length) + " is outside " + region);
        }
        if (!region.rule.allows(offset, length)) {
            throw new IndexOutOfBoundsException(
                    access(address, length) + " breaks the rule of " + region + " at offset " + offset);
        }
    }

    private static String access(long address, int length) {
        return "access to " + length + " bytes at 0x" + Long.toHexString(address);
    }

    private static MemorySegment calloc(long byteSize) {
        try {
            return (MemorySegment) CALLOC.invokeExact(1L, byteSize);
        } catch (Throwable e) {
            throw new AssertionError("calloc() cannot throw", e);
        }
    }

    @SuppressWarnings("restricted") // calloc and free only
    private static MethodHandle handle(String symbol, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(symbol), descriptor);
    }
}
