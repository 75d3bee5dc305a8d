// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import io.tapline.agent.node.Attachment;
import io.tapline.control.node.DeviceWiring;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Results in the form of each version of the specification. */
final class CniResult {
    private static final JsonMapper JSON = JsonMapper.shared();

    private CniResult() {}

    /**
     * The result of ADD: the container's interface, its address and its routes, behind what earlier plug-ins of the
     * chain did.
     */
    static ObjectNode added(NetworkConfig config, Attachment attachment, DeviceWiring wiring) {
        CniVersion version = config.version();
        ObjectNode result = config.previous().map(ObjectNode::deepCopy).orElseGet(JSON::createObjectNode);
        result.put("cniVersion", version.toString());
        ArrayNode interfaces = list(result, "interfaces");
        ObjectNode device = interfaces.addObject();
        device.put("name", wiring.device());
        device.put("mac", MacAddress.format(wiring.mac()));
        if (version.isAtLeast(CniVersion.V1_1_0)) {
            device.put("mtu", wiring.mtu());
        }
        device.put("sandbox", attachment.namespacePath());
        ObjectNode address = list(result, "ips").addObject();
        if (!version.isAtLeast(CniVersion.V1_0_0)) {
            address.put("version", "4");
        }
        address.put("interface", interfaces.size() - 1);
        address.put("address", IpPrefix.host(attachment.address()).toString());
        DeviceWiring.Route byGateway = wiring.routes().getLast();
        byGateway.gateway().ifPresent(gateway -> address.put("gateway", gateway.toString()));
        ObjectNode route = list(result, "routes").addObject();
        route.put("dst", byGateway.destination().toString());
        byGateway.gateway().ifPresent(gateway -> route.put("gw", gateway.toString()));
        JsonNode dns = config.root().path("dns");
        result.set("dns", dns.isObject() ? dns : JSON.createObjectNode());
        return result;
    }

    private static ArrayNode list(ObjectNode result, String field) {
        return result.path(field) instanceof ArrayNode present ? present : result.putArray(field);
    }

    /** What of an attachment a result does not have as it is, if anything. */
    static Optional<String> difference(ObjectNode previous, Attachment attachment, DeviceWiring wiring) {
        boolean address = false;
        for (JsonNode entry : previous.path("ips")) {
            address |= entry.path("address")
                    .asString("")
                    .equals(IpPrefix.host(attachment.address()).toString());
        }
        if (!address) {
            return Optional.of("prevResult does not have the address " + attachment.address());
        }
        for (JsonNode entry : previous.path("interfaces")) {
            boolean ours = entry.path("name").asString("").equals(wiring.device())
                    && entry.path("sandbox").asString("").equals(attachment.namespacePath());
            String mac = entry.path("mac").asString("");
            if (ours && mac.equalsIgnoreCase(MacAddress.format(wiring.mac()))) {
                return Optional.empty();
            }
        }
        return Optional.of("prevResult does not have the interface " + wiring.device() + " with "
                + MacAddress.format(wiring.mac()));
    }

    /** The result of VERSION. */
    static ObjectNode versions(String asked) {
        ObjectNode result = JSON.createObjectNode();
        result.put("cniVersion", asked);
        ArrayNode supported = result.putArray("supportedVersions");
        CniVersion.all().forEach(supported::add);
        return result;
    }

    /** An error. */
    static ObjectNode error(CniVersion version, CniError error) {
        ObjectNode result = JSON.createObjectNode();
        result.put("cniVersion", version.toString());
        result.put("code", error.code());
        result.put("msg", String.valueOf(error.getMessage()));
        if (!error.details().isEmpty()) {
            result.put("details", error.details());
        }
        return result;
    }
}
