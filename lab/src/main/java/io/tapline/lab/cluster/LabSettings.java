// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is fixed about a lab while it exists.
 *
 * @param node the name of its node
 * @param isolated whether the host, too, is a namespace of the lab's own
 */
record LabSettings(String node, boolean isolated) {
    /** Those of the lab in a directory; empty if there is none. */
    static Optional<LabSettings> read(StateDirectory directory) {
        if (!Files.exists(directory.lab())) {
            return Optional.empty();
        }
        try {
            JsonNode root = JsonMapper.shared().readTree(Files.readString(directory.lab()));
            return Optional.of(new LabSettings(
                    root.path("node").asString(), root.path("isolated").asBoolean()));
        } catch (IOException | JacksonException e) {
            throw UserError.failure(directory.lab() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** As {@link #read}, where there must be a lab. */
    static LabSettings require(StateDirectory directory) {
        return read(directory)
                .orElseThrow(() -> UserError.failure(
                        "there is no lab in " + directory.root() + "; start one with 'tapline lab up -f MANIFESTS'"));
    }

    void write(StateDirectory directory) throws IOException {
        String text = JsonMapper.shared()
                .createObjectNode()
                .put("node", node)
                .put("isolated", isolated)
                .toPrettyString();
        Files.writeString(directory.lab(), text + "\n");
    }
}
