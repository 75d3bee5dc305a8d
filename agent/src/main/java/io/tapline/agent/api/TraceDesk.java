// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

import io.tapline.agent.node.Attachment;
import io.tapline.agent.node.NodeController;
import io.tapline.agent.trace.JsonDocument;
import io.tapline.agent.trace.TraceCapture;
import io.tapline.agent.trace.TraceJson;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TextFormat;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.dataplane.trace.VppFormat;
import io.tapline.vswitch.LiveSwitch;
import io.tapline.wire.IpPrefix;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Traces packets of the switch that runs. There is one filter at a time: whoever arms last has it.
 *
 * <p>Threading: any thread.
 */
final class TraceDesk {
    static final Set<String> FILTER =
            Set.of("packets", "pod", "interface", "from", "to", "protocol", "sourcePort", "port", "dropped", "oneWay");
    static final Set<String> READ = Set.of("after", "format");

    private static final int MAX_PACKETS = 1024;
    private static final int MAX_PORT = 0xffff;
    private static final Map<String, Integer> PROTOCOLS = Map.of("icmp", 1, "tcp", 6, "udp", 17, "sctp", 132);

    private final NodeController node;

    TraceDesk(NodeController node) {
        this.node = node;
    }

    /** Arms; answers with the number of the last trace from before. */
    Reply arm(Parameters parameters) {
        int packets = (int) parameters.number("packets", 50, 1, MAX_PACKETS);
        TraceFilter filter = filter(parameters);
        long last =
                vswitch().traces().stream().mapToLong(PacketTrace::number).max().orElse(0);
        vswitch().arm(filter, packets);
        return Reply.json(Map.of("after", last, "packets", packets));
    }

    /** Stops tracing and forgets the traces. */
    Reply clear(Parameters parameters) {
        vswitch().disarm();
        return Reply.json(Map.of("cleared", true));
    }

    /** Traces that came after a number, in a form. */
    Reply read(Parameters parameters) {
        long after = parameters.number("after", 0, 0, Long.MAX_VALUE / 10);
        List<PacketTrace> traces = vswitch().traces().stream()
                .filter(trace -> trace.number() > after)
                .toList();
        return switch (parameters.text("format").orElse("json")) {
            case "json" -> json(traces);
            case "text" -> text(traces);
            case "vpp" -> Reply.text(VppFormat.format(traces));
            case "pcapng" -> capture(traces);
            default -> throw ApiException.badRequest("format: use json, text, vpp or pcapng");
        };
    }

    private static Reply json(List<PacketTrace> traces) {
        StringWriter text = new StringWriter();
        JsonDocument.write(new PrintWriter(text), "PacketTraceList", json -> {
            json.writeArrayPropertyStart("packets");
            traces.forEach(trace -> TraceJson.packet(json, trace.number(), trace.frame(), trace));
            json.writeEndArray();
        });
        return new Reply(200, "application/json", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Reply text(List<PacketTrace> traces) {
        StringBuilder text = new StringBuilder();
        traces.forEach(trace ->
                text.append(TextFormat.format(trace.number(), trace, config())).append('\n'));
        return Reply.text(text.toString());
    }

    private Reply capture(List<PacketTrace> traces) {
        Instant now = Instant.now();
        long epoch = now.getEpochSecond() * 1_000_000_000L
                + now.getNano()
                - vswitch().nanoTime();
        TraceCapture capture = new TraceCapture(config(), epoch);
        traces.forEach(trace -> capture.add(trace.number(), trace));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        capture.writeTo(bytes);
        return new Reply(200, "application/vnd.tcpdump.pcap", bytes.toByteArray());
    }

    private TraceFilter filter(Parameters parameters) {
        boolean eitherWay = !parameters.flag("oneWay");
        return new TraceFilter(
                parameters.text("interface").map(this::interfaceIndex).orElse(OptionalInt.empty()),
                parameters.text("from").map(text -> address("from", text)),
                parameters.text("to").map(text -> address("to", text)),
                parameters.text("pod").map(text -> address("pod", text)),
                protocol(parameters.text("protocol")),
                port(parameters, "sourcePort"),
                port(parameters, "port"),
                eitherWay,
                parameters.text("dropped").map(TraceDesk::reasons).orElse(Set.of()));
    }

    private OptionalInt interfaceIndex(String name) {
        int index = config().interfaces().stream()
                .filter(iface -> iface.name().equals(name))
                .mapToInt(InterfaceConfig::index)
                .findFirst()
                .orElseThrow(() ->
                        ApiException.badRequest("interface: there is no '" + name + "'; see 'tapline interfaces'"));
        return OptionalInt.of(index);
    }

    /** An address block, an address, or a pod of this node by name. */
    private IpPrefix address(String parameter, String text) {
        Optional<IpPrefix> pod = Stream.of(text, "default/" + text)
                .flatMap(name -> node.view().attachments().stream()
                        .filter(attachment -> attachment.displayName().equals(name)))
                .map(Attachment::address)
                .map(IpPrefix::host)
                .findFirst();
        return pod.orElseGet(() -> {
            try {
                return IpPrefix.parse(text.contains("/") ? text : text + (text.contains(":") ? "/128" : "/32"));
            } catch (IllegalArgumentException e) {
                throw ApiException.badRequest(parameter + ": '" + text
                        + "' is neither a pod of this node (NAMESPACE/NAME, see 'tapline pods') nor an address");
            }
        });
    }

    private static OptionalInt protocol(Optional<String> name) {
        if (name.isEmpty()) {
            return OptionalInt.empty();
        }
        Integer number = PROTOCOLS.get(name.get());
        if (number == null) {
            throw ApiException.badRequest("protocol: use icmp, tcp, udp or sctp, not '" + name.get() + "'");
        }
        return OptionalInt.of(number);
    }

    private static OptionalInt port(Parameters parameters, String name) {
        return parameters.text(name).isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of((int) parameters.number(name, 0, 0, MAX_PORT));
    }

    private static Set<DropReason> reasons(String key) {
        if (key.equals("any")) {
            return EnumSet.allOf(DropReason.class);
        }
        return Stream.of(DropReason.values())
                .filter(reason -> reason.key().equals(key))
                .findFirst()
                .map(EnumSet::of)
                .orElseThrow(() -> ApiException.badRequest("dropped: there is no reason '" + key
                        + "'; use 'any' or one of "
                        + String.join(
                                ", ",
                                Stream.of(DropReason.values())
                                        .map(DropReason::key)
                                        .toList())));
    }

    private LiveSwitch vswitch() {
        return node.vswitch();
    }

    private SwitchConfig config() {
        return vswitch().generation().config();
    }
}
