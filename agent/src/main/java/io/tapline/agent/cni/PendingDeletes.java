// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import io.tapline.agent.socket.BadRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Deletions that the plug-in put on disk while there was no agent: the same messages as on the socket, one a file.
 *
 * <p>Threading: one thread at a time.
 */
public final class PendingDeletes {
    private static final System.Logger LOG = System.getLogger(PendingDeletes.class.getName());
    private static final String SUFFIX = ".cni";

    private final Path directory;
    private final CniHandler handler;

    /** The deletions in a directory, which need not exist. */
    public PendingDeletes(Path directory, CniHandler handler) {
        this.directory = directory;
        this.handler = handler;
    }

    /**
     * Carries out all that is there, oldest first. What cannot be understood is logged and dropped; what fails stays.
     *
     * @return how many were carried out
     */
    public int carryOut() {
        int done = 0;
        for (Path file : files()) {
            done += carryOut(file) ? 1 : 0;
        }
        return done;
    }

    private List<Path> files() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
    }

    private boolean carryOut(Path file) {
        try {
            CniMessage message = CniMessage.parse(Files.readAllBytes(file));
            if (!"DEL".equals(message.variables().get("CNI_COMMAND"))) {
                throw new BadRequestException("only deletions can wait");
            }
            CniHandler.Answer answer = handler.handle(message.variables(), message.input());
            if (answer.status() != 0) {
                LOG.log(Level.WARNING, "the deletion in {0} failed: {1}", file, answer.text());
                return false;
            }
            Files.deleteIfExists(file);
            return true;
        } catch (NoSuchFileException e) {
            return false; // the plug-in found the agent after all, and took it back
        } catch (BadRequestException e) {
            LOG.log(Level.ERROR, "dropped {0}: {1}", file, e.getMessage());
            return deleted(file);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "cannot carry out " + file, e);
            return false;
        }
    }

    private static boolean deleted(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "cannot delete " + file, e);
        }
        return false;
    }
}
