// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.Ethernet;
import io.tapline.wire.VirtioNet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The list {@code packets}: frames to feed, and time to let pass between them. */
final class PacketSection {
    /** Longest frame: an IPv4 packet of the greatest length. */
    static final int MAX_FRAME_BYTES = Ethernet.HEADER_BYTES + 0xffff;

    private static final int MAX_U16 = 0xffff;
    private static final Map<String, Integer> GSO_TYPES = Map.of(
            "none", VirtioNet.GSO_NONE,
            "tcpv4", VirtioNet.GSO_TCPV4,
            "tcpv6", VirtioNet.GSO_TCPV6,
            "udp", VirtioNet.GSO_UDP_L4);

    private final Names names;
    private static final String[] OFFLOADS = {
        "needs-csum", "csum-start", "csum-offset", "gso-type", "gso-size", "header-length"
    };

    private final Map<String, InterfaceConfig> interfaces;
    private final CaptureFiles captures;
    private long elapsedNanos;

    /** Captures are sought beside {@code scenario}. */
    PacketSection(Names names, Map<String, InterfaceConfig> interfaces, Path scenario) {
        this.names = names;
        this.captures = new CaptureFiles(scenario, MAX_FRAME_BYTES);
        this.interfaces = interfaces;
    }

    /** The events that one element of the list stands for. */
    List<Scenario.Event> read(Value value) {
        Fields fields = value.fields(
                "interface",
                "hex",
                "pcap",
                "frames",
                "at",
                "advance",
                "needs-csum",
                "csum-start",
                "csum-offset",
                "gso-type",
                "gso-size",
                "header-length");
        if (fields.has("advance")) {
            return advance(fields);
        }
        Value name = fields.required("interface");
        names.refer(name, name.label());
        InterfaceConfig iface = interfaces.get(name.label());
        if (fields.has("hex") == fields.has("pcap")) {
            throw fields.mistake(
                    "a packet has one of hex and pcap; this one has " + (fields.has("hex") ? "both" : "none"));
        }
        List<byte[]> frames = fields.has("pcap") ? captured(fields) : List.of(written(fields));
        byte[] virtioNet = virtioNet(fields);
        OptionalLong at = at(fields);
        if (iface == null) {
            return List.of(); // it is declared but has a mistake of its own, which is reported already
        }
        return frames.stream()
                .<Scenario.Event>map(frame -> new Scenario.Receive(iface.index(), virtioNet, frame, at))
                .toList();
    }

    private static byte[] written(Fields fields) {
        if (fields.has("frames")) {
            throw fields.required("frames").mistake("chooses frames of a capture; it goes with 'pcap'");
        }
        Value hex = fields.required("hex");
        byte[] frame = hex.as(Words::hex);
        if (frame.length > MAX_FRAME_BYTES) {
            throw hex.mistake("a frame of " + frame.length + " bytes is longer than " + MAX_FRAME_BYTES);
        }
        return frame;
    }

    private List<byte[]> captured(Fields fields) {
        for (String offload : OFFLOADS) {
            if (fields.has(offload)) {
                throw fields.required(offload).mistake("goes with 'hex'; captured frames are complete");
            }
        }
        return captures.frames(fields.required("pcap"), fields.optional("frames"));
    }

    private List<Scenario.Event> advance(Fields fields) {
        for (String other : List.of("interface", "hex", "pcap", "frames", "at")) {
            if (fields.has(other)) {
                throw fields.mistake("'advance' stands alone; make it an element of its own, before the packet");
            }
        }
        long nanos = fields.required("advance").as(Words::duration);
        elapsedNanos += nanos;
        return List.of(new Scenario.Advance(nanos));
    }

    /** Time may stand still but not run back. */
    private OptionalLong at(Fields fields) {
        Optional<Value> at = fields.optional("at");
        if (at.isEmpty()) {
            return OptionalLong.empty();
        }
        long nanos = at.get().as(Words::duration);
        if (nanos < elapsedNanos) {
            throw at.get().mistake("lies before the packets above it; times ascend");
        }
        elapsedNanos = nanos;
        return OptionalLong.of(nanos);
    }

    private static byte[] virtioNet(Fields fields) {
        boolean needsChecksum = fields.optional("needs-csum").map(Value::flag).orElse(false);
        int type = fields.optional("gso-type")
                .map(value -> value.choice(GSO_TYPES))
                .orElse(VirtioNet.GSO_NONE);
        return ByteBuffer.allocate(VirtioNet.HEADER_BYTES)
                .order(ByteOrder.nativeOrder())
                .put((byte) (needsChecksum ? VirtioNet.NEEDS_CSUM : 0))
                .put((byte) type)
                .putShort((short) fields.number("header-length", 0, MAX_U16, 0))
                .putShort((short) fields.number("gso-size", 0, MAX_U16, 0))
                .putShort((short) fields.number("csum-start", 0, MAX_U16, 0))
                .putShort((short) fields.number("csum-offset", 0, MAX_U16, 0))
                .putShort((short) 1)
                .array();
    }
}
