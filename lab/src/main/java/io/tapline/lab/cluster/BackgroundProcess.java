// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A process that goes on when the command that started it has ended.
 *
 * @param started when it began, in the kernel's ticks since boot, which tells it from a later one with the same number
 */
record BackgroundProcess(long pid, long started) {
    private static final Path PROC = Path.of("/proc");
    private static final int START_TIME = 19; // proc_pid_stat(5): field 22, the third being the first after the name

    /**
     * Starts a command in a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it.
     *
     * @param log where both its outputs are added to
     * @param environment added to that of this process
     */
    static Process start(List<String> command, Path log, Map<String, String> environment) {
        List<String> whole = new ArrayList<>(List.of("setsid"));
        whole.addAll(command);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(whole)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + String.join(" ", command), e);
        }
    }

    static BackgroundProcess of(long pid) {
        return new BackgroundProcess(pid, startOf(pid));
    }

    private static long startOf(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[START_TIME]);
        } catch (IOException e) {
            return 0; // it has ended
        }
    }

    /** A process whose command line ends with these arguments. */
    static Optional<BackgroundProcess> find(List<String> last) {
        return all(directory -> endsWith(arguments(directory), last)).stream()
                .map(handle -> of(handle.pid()))
                .findFirst();
    }

    private static List<ProcessHandle> all(Predicate<Path> filter) {
        try (Stream<Path> directories = Files.list(PROC)) {
            return directories
                    .filter(directory -> directory.getFileName().toString().matches("[0-9]+"))
                    .filter(filter)
                    .map(directory -> Long.parseLong(directory.getFileName().toString()))
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + PROC, e);
        }
    }

    private static List<String> arguments(Path directory) {
        try {
            String text = Files.readString(directory.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            return List.of(text.split("\0", -1));
        } catch (IOException e) {
            return List.of(); // it has ended meanwhile
        }
    }

    private static boolean endsWith(List<String> arguments, List<String> last) {
        int from = arguments.size() - 1 - last.size(); // after the last zero there is an empty one
        return from >= 0 && arguments.subList(from, arguments.size() - 1).equals(last);
    }

    /** The processes of a network namespace. */
    static List<ProcessHandle> inNamespace(long inode) {
        String link = "net:[" + inode + "]";
        return all(directory -> link.equals(namespace(directory)));
    }

    private static String namespace(Path directory) {
        try {
            return Files.readSymbolicLink(directory.resolve("ns/net")).toString();
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }

    /** The process, while it runs. */
    Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid).filter(handle -> handle.isAlive() && startOf(pid) == started);
    }

    boolean isAlive() {
        return handle().isPresent();
    }

    /** Asks processes to end, and ends those that do not within {@code grace}. */
    static void stop(List<ProcessHandle> processes, Duration grace) {
        processes.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + grace.toNanos();
        for (ProcessHandle process : processes) {
            if (!awaitEnd(process, Math.max(0, deadline - System.nanoTime()))) {
                process.destroyForcibly();
                awaitEnd(process, grace.toNanos());
            }
        }
    }

    private static boolean awaitEnd(ProcessHandle process, long nanos) {
        try {
            process.onExit().get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
