// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.trace;

import io.tapline.cli.UserError;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TextFormat;
import io.tapline.dataplane.trace.TraceStep;
import io.tapline.wire.capture.CapturedPacket;
import io.tapline.wire.capture.Direction;
import io.tapline.wire.capture.PcapngWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Traced packets as a pcapng file for Wireshark: what each interface received and sent, with a comment that says what
 * became of the packet and which nodes it met.
 */
public final class TraceCapture {
    private static final String APPLICATION = "tapline";

    private final List<InterfaceConfig> interfaces;
    private final long epochNanos;
    private final List<CapturedPacket> packets = new ArrayList<>();

    /**
     * An empty capture.
     *
     * @param config the switch's interfaces
     * @param epochNanos what to add to the switch's time to get nanoseconds since 1970
     */
    public TraceCapture(SwitchConfig config, long epochNanos) {
        this.interfaces = config.interfaces();
        this.epochNanos = epochNanos;
    }

    /** Adds a packet as received and, if it was sent, as sent; each as far as the trace holds it. */
    public void add(long number, PacketTrace trace) {
        received(
                number, trace.receivedOn(), trace.startNanos(), trace.frame(), trace.frameLength(), Optional.of(trace));
        for (TraceStep step : trace.steps()) {
            if (step instanceof TraceStep.Output output) {
                byte[] frame = HexFormat.of().parseHex(output.frame());
                add(
                        output.device(),
                        output.timeNanos(),
                        frame,
                        output.length(),
                        Direction.OUTBOUND,
                        sent(number, trace));
            }
        }
    }

    /** Adds a frame that an interface received; without a trace it still waits for ARP. */
    public void received(
            long number, String device, long timeNanos, byte[] frame, int length, Optional<PacketTrace> trace) {
        String comment = "#" + number + " " + trace.map(TraceCapture::story).orElse("WAITS for ARP");
        add(device, timeNanos, frame, length, Direction.INBOUND, comment);
    }

    /** Adds a frame that an interface sent, because of packet {@code number} or, if null, by itself. */
    public void sent(String device, long timeNanos, byte[] frame, @Nullable Long number, Optional<PacketTrace> trace) {
        String comment = number == null
                ? "made by the switch"
                : trace.map(t -> sent(number, t)).orElse("because of #" + number);
        add(device, timeNanos, frame, frame.length, Direction.OUTBOUND, comment);
    }

    private void add(String device, long timeNanos, byte[] frame, int length, Direction direction, String comment) {
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).name().equals(device)) {
                packets.add(new CapturedPacket(i, epochNanos + timeNanos, frame, length, direction, comment));
            }
        }
    }

    private static String story(PacketTrace trace) {
        String reason = trace.dropReason().map(r -> ": " + r.text()).orElse("");
        return TextFormat.outcome(trace) + reason + "; " + path(trace);
    }

    private static String sent(long number, PacketTrace trace) {
        return "because of #" + number + ", " + TextFormat.outcome(trace) + "; " + path(trace);
    }

    private static String path(PacketTrace trace) {
        return trace.steps().stream().map(TraceStep::node).collect(Collectors.joining(" > "));
    }

    /**
     * Writes the file, its packets in the order of time, and returns how many there are.
     *
     * @throws UserError when it cannot be written
     */
    public int write(Path file) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            write(out);
        } catch (IOException e) {
            throw UserError.failure("cannot write " + file + ": " + e.getMessage(), e);
        }
        return packets.size();
    }

    /** Writes the packets in the order of time to a stream, which stays open. */
    public void writeTo(OutputStream out) {
        try {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a capture", e);
        }
    }

    private void write(OutputStream out) throws IOException {
        PcapngWriter writer = new PcapngWriter(out, APPLICATION);
        for (InterfaceConfig iface : interfaces) {
            writer.addInterface(iface.name(), iface.owner());
        }
        List<CapturedPacket> sorted = packets.stream()
                .sorted(Comparator.comparingLong(CapturedPacket::timeNanos))
                .toList();
        for (CapturedPacket packet : sorted) {
            writer.write(packet);
        }
    }
}
