// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.model.ObjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The records of the pods on disk, a file each. Threading: any thread, one at a time for each pod. */
record PodStore(StateDirectory directory) {
    /** All of them, by pod. */
    Map<ObjectRef, PodRecord> readAll() {
        Map<ObjectRef, PodRecord> records = new TreeMap<>();
        if (!Files.isDirectory(directory.pods())) {
            return records;
        }
        try (Stream<Path> files = Files.list(directory.pods())) {
            for (Path file : files.filter(PodStore::isRecord).toList()) {
                PodRecord record = PodRecord.parse(Files.readString(file));
                records.put(record.pod(), record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the records in " + directory.pods() + " cannot be read", e);
        }
        return records;
    }

    private static boolean isRecord(Path file) {
        return file.getFileName().toString().endsWith(".json");
    }

    void write(PodRecord record) {
        Path file = directory.record(record.pod());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(directory.pods());
            Files.writeString(temporary, record.toJson());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    void delete(ObjectRef pod) {
        try {
            Files.deleteIfExists(directory.record(pod));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory.record(pod), e);
        }
    }
}
