// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import io.tapline.agent.node.AttachmentKey;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The network configuration that a runtime gives on standard input, checked.
 *
 * @param root the whole
 */
record NetworkConfig(ObjectNode root) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Reads it; nothing but its form is checked. */
    static NetworkConfig parse(byte[] text) {
        try {
            JsonNode node = JSON.readTree(new String(text, StandardCharsets.UTF_8));
            if (node instanceof ObjectNode object) {
                return new NetworkConfig(object);
            }
            throw new CniError(CniError.DECODING_FAILURE, "the network configuration is not a JSON object");
        } catch (JacksonException e) {
            throw new CniError(
                    CniError.DECODING_FAILURE, "the network configuration is not JSON: " + e.getOriginalMessage());
        }
    }

    /** The version that results must have. */
    CniVersion version() {
        String text = root.path("cniVersion").asStringOpt().orElse("");
        return CniVersion.of(text)
                .orElseThrow(() -> new CniError(
                        CniError.INCOMPATIBLE_VERSION,
                        text.isEmpty() ? "cniVersion is missing" : "cniVersion " + text + " is not supported",
                        "supported are " + String.join(", ", CniVersion.all())));
    }

    /** The version for an error: the one asked for, if it is known. */
    CniVersion versionOrNewest() {
        return CniVersion.of(root.path("cniVersion").asStringOpt().orElse("")).orElse(CniVersion.NEWEST);
    }

    /** The name of the network. */
    String name() {
        String name = root.path("name").asStringOpt().orElse("");
        if (!NAME.matcher(name).matches()) {
            throw new CniError(
                    CniError.INVALID_CONFIGURATION,
                    name.isEmpty()
                            ? "name is missing"
                            : "name '" + name
                                    + "' must be letters, digits, _ . and -, beginning with a letter or digit");
        }
        return name;
    }

    /** Refuses what the runtime asks for by capabilities that are not offered. */
    void refuseUnsupported() {
        for (String field : new String[] {"ips", "mac", "ipRanges"}) {
            if (root.path("runtimeConfig").hasNonNull(field)) {
                throw new CniError(
                        CniError.UNSUPPORTED_FIELD,
                        "runtimeConfig." + field + " is not supported; addresses are the agent's to give");
            }
        }
    }

    /** The result of the plug-ins before, if there are any. */
    Optional<ObjectNode> previous() {
        JsonNode node = root.path("prevResult");
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (node instanceof ObjectNode object) {
            return Optional.of(object);
        }
        throw new CniError(CniError.INVALID_CONFIGURATION, "prevResult is not an object");
    }

    /** {@link #previous}, which must be there. */
    ObjectNode requiredPrevious() {
        return previous()
                .orElseThrow(() -> new CniError(
                        CniError.INVALID_CONFIGURATION, "prevResult is missing, and CHECK compares with it"));
    }

    /** What is to survive a collection of garbage, under the specification's key or its older spelling. */
    Set<AttachmentKey> validAttachments() {
        JsonNode list = root.path("cni.dev/valid-attachments");
        if (list.isMissingNode()) {
            list = root.path("cni.dev/attachments");
        }
        if (!list.isArray()) {
            throw new CniError(
                    CniError.INVALID_CONFIGURATION,
                    "cni.dev/valid-attachments is missing or no list; without it everything would be garbage");
        }
        Set<AttachmentKey> valid = new HashSet<>();
        for (JsonNode entry : list) {
            String container = entry.path("containerID").asStringOpt().orElse("");
            String device = entry.path("ifname").asStringOpt().orElse("");
            if (container.isEmpty() || device.isEmpty()) {
                throw new CniError(
                        CniError.INVALID_CONFIGURATION,
                        "cni.dev/valid-attachments: an entry lacks containerID or ifname");
            }
            valid.add(new AttachmentKey(container, device));
        }
        return valid;
    }

    /** Whether the administrator wants no garbage collected. */
    boolean isGarbageKept() {
        return root.path("disableGC").asBooleanOpt().orElse(false);
    }
}
