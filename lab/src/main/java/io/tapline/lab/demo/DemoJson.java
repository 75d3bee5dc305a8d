// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.demo;

import io.tapline.agent.trace.JsonDocument;
import io.tapline.agent.trace.TraceJson;
import io.tapline.dataplane.trace.PacketTrace;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The demo's result as one JSON document of kind {@code Demo}. */
final class DemoJson {
    private DemoJson() {}

    static void print(List<Exchange> exchanges, PrintWriter out) {
        JsonDocument.write(out, "Demo", json -> {
            json.writeArrayPropertyStart("conversations");
            exchanges.forEach(exchange -> conversation(json, exchange));
            json.writeEndArray();
        });
    }

    private static void conversation(JsonGenerator json, Exchange exchange) {
        json.writeStartObject();
        json.writeStringProperty("title", exchange.title());
        json.writeBooleanProperty("expected", exchange.expected());
        json.writeBooleanProperty("succeeded", exchange.succeeded());
        json.writeStringProperty("result", exchange.result());
        json.writeArrayPropertyStart("packets");
        int number = 1;
        for (PacketTrace trace : exchange.traces()) {
            TraceJson.packet(json, number++, trace.frame(), trace);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
