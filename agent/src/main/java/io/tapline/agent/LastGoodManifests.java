// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.model.Intent;
import io.tapline.source.ManifestException;
import io.tapline.source.ManifestReader;
import io.tapline.source.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A copy of the manifests that were in force last, so that a mistake in one of them does not keep an agent from
 * starting, and its pods from their network.
 *
 * @param file the copy: all documents of all files one after the other
 */
record LastGoodManifests(Path file) {
    /**
     * What was in force.
     *
     * @param intent what it declared
     * @param since when it was read
     */
    record Saved(Intent intent, Instant since) {}

    /** Replaces the copy in one step, unless the directory does not hold {@code inForce} any more. */
    void save(Path directory, Intent inForce) {
        try {
            String text = ManifestReader.joined(List.of(directory));
            Manifests written = ManifestReader.parse(file.toString(), text);
            if (written.hasErrors() || !written.intent().equals(inForce)) {
                return; // changed since; what comes next will be kept
            }
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Path temporary = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a copy of the manifests in " + file, e);
        }
    }

    /** The copy; empty if there is none, or it cannot be understood any more. */
    Optional<Saved> load() {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Manifests manifests = ManifestReader.readFile(file);
            return Optional.of(new Saved(
                    manifests.intent(), Files.getLastModifiedTime(file).toInstant()));
        } catch (ManifestException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
