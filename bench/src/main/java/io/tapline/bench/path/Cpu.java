// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPU time that traffic costs: of this process, which holds both ends and the switch, and of the kernel's threads
 * for deferred packet work ({@code ksoftirqd}), as far as /proc shows them. Work of other processes does not count.
 */
final class Cpu {
    private static final Path PROC = Path.of("/proc");
    private static final int CLOCK_TICKS_PER_SECOND = 100; // USER_HZ, the same on every architecture Java runs on
    private static final int FIELDS_BEFORE_TIMES = 11; // of stat(5), after the name in parentheses
    private static final double NANOS_PER_SECOND = 1e9;

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<Path> kernelThreads = kernelThreads();

    /** Seconds of CPU time used so far. */
    double seconds() {
        long ticks = 0;
        for (Path stat : kernelThreads) {
            ticks += ticks(stat);
        }
        return process.getProcessCpuTime() / NANOS_PER_SECOND + (double) ticks / CLOCK_TICKS_PER_SECOND;
    }

    private static long ticks(Path stat) {
        try {
            return ticks(Files.readString(stat));
        } catch (IOException e) {
            return 0;
        }
    }

    /** User and system time of a line of {@code /proc/PID/stat}. */
    static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[FIELDS_BEFORE_TIMES]) + Long.parseLong(fields[FIELDS_BEFORE_TIMES + 1]);
    }

    private static List<Path> kernelThreads() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path directory : processes) {
                if (name(directory).startsWith("ksoftirqd/")) {
                    found.add(directory.resolve("stat"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + PROC, e);
        }
        return found;
    }

    private static String name(Path directory) {
        try {
            return Files.readString(directory.resolve("comm"));
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }
}
