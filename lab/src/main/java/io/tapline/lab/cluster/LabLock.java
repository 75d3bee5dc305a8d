// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Keeps other commands from changing a lab at the same time. The kernel takes the lock back when the process ends. */
final class LabLock {
    private LabLock() {}

    /** What is done while the lock is held. */
    interface Work {
        int run() throws IOException;
    }

    /**
     * Does something alone; makes the directory if need be.
     *
     * @throws UserError if another command is at work, or the directory is used for something else
     */
    static int holding(StateDirectory directory, Work work) throws IOException {
        Path root = directory.root();
        Files.createDirectories(root);
        if (!Files.exists(directory.lab()) && !Files.exists(directory.lock()) && !isEmpty(root)) {
            throw UserError.failure(root + " is not empty, and holds no lab; choose another --state-dir");
        }
        try (FileChannel channel =
                        FileChannel.open(directory.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null || !Files.exists(directory.lock())) {
                throw UserError.failure(
                        "another command is at work on the lab in " + root + "; wait until it has ended");
            }
            return work.run();
        }
    }

    private static boolean isEmpty(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.findAny().isEmpty();
        }
    }
}
