// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * On which CPUs the calling thread may run (kernel {@code sched_setaffinity(2)}). Threads that it starts from then on
 * inherit the set, so pin a thread as the first thing that it does itself, not from the thread that starts others.
 *
 * <p>Threading: platform threads only; a virtual thread would pin whatever carries it just then.
 */
public final class Affinity {
    private static final int CALLING_THREAD = 0;
    private static final int MASK_LENGTH = 8192 / 8; // the kernel's greatest NR_CPUS
    private static final String OBJECT = "the calling thread";

    private Affinity() {}

    /** The CPUs on which the calling thread may run: those of its container, if nothing narrowed them. */
    public static BitSet allowedCpus() {
        requirePlatformThread();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_LENGTH);
            LinuxException.check(Libc.schedGetAffinity(CALLING_THREAD, MASK_LENGTH, mask), "sched_getaffinity", OBJECT);
            return BitSet.valueOf(mask.toArray(JAVA_BYTE));
        }
    }

    /**
     * Lets the calling thread run on this CPU only.
     *
     * @throws LinuxException if the process may not use it or it does not exist ({@code EINVAL})
     */
    public static void pin(int cpu) {
        BitSet cpus = new BitSet();
        cpus.set(cpu);
        restrict(cpus);
    }

    /**
     * Lets the calling thread run on these CPUs only.
     *
     * @throws LinuxException if the process may use none of them ({@code EINVAL})
     */
    public static void restrict(BitSet cpus) {
        requirePlatformThread();
        if (cpus.length() > MASK_LENGTH * Byte.SIZE) {
            throw new IllegalArgumentException("CPU numbers end at " + (MASK_LENGTH * Byte.SIZE - 1) + ": " + cpus);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_LENGTH);
            byte[] bytes = cpus.toByteArray();
            MemorySegment.copy(bytes, 0, mask, JAVA_BYTE, 0, bytes.length);
            LinuxException.check(
                    Libc.schedSetAffinity(CALLING_THREAD, MASK_LENGTH, mask), "sched_setaffinity", "CPUs " + cpus);
        }
    }

    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread has no CPU affinity of its own; use a platform thread");
        }
    }
}
