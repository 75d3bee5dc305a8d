// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.demo;

import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceStep;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The demo's result as one JSON document. */
final class DemoJson {
    private record Packet(
            long number, String receivedOn, int length, String outcome, String dropReason, List<TraceStep> steps) {}

    private record Conversation(
            String title, boolean expected, boolean succeeded, String result, List<Packet> packets) {}

    private DemoJson() {}

    static void print(List<Exchange> exchanges, PrintWriter out) {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        List<Conversation> conversations =
                exchanges.stream().map(DemoJson::conversation).toList();
        out.println(mapper.writeValueAsString(
                Map.of("apiVersion", "tapline.io/v1alpha1", "kind", "Demo", "conversations", conversations)));
        out.flush();
    }

    private static Conversation conversation(Exchange exchange) {
        return new Conversation(
                exchange.title(),
                exchange.expected(),
                exchange.succeeded(),
                exchange.result(),
                exchange.traces().stream().map(DemoJson::packet).toList());
    }

    private static Packet packet(PacketTrace trace) {
        return new Packet(
                trace.number(),
                trace.receivedOn(),
                trace.frameLength(),
                trace.outcome().name(),
                trace.dropReason().map(reason -> reason.key()).orElse(""),
                trace.steps());
    }
}
