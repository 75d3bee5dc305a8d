// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.agent.node.Attachment.Phase;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Attachments on disk: a directory with one JSON file each, {@code CONTAINER@DEVICE.json}. A file is written beside,
 * flushed to the disk and renamed into its place, so that there is at any moment the old or the new one, whole. The
 * directory is not flushed: what is lost with it when the machine itself goes down is about namespaces that went with
 * it.
 *
 * <p>Threading: any thread; of one attachment, one at a time.
 */
final class AttachmentStore {
    private static final String SUFFIX = ".json";
    private static final String TEMPORARY = ".new";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;

    AttachmentStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the state directory " + directory, e);
        }
    }

    /**
     * All attachments, oldest first. What a crash left half-written is removed.
     *
     * @throws IllegalStateException naming a file that cannot be understood: which address it holds is unknown
     */
    List<Attachment> readAll() {
        List<Attachment> attachments = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(TEMPORARY)) {
                    Files.delete(file);
                } else if (file.toString().endsWith(SUFFIX)) {
                    attachments.add(read(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the state directory " + directory, e);
        }
        attachments.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
        return attachments;
    }

    /** Writes an attachment, in place of what is there about it. */
    void write(Attachment attachment) {
        Path file = file(attachment.key());
        Path temporary = Path.of(file + TEMPORARY);
        byte[] text = JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(toJson(attachment))
                .getBytes(StandardCharsets.UTF_8);
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(text);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Forgets an attachment. */
    void delete(AttachmentKey key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file(key), e);
        }
    }

    Path file(AttachmentKey key) {
        return directory.resolve(key.containerId() + "@" + key.device() + SUFFIX);
    }

    private static Attachment read(Path file) {
        try {
            return fromJson(JSON.readTree(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    file + " cannot be understood (" + e.getMessage() + "), so that the address it holds is unknown;"
                            + " stop the container " + file.getFileName() + " names, then delete the file",
                    e);
        }
    }

    private static ObjectNode toJson(Attachment attachment) {
        ObjectNode node = JSON.createObjectNode();
        node.put("containerId", attachment.key().containerId());
        node.put("device", attachment.key().device());
        node.put("network", attachment.network());
        node.put("podNamespace", attachment.pod().namespace());
        node.put("podName", attachment.pod().name());
        node.put("podUid", attachment.pod().uid());
        node.put("namespacePath", attachment.namespacePath());
        node.put("namespaceInode", attachment.namespaceInode());
        node.put("address", attachment.address().toString());
        node.put("interfaceIndex", attachment.interfaceIndex());
        node.put("sequence", attachment.sequence());
        node.put("phase", attachment.phase().name());
        return node;
    }

    private static Attachment fromJson(JsonNode node) {
        return new Attachment(
                new AttachmentKey(text(node, "containerId"), text(node, "device")),
                text(node, "network"),
                new PodIdentity(text(node, "podNamespace"), text(node, "podName"), text(node, "podUid")),
                text(node, "namespacePath"),
                number(node, "namespaceInode"),
                IpAddress.parse(text(node, "address")),
                Math.toIntExact(number(node, "interfaceIndex")),
                number(node, "sequence"),
                Phase.valueOf(text(node, "phase")));
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("the text " + field + " is missing");
        }
        return value.asString();
    }

    private static long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException("the number " + field + " is missing");
        }
        return value.asLong();
    }
}
