// SPDX-License-Identifier: Apache-2.0
package io.tapline.cni;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A deletion that waits for the agent. Files are carried out in the order of their names, which begin with the time.
 *
 * @param path the file
 */
record PendingFile(Path path) {
    private static final int DIGITS = 20;

    /** Writes a file, whole or not at all. */
    static PendingFile write(Path directory, Request request) throws IOException {
        Files.createDirectories(directory);
        String time = Long.toString(System.currentTimeMillis());
        String name = "0".repeat(DIGITS - time.length()) + time + "-"
                + ProcessHandle.current().pid();
        Path temporary = directory.resolve(name + ".new");
        Path path = directory.resolve(name + ".cni");
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(request.bytes());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        return new PendingFile(path);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
