// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.trace;

import io.tapline.dataplane.trace.Ip4Header;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TextFormat;
import io.tapline.dataplane.trace.TraceStep;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * A traced packet as a JSON object. Names are stable; what does not apply to a packet or a step is left out. Steps are
 * told apart by {@code kind}.
 */
public final class TraceJson {
    private final JsonGenerator json;

    private TraceJson(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Writes one packet.
     *
     * @param number the packet's, in its document
     * @param frame as received, or as much of it as is known
     */
    public static void packet(JsonGenerator json, long number, byte[] frame, PacketTrace trace) {
        json.writeStartObject();
        json.writeNumberProperty("number", number);
        frame(
                json,
                trace.receivedOn(),
                trace.startNanos(),
                trace.frameLength(),
                HexFormat.of().formatHex(frame));
        json.writeStringProperty("summary", TextFormat.summary(frame));
        json.writeStringProperty("outcome", trace.outcome().name().toLowerCase(Locale.ROOT));
        trace.dropReason().ifPresent(reason -> json.writeStringProperty("dropReason", reason.key()));
        json.writeNumberProperty("generation", trace.generation());
        if (!trace.names().isEmpty()) {
            json.writeObjectPropertyStart("names");
            new TreeMap<>(trace.names()).forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        json.writeArrayPropertyStart("steps");
        TraceJson writer = new TraceJson(json);
        trace.steps().forEach(writer::step);
        json.writeEndArray();
        if (trace.truncated()) {
            json.writeBooleanProperty("truncated", true);
        }
        json.writeEndObject();
    }

    /** Writes the properties of a frame: {@code interface}, {@code timeNanos}, {@code length}, {@code hex}. */
    public static void frame(JsonGenerator json, String device, long timeNanos, int length, String hex) {
        json.writeStringProperty("interface", device);
        json.writeNumberProperty("timeNanos", timeNanos);
        json.writeNumberProperty("length", length);
        json.writeStringProperty("hex", hex);
    }

    private void step(TraceStep step) {
        json.writeStartObject();
        json.writeStringProperty("node", step.node());
        json.writeNumberProperty("timeNanos", step.timeNanos());
        switch (step) {
            case TraceStep.VirtioInput virtio -> virtio(virtio);
            case TraceStep.EthernetInput ethernet -> ethernet(ethernet);
            case TraceStep.Ip4 ip4 -> {
                kind("ip4");
                ip4(ip4.packet());
            }
            case TraceStep.IcmpError error -> icmpError(error);
            case TraceStep.Acl acl -> acl(acl);
            case TraceStep.Nat nat -> nat(nat);
            case TraceStep.Lookup lookup -> lookup(lookup);
            case TraceStep.Rewrite rewrite -> rewrite(rewrite);
            case TraceStep.Output output -> output(output);
            case TraceStep.Arp arp -> arp(arp);
            case TraceStep.Drop drop -> {
                kind("drop");
                reason(drop.reporter(), drop.reason().key(), drop.reason().text());
            }
        }
        json.writeEndObject();
    }

    private void kind(String kind) {
        json.writeStringProperty("kind", kind);
    }

    private void reason(String reporter, String key, String text) {
        json.writeStringProperty("reporter", reporter);
        json.writeStringProperty("dropReason", key);
        json.writeStringProperty("because", text);
    }

    private void device(String name, int index) {
        json.writeStringProperty("interface", name);
        json.writeNumberProperty("interfaceIndex", index);
    }

    private void virtio(TraceStep.VirtioInput step) {
        kind("virtio");
        device(step.device(), step.interfaceIndex());
        json.writeNumberProperty("length", step.length());
        TraceStep.VirtioHeader h = step.virtioNet();
        json.writeObjectPropertyStart("virtioNet");
        json.writeNumberProperty("flags", h.flags());
        json.writeNumberProperty("gsoType", h.gsoType());
        json.writeNumberProperty("headerLength", h.headerLength());
        json.writeNumberProperty("gsoSize", h.gsoSize());
        json.writeNumberProperty("csumStart", h.csumStart());
        json.writeNumberProperty("csumOffset", h.csumOffset());
        json.writeEndObject();
    }

    private void ethernet(TraceStep.EthernetInput step) {
        kind("ethernet");
        json.writeStringProperty("sourceMac", step.source());
        json.writeStringProperty("destinationMac", step.destination());
        json.writeStringProperty("etherType", hex(step.etherType()));
        step.vlan().ifPresent(vlan -> json.writeNumberProperty("vlan", vlan));
    }

    private void icmpError(TraceStep.IcmpError step) {
        kind("icmp-error");
        reason(step.reporter(), step.reason().key(), step.reason().text());
        json.writeNumberProperty("icmpType", step.type());
        json.writeNumberProperty("icmpCode", step.code());
        json.writeBooleanProperty("sent", step.sent());
        ip4(step.packet());
    }

    private void acl(TraceStep.Acl step) {
        kind("acl");
        device(step.device(), step.interfaceIndex());
        json.writeStringProperty("direction", step.input() ? "input" : "output");
        json.writeStringProperty("verdict", verdict(step.action()));
        if (step.action() == 3) {
            json.writeNumberProperty("session", step.ruleIndex());
        } else if (step.aclIndex() >= 0) {
            json.writeNumberProperty("acl", step.aclIndex());
            json.writeNumberProperty("rule", step.ruleIndex());
        }
        text("aclName", step.listName());
        text("origin", step.origin());
        text("hint", step.hint());
        json.writeStringProperty("source", step.source());
        json.writeStringProperty("destination", step.destination());
        json.writeNumberProperty("protocol", step.protocol());
        if (step.l4Valid()) {
            json.writeNumberProperty("sourcePort", step.sourcePort());
            json.writeNumberProperty("destinationPort", step.destinationPort());
        }
        if (step.tcpFlagsValid()) {
            json.writeNumberProperty("tcpFlags", step.tcpFlags());
        }
        if (step.fragment()) {
            json.writeBooleanProperty("laterFragment", true);
        }
        json.writeNumberProperty("nextIndex", step.nextIndex());
        json.writeStringProperty("traceBits", "0x%08x".formatted(step.traceBits()));
    }

    private static String verdict(int action) {
        return switch (action) {
            case 0 -> "deny";
            case 1 -> "permit";
            case 2 -> "permit+reflect";
            default -> "session";
        };
    }

    private void nat(TraceStep.Nat step) {
        kind("nat");
        json.writeNumberProperty("interfaceIndex", step.interfaceIndex());
        json.writeNumberProperty("nextIndex", step.nextIndex());
        if (step.session() >= 0) {
            json.writeNumberProperty("session", step.session());
        }
    }

    private void lookup(TraceStep.Lookup step) {
        kind("lookup");
        json.writeNumberProperty("table", step.table());
        json.writeNumberProperty("objectNumber", step.number());
        json.writeStringProperty("flowHash", "0x%08x".formatted(step.flowHash()));
        json.writeStringProperty("route", step.result());
        ip4(step.packet());
    }

    private void rewrite(TraceStep.Rewrite step) {
        kind("rewrite");
        device(step.device(), step.interfaceIndex());
        json.writeNumberProperty("objectNumber", step.number());
        json.writeStringProperty("gateway", step.gateway());
        json.writeStringProperty("flowHash", "0x%08x".formatted(step.flowHash()));
        json.writeStringProperty("frame", step.frame());
    }

    private void output(TraceStep.Output step) {
        kind("output");
        json.writeStringProperty("interface", step.device());
        json.writeNumberProperty("length", step.length());
        json.writeStringProperty("frame", step.frame());
        json.writeStringProperty("sourceMac", step.source());
        json.writeStringProperty("destinationMac", step.destination());
        json.writeStringProperty("etherType", hex(step.etherType()));
        ip4(step.packet());
    }

    private void arp(TraceStep.Arp step) {
        kind("arp");
        json.writeStringProperty("operation", step.operation() == 1 ? "request" : "reply");
        json.writeStringProperty("senderMac", step.senderMac());
        json.writeStringProperty("senderAddress", step.senderIp());
        json.writeStringProperty("targetMac", step.targetMac());
        json.writeStringProperty("targetAddress", step.targetIp());
    }

    private void ip4(Optional<Ip4Header> packet) {
        if (packet.isEmpty()) {
            return;
        }
        Ip4Header h = packet.get();
        json.writeObjectPropertyStart("ip4");
        json.writeStringProperty("source", h.source());
        json.writeStringProperty("destination", h.destination());
        json.writeNumberProperty("protocol", h.protocol());
        json.writeNumberProperty("version", h.version());
        json.writeNumberProperty("headerBytes", h.headerBytes());
        json.writeNumberProperty("tos", h.tos());
        json.writeNumberProperty("ttl", h.ttl());
        json.writeNumberProperty("length", h.length());
        json.writeNumberProperty("id", h.id());
        json.writeBooleanProperty("dontFragment", (h.flags() & Ip4Header.DONT_FRAGMENT) != 0);
        json.writeBooleanProperty("moreFragments", (h.flags() & Ip4Header.MORE_FRAGMENTS) != 0);
        json.writeNumberProperty("fragmentOffset", h.fragmentOffset() * 8);
        json.writeStringProperty("checksum", hex(h.checksum()));
        if (h.checksum() != h.rightChecksum()) {
            json.writeStringProperty("rightChecksum", hex(h.rightChecksum()));
        }
        h.transport().ifPresent(this::transport);
        json.writeEndObject();
    }

    private void transport(Ip4Header.Transport transport) {
        switch (transport) {
            case Ip4Header.Tcp tcp -> {
                json.writeObjectPropertyStart("tcp");
                json.writeNumberProperty("sourcePort", tcp.sourcePort());
                json.writeNumberProperty("destinationPort", tcp.destinationPort());
                json.writeNumberProperty("sequence", Integer.toUnsignedLong(tcp.sequence()));
                json.writeNumberProperty("acknowledgement", Integer.toUnsignedLong(tcp.acknowledgement()));
                json.writeNumberProperty("flags", tcp.flags());
                json.writeNumberProperty("headerBytes", tcp.headerBytes());
                json.writeNumberProperty("window", tcp.window());
                json.writeStringProperty("checksum", hex(tcp.checksum()));
            }
            case Ip4Header.Udp udp -> {
                json.writeObjectPropertyStart("udp");
                json.writeNumberProperty("sourcePort", udp.sourcePort());
                json.writeNumberProperty("destinationPort", udp.destinationPort());
                json.writeNumberProperty("length", udp.length());
                json.writeStringProperty("checksum", hex(udp.checksum()));
            }
            case Ip4Header.Icmp icmp -> {
                json.writeObjectPropertyStart("icmp");
                json.writeNumberProperty("type", icmp.type());
                json.writeNumberProperty("code", icmp.code());
                json.writeNumberProperty("identifier", icmp.identifier());
                json.writeNumberProperty("sequence", icmp.sequence());
                json.writeStringProperty("checksum", hex(icmp.checksum()));
            }
        }
        json.writeEndObject();
    }

    private void text(String name, String value) {
        if (!value.isEmpty()) {
            json.writeStringProperty(name, value);
        }
    }

    private static String hex(int u16) {
        return "0x%04x".formatted(u16);
    }
}
