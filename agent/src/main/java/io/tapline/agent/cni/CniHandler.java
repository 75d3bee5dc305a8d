// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import io.tapline.agent.node.Attachment;
import io.tapline.agent.node.AttachmentKey;
import io.tapline.agent.node.NodeController;
import io.tapline.agent.node.NodeException;
import io.tapline.agent.node.NodeView;
import io.tapline.control.ipam.IpamException;
import io.tapline.control.node.DeviceWiring;
import io.tapline.control.node.NodePlanner;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Carries out one CNI request: variables and standard input in, standard output and exit status out.
 *
 * <p>Threading: any thread; requests run side by side.
 */
public final class CniHandler {
    private static final int OK = 0;
    private static final int FAILED = 1;

    private final NodeController node;
    private final NodePlanner planner;

    /** A handler for this node. */
    public CniHandler(NodeController node) {
        this.node = node;
        this.planner = new NodePlanner(node.options().settings());
    }

    /**
     * What the plug-in is to print and to end with.
     *
     * @param status exit status of the plug-in
     * @param output for its standard output; may be empty
     */
    public record Answer(int status, byte[] output) {
        private static Answer of(int status, JsonNode json) {
            return new Answer(status, (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        }

        /** The output as text. */
        public String text() {
            return new String(output, StandardCharsets.UTF_8);
        }
    }

    /** Carries out a request; never throws. */
    public Answer handle(Map<String, String> variables, byte[] input) {
        CniVersion version = CniVersion.NEWEST;
        try {
            Environment environment = new Environment(variables);
            CniCommand command = environment.command();
            NetworkConfig config = NetworkConfig.parse(input);
            version = config.versionOrNewest();
            if (command == CniCommand.VERSION) {
                String asked = config.root().path("cniVersion").asString(CniVersion.NEWEST.toString());
                return Answer.of(OK, CniResult.versions(asked));
            }
            requireVersion(command, config.version());
            return carryOut(command, environment, config);
        } catch (RuntimeException e) {
            return Answer.of(FAILED, CniResult.error(version, asError(e)));
        }
    }

    private static void requireVersion(CniCommand command, CniVersion version) {
        if (!version.isAtLeast(command.since())) {
            throw new CniError(
                    CniError.INCOMPATIBLE_VERSION,
                    command + " exists since version " + command.since() + ", and the network has cniVersion "
                            + version);
        }
    }

    private Answer carryOut(CniCommand command, Environment environment, NetworkConfig config) {
        String network = config.name();
        return switch (command) {
            case ADD -> add(environment, config, network);
            case DEL -> {
                node.delete(environment.key(), environment.namespace());
                yield done();
            }
            case CHECK -> check(environment, config);
            case GC -> {
                if (!config.isGarbageKept()) {
                    node.collectGarbage(network, config.validAttachments());
                }
                yield done();
            }
            case STATUS -> status();
            case VERSION -> throw new IllegalStateException("answered before");
        };
    }

    private Answer add(Environment environment, NetworkConfig config, String network) {
        config.refuseUnsupported();
        NodeController.AddRequest request =
                new NodeController.AddRequest(environment.key(), network, environment.pod(), environment.namespace());
        config.previous();
        Attachment attachment = node.add(request);
        return Answer.of(OK, CniResult.added(config, attachment, wiring(attachment)));
    }

    private Answer check(Environment environment, NetworkConfig config) {
        AttachmentKey key = environment.key();
        JsonNode previous = config.requiredPrevious();
        Attachment attachment = node.check(key);
        CniResult.difference(config.requiredPrevious(), attachment, wiring(attachment))
                .ifPresent(text -> {
                    throw new CniError(CniError.CHECK_FAILED, text, previous.toString());
                });
        return done();
    }

    private Answer status() {
        NodeView view = node.view();
        if (view.freeAddresses() == 0) {
            throw new CniError(
                    CniError.NOT_AVAILABLE,
                    "no address is left in "
                            + node.options().settings().addresses().pods());
        }
        return done();
    }

    private DeviceWiring wiring(Attachment attachment) {
        return planner.podWiring(attachment.planned());
    }

    private static Answer done() {
        return new Answer(OK, new byte[0]);
    }

    private static CniError asError(RuntimeException e) {
        return switch (e) {
            case CniError error -> error;
            case NodeException node -> new CniError(code(node), String.valueOf(node.getMessage()));
            case IpamException ipam -> new CniError(CniError.TRY_AGAIN_LATER, String.valueOf(ipam.getMessage()));
            default -> {
                System.getLogger(CniHandler.class.getName()).log(System.Logger.Level.ERROR, "a CNI request failed", e);
                yield new CniError(CniError.INTERNAL, String.valueOf(e.getMessage()), e.toString());
            }
        };
    }

    private static int code(NodeException e) {
        return switch (e.kind()) {
            case UNKNOWN_CONTAINER -> CniError.UNKNOWN_CONTAINER;
            case CONFLICT -> CniError.CONFLICT;
            case TRY_LATER -> CniError.TRY_AGAIN_LATER;
            case KERNEL -> CniError.KERNEL;
            case DIFFERENT -> CniError.CHECK_FAILED;
        };
    }
}
