// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import io.tapline.agent.trace.JsonDocument;
import io.tapline.agent.trace.TraceJson;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TextFormat;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** A replay for programs: a document of kind {@code Replay}, which docs/replay.md describes. */
public final class JsonReport {
    private final ReplayResult result;
    private final JsonGenerator json;

    private JsonReport(ReplayResult result, JsonGenerator json) {
        this.result = result;
        this.json = json;
    }

    /** Prints a replay. */
    public static void print(ReplayResult result, PrintWriter out) {
        JsonDocument.write(out, "Replay", json -> new JsonReport(result, json).body());
    }

    private void body() {
        json.writeArrayPropertyStart("packets");
        result.packets().forEach(this::packet);
        json.writeEndArray();
        json.writeArrayPropertyStart("frames");
        result.events().forEach(event -> event.sent().forEach(this::frame));
        json.writeEndArray();
        totals(result.totals());
    }

    private void packet(ReplayResult.Packet packet) {
        Optional<PacketTrace> trace = packet.trace();
        if (trace.isPresent()) {
            TraceJson.packet(json, packet.number(), packet.frame(), trace.get());
            return;
        }
        json.writeStartObject();
        json.writeNumberProperty("number", packet.number());
        String hex = HexFormat.of().formatHex(packet.frame());
        TraceJson.frame(json, packet.device(), packet.timeNanos(), packet.frame().length, hex);
        json.writeStringProperty("summary", TextFormat.summary(packet.frame()));
        json.writeStringProperty("outcome", "held");
        json.writeEndObject();
    }

    private void frame(SentFrame frame) {
        json.writeStartObject();
        String hex = HexFormat.of().formatHex(frame.frame());
        TraceJson.frame(json, frame.device(), frame.timeNanos(), frame.frame().length, hex);
        json.writeStringProperty("summary", TextFormat.summary(frame.frame()));
        owner(frame.device()).ifPresent(owner -> json.writeStringProperty("to", owner));
        frame.packet().ifPresent(number -> json.writeNumberProperty("packet", number));
        json.writeEndObject();
    }

    private Optional<String> owner(String device) {
        return result.config().interfaces().stream()
                .filter(iface -> iface.name().equals(device))
                .map(InterfaceConfig::owner)
                .filter(owner -> !owner.isEmpty())
                .findFirst();
    }

    private void totals(ReplayResult.Totals totals) {
        json.writeObjectPropertyStart("totals");
        json.writeNumberProperty("received", totals.received());
        json.writeNumberProperty("originated", totals.originated());
        json.writeNumberProperty("sent", totals.sent());
        json.writeNumberProperty("dropped", totals.dropped());
        json.writeNumberProperty("delivered", totals.delivered());
        json.writeNumberProperty("held", totals.held());
        json.writeEndObject();
        drops(totals.drops());
        json.writeArrayPropertyStart("interfaces");
        totals.interfaces().forEach(this::port);
        json.writeEndArray();
        json.writeArrayPropertyStart("nodes");
        totals.nodes().forEach(this::node);
        json.writeEndArray();
        json.writeObjectPropertyStart("acl");
        totals.acl().forEach((counter, count) -> json.writeNumberProperty(camelCase(counter.name()), count));
        json.writeEndObject();
    }

    private void drops(Map<DropReason, Long> drops) {
        json.writeObjectPropertyStart("drops");
        drops.forEach((reason, count) -> json.writeNumberProperty(reason.key(), count));
        json.writeEndObject();
    }

    private void port(ReplayResult.Port port) {
        json.writeStartObject();
        json.writeStringProperty("name", port.name());
        json.writeNumberProperty("rxFrames", port.rxFrames());
        json.writeNumberProperty("rxBytes", port.rxBytes());
        json.writeNumberProperty("txFrames", port.txFrames());
        json.writeNumberProperty("txBytes", port.txBytes());
        json.writeNumberProperty("drops", port.drops());
        json.writeEndObject();
    }

    private void node(ReplayResult.NodeCount node) {
        json.writeStartObject();
        json.writeStringProperty("name", node.name());
        json.writeNumberProperty("calls", node.calls());
        json.writeNumberProperty("frames", node.frames());
        drops(node.drops());
        json.writeEndObject();
    }

    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
