// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command of this program as a process in the background, which serves on a unix socket. It is known again by its
 * command line, so that it is found also after the lab's own files were lost.
 *
 * @param what how messages name it
 * @param arguments of {@code tapline}
 * @param socket that it serves on
 * @param log where it writes
 */
record TaplineProcess(String what, List<String> arguments, Path socket, Path log) {
    private static final String MAIN = "io.tapline.cli.Main";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 10;
    private static final int LOG_LINES = 10;
    private static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-Xlog:disable",
            "-Xlog:all=warning,aot*=off,cds*=off:stderr");

    /** The node's agent. */
    static TaplineProcess agent(StateDirectory directory) {
        return new TaplineProcess(
                "agent",
                List.of("agent", "--config", directory.agentConfig().toString()),
                directory.agentSocket(),
                directory.agentLog());
    }

    /** What answers on the pods' ports. */
    static TaplineProcess responder(StateDirectory directory) {
        return new TaplineProcess(
                "responder",
                List.of("lab", "respond", "--state-dir", directory.root().toString()),
                directory.responderSocket(),
                directory.responderLog());
    }

    /** The process, if it runs. */
    Optional<BackgroundProcess> find() {
        List<String> last = Stream.concat(Stream.of(MAIN), arguments.stream()).toList();
        return BackgroundProcess.find(last);
    }

    /** Starts it and waits until it serves. */
    BackgroundProcess start() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        ownStartUpCache().ifPresent(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), MAIN));
        command.addAll(arguments);
        Process process = BackgroundProcess.start(command, log, Map.of());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!serves()) {
            if (!process.isAlive()) {
                throw UserError.failure("the " + what + " ended at once; the end of " + log + ":" + endOfLog());
            }
            if (System.nanoTime() > deadline) {
                throw UserError.failure("the " + what + " does not serve on " + socket + " after "
                        + PATIENCE.toSeconds() + " s; the end of " + log + ":" + endOfLog());
            }
            pause();
        }
        return BackgroundProcess.of(process.pid());
    }

    /** The start-up cache that this JVM runs with: the class path is the same. */
    private static Optional<String> ownStartUpCache() {
        try {
            String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
            return Stream.of(line.split("\0", -1))
                    .filter(argument -> argument.startsWith("-XX:AOTCache="))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read this process's own command line", e);
        }
    }

    /** Whether something serves on the socket. */
    boolean serves() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.stream()
                    .skip(Math.max(0, lines.size() - LOG_LINES))
                    .map(line -> System.lineSeparator() + "  " + line)
                    .reduce("", String::concat);
        } catch (IOException e) {
            return " (" + UserError.reason(e) + ")";
        }
    }

    /** Ends it, if it runs; which it was. */
    Optional<BackgroundProcess> stop() {
        Optional<BackgroundProcess> process = find();
        process.flatMap(BackgroundProcess::handle).ifPresent(handle -> BackgroundProcess.stop(List.of(handle), GRACE));
        return process;
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
