// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import io.tapline.agent.node.AttachmentKey;
import io.tapline.agent.node.PodIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The variables that a runtime sets, checked. Every complaint has code 4 and names the variable. */
final class Environment {
    private static final Pattern CONTAINER_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,199}");
    private static final Pattern DEVICE = Pattern.compile("[^\\s/:\\p{Cntrl}]{1,15}");
    private static final Set<String> KNOWN_ARGS = Set.of(
            "IgnoreUnknown",
            "K8S_POD_NAMESPACE",
            "K8S_POD_NAME",
            "K8S_POD_UID",
            "K8S_POD_INFRA_CONTAINER_ID",
            "IP",
            "MAC",
            "GATEWAY");

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    /** The command, with every variable set that it needs. */
    CniCommand command() {
        String name = value("CNI_COMMAND");
        if (name.isEmpty()) {
            throw invalid("CNI_COMMAND is not set; it must be one of " + List.of(CniCommand.values()));
        }
        CniCommand command = CniCommand.of(name)
                .orElseThrow(() -> invalid("CNI_COMMAND " + name + " is none of " + List.of(CniCommand.values())));
        List<String> missing = command.required().stream()
                .filter(variable -> value(variable).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw invalid(command + " needs " + String.join(" and ", missing) + ", which is not set");
        }
        return command;
    }

    AttachmentKey key() {
        String container = value("CNI_CONTAINERID");
        String device = value("CNI_IFNAME");
        if (!CONTAINER_ID.matcher(container).matches()) {
            throw invalid("CNI_CONTAINERID '" + container
                    + "' must be letters, digits, _ . and -, beginning with a letter or digit");
        }
        if (!DEVICE.matcher(device).matches() || device.equals(".") || device.equals("..")) {
            throw invalid("CNI_IFNAME '" + device + "' must be 1 to 15 characters without space, / and :");
        }
        return new AttachmentKey(container, device);
    }

    String namespace() {
        return value("CNI_NETNS");
    }

    /** Which pod it is ({@code CNI_ARGS} as kubelet's runtimes set it). */
    PodIdentity pod() {
        Map<String, String> args = args();
        PodIdentity pod = new PodIdentity(
                args.getOrDefault("K8S_POD_NAMESPACE", ""),
                args.getOrDefault("K8S_POD_NAME", ""),
                args.getOrDefault("K8S_POD_UID", ""));
        return pod.isKnown() ? pod : PodIdentity.UNKNOWN;
    }

    private Map<String, String> args() {
        Map<String, String> args = new HashMap<>();
        String text = value("CNI_ARGS");
        for (String pair : text.isEmpty() ? new String[0] : text.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw invalid("CNI_ARGS '" + text + "': '" + pair + "' is not NAME=VALUE");
            }
            args.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        boolean ignore = Set.of("1", "true", "True", "TRUE").contains(args.getOrDefault("IgnoreUnknown", ""));
        for (String name : args.keySet()) {
            if (!ignore && !KNOWN_ARGS.contains(name)) {
                throw invalid("CNI_ARGS: " + name + " is unknown; add IgnoreUnknown=1 if that does not matter");
            }
        }
        return args;
    }

    private String value(String variable) {
        return variables.getOrDefault(variable, "");
    }

    private static CniError invalid(String message) {
        return new CniError(CniError.INVALID_ENVIRONMENT, message);
    }
}
