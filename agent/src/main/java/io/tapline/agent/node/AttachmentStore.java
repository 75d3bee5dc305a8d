// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.agent.node.Attachment.Phase;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Attachments on disk: a directory with one JSON file each, {@code attachments/CONTAINER@DEVICE.json}. A file is
 * written beside and renamed into its place, so that there is at any moment the old or the new one, whole, whenever the
 * agent dies.
 *
 * <p>Nothing is flushed to the disk. When the machine itself goes down, the namespaces that the records are about are
 * gone, and a record that was cut off is worth nothing: a file {@code boot} beside the directory tells the next start
 * that they are of an earlier boot ({@code /proc/sys/kernel/random/boot_id}), and then what cannot be understood is
 * dropped.
 *
 * <p>Threading: any thread; of one attachment, one at a time.
 */
final class AttachmentStore {
    private static final String SUFFIX = ".json";
    private static final String TEMPORARY = ".new";
    private static final Path THIS_BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final System.Logger LOG = System.getLogger(AttachmentStore.class.getName());
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;
    private final Path boot;

    /** A store in the agent's state directory. */
    AttachmentStore(Path stateDirectory) {
        this.directory = stateDirectory.resolve("attachments");
        this.boot = stateDirectory.resolve("boot");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the state directory " + directory, e);
        }
    }

    /**
     * All attachments, oldest first. What a crash left half-written is removed, and that of an earlier boot which
     * cannot be understood.
     *
     * @throws IllegalStateException naming a file of this boot that cannot be understood: which address it holds is
     *     unknown
     */
    List<Attachment> readAll() {
        List<Attachment> attachments = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            boolean rebooted = isOfEarlierBoot();
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(TEMPORARY)) {
                    Files.delete(file);
                } else if (file.toString().endsWith(SUFFIX)) {
                    (rebooted ? readOrDrop(file) : Optional.of(read(file))).ifPresent(attachments::add);
                }
            }
            noteBoot();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the state directory " + directory, e);
        }
        attachments.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
        return attachments;
    }

    /** Without a note nothing is known, and records are taken for those of this boot. */
    private boolean isOfEarlierBoot() throws IOException {
        return Files.exists(boot) && !Files.readString(boot).equals(Files.readString(THIS_BOOT));
    }

    private void noteBoot() throws IOException {
        try (FileChannel channel = FileChannel.open(
                boot, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(Files.readAllBytes(THIS_BOOT)));
            channel.force(true);
        }
    }

    private static Optional<Attachment> readOrDrop(Path file) throws IOException {
        try {
            return Optional.of(read(file));
        } catch (IllegalStateException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} was cut off when the machine went down; its container went with it, and so does the file",
                    file);
            Files.delete(file);
            return Optional.empty();
        }
    }

    /** Writes an attachment, in place of what is there about it. */
    void write(Attachment attachment) {
        Path file = file(attachment.key());
        Path temporary = Path.of(file + TEMPORARY);
        byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(toJson(attachment));
        try {
            Files.write(temporary, text);
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
