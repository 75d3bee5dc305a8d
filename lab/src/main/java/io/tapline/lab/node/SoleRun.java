// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.cli.UserError;
import io.tapline.linux.LinuxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The life of a command that builds something on this machine: alone on the machine, after whatever a predecessor that
 * was killed left behind, and taken down again at the end, after a failure and after Ctrl-C.
 *
 * @param what the command, for messages
 * @param prefix begins the names of all namespaces that it makes
 */
public record SoleRun(String what, String prefix) {
    /** What a command builds: closing it throws nothing. */
    public interface Building extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Builds, uses and takes down.
     *
     * @param err where to tell of leftovers
     * @return what {@code use} returns
     * @throws UserError when another run has not ended, or when the kernel refuses something
     */
    public <T extends Building> int run(PrintWriter err, Supplier<T> build, ToIntFunction<T> use) {
        Path lockFile = Path.of("/run/" + prefix + ".lock");
        try (FileChannel file = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            if (lock == null) {
                throw UserError.failure(
                        "another " + what + " is running on this machine; end it first (it holds " + lockFile + ")");
            }
            List<String> leftovers = LabNode.removeLeftovers(prefix);
            if (!leftovers.isEmpty()) {
                err.println("removed what an earlier " + what + " left behind: " + String.join(", ", leftovers));
                err.flush();
            }
            return use(build, use);
        } catch (IOException e) {
            throw UserError.failure("cannot use the lock file " + lockFile + ": " + e.getMessage(), e);
        } catch (LinuxException e) {
            throw UserError.failure("the " + what + " cannot be built: " + e.getMessage(), e);
        }
    }

    private static <T extends Building> int use(Supplier<T> build, ToIntFunction<T> use) {
        AtomicBoolean interrupted = new AtomicBoolean();
        T building = build.get();
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            interrupted.set(true);
            building.close();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return use.applyAsInt(building);
        } catch (RuntimeException e) {
            if (interrupted.get()) {
                waitForEnd(); // it failed because all was taken down under it, which nobody need hear of
            }
            throw e;
        } finally {
            if (removeHook(hook)) {
                building.close();
            }
        }
    }

    /** False when the JVM is already on its way down, so that the hook does the work. */
    private static boolean removeHook(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static void waitForEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
