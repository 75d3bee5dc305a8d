// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.config.SwitchConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prints a trace for people: a line that says what the packet was and what became of it, then a line per node with what
 * it did, in plain words and with the names that the configuration gives to addresses, interfaces and rules. Lines are
 * at most {@value #WIDTH} characters wide.
 *
 * <p>Times are microseconds since the packet arrived.
 */
public final class TextFormat {
    /** Widest line, in characters, unless a single word is wider. */
    public static final int WIDTH = 120;

    private static final String GAP = "   ";
    private static final int NODE_COLUMN = 21;

    private final SwitchConfig config;
    private final StringBuilder out = new StringBuilder(2048);

    private TextFormat(SwitchConfig config) {
        this.config = config;
    }

    /**
     * One packet.
     *
     * @param config where owners of interfaces and names of access lists are looked up
     */
    public static String format(PacketTrace trace, SwitchConfig config) {
        return format(trace.number(), trace, config);
    }

    /** One packet under a number of the caller's choice. */
    public static String format(long number, PacketTrace trace, SwitchConfig config) {
        TextFormat format = new TextFormat(config);
        format.header(number, trace);
        format.steps(trace);
        return format.out.toString();
    }

    /** The first line for a frame that has no trace yet; {@code outcome} says why, in the caller's words. */
    public static String header(long number, byte[] frame, String outcome) {
        TextFormat format = new TextFormat(SwitchConfig.EMPTY);
        PacketWords words = PacketWords.of(frame);
        format.wrap("#" + number + "  ", List.of(words.flow() + detail(words), outcome), GAP);
        return format.out.toString();
    }

    /** A frame in a few words, such as {@code ARP who has 10.1.1.2? asks 10.1.1.1}. */
    public static String summary(byte[] frame) {
        PacketWords words = PacketWords.of(frame);
        return words.flow() + detail(words);
    }

    private void header(long number, PacketTrace trace) {
        PacketWords words = PacketWords.of(trace.frame());
        List<String> parts = new ArrayList<>();
        parts.add(words.flow() + detail(words));
        parties(trace, words).ifPresent(parts::add);
        parts.add(outcome(trace));
        if (!trace.steps().isEmpty()) {
            parts.add(duration(trace.steps().getLast().timeNanos() - trace.startNanos()));
        }
        wrap("#" + number + "  ", parts, GAP);
    }

    private static String detail(PacketWords words) {
        return words.detail().isEmpty() ? "" : "  " + words.detail();
    }

    /** Who sends to whom, if the configuration knows either. */
    private Optional<String> parties(PacketTrace trace, PacketWords words) {
        if (words.source().isEmpty()
                || words.destination().isEmpty()
                || words.flow().startsWith("ARP")) {
            return Optional.empty();
        }
        String source = words.source().get();
        String destination = words.destination().get();
        String from = trace.names().getOrDefault(source, source);
        String to = trace.names().getOrDefault(destination, destination);
        return from.equals(source) && to.equals(destination) ? Optional.empty() : Optional.of(from + " -> " + to);
    }

    /** What became of a packet, such as {@code SENT by tap5} or {@code DROPPED acl-deny}. */
    public static String outcome(PacketTrace trace) {
        return switch (trace.outcome()) {
            case DROPPED ->
                "DROPPED" + trace.dropReason().map(reason -> " " + reason.key()).orElse("");
            case DELIVERED -> "TAKEN by the switch";
            case SENT -> (isAnswer(trace) ? "ANSWERED by " : "SENT by ") + lastDevice(trace);
        };
    }

    private static boolean isAnswer(PacketTrace trace) {
        return trace.steps().stream()
                .anyMatch(step -> step.node().equals("ip4-local") || step instanceof TraceStep.Arp);
    }

    private static String lastDevice(PacketTrace trace) {
        String device = "";
        for (TraceStep step : trace.steps()) {
            if (step instanceof TraceStep.Output output) {
                device = output.device();
            }
        }
        return device.isEmpty() ? "an interface" : device;
    }

    private void steps(PacketTrace trace) {
        StepWords words = new StepWords(trace, config);
        List<String> offsets = trace.steps().stream()
                .map(step -> micros(step.timeNanos() - trace.startNanos()))
                .toList();
        int offsetWidth = offsets.stream().mapToInt(String::length).max().orElse(0);
        int nodeWidth = trace.steps().stream()
                .mapToInt(step -> step.node().length())
                .max()
                .orElse(0);
        nodeWidth = Math.max(nodeWidth, NODE_COLUMN);
        for (int i = 0; i < trace.steps().size(); i++) {
            String node = trace.steps().get(i).node();
            String prefix =
                    "  " + " ".repeat(Math.max(4, offsetWidth) - offsets.get(i).length()) + offsets.get(i) + "  " + node
                            + " ".repeat(nodeWidth - node.length() + 2);
            wrap(prefix, List.of(words.say(i).split(" ", -1)), " ");
        }
        if (trace.truncated()) {
            out.append("  ... and more nodes than a trace holds\n");
        }
    }

    /** Appends parts to a prefix; those that do not fit go to further lines, indented as the first part. */
    private void wrap(String prefix, List<String> parts, String separator) {
        int column = prefix.length();
        out.append(prefix);
        boolean first = true;
        for (String part : parts) {
            if (!first && column + separator.length() + part.length() > WIDTH) {
                out.append('\n').repeat(' ', prefix.length());
                column = prefix.length();
                first = true;
            }
            out.append(first ? "" : separator).append(part);
            column += (first ? 0 : separator.length()) + part.length();
            first = false;
        }
        out.append('\n');
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1000.0);
    }

    /** A time span with the unit that suits it. */
    static String duration(long nanos) {
        if (nanos < 1_000_000) {
            return micros(nanos) + " us";
        }
        return nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
