// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import io.tapline.dataplane.trace.TextFormat;
import java.io.PrintWriter;
import java.util.List;

/** A replay for people: each packet as {@link TextFormat} prints it, what the switch sent besides, and a summary. */
public final class TextReport {
    private static final long LONG_PAUSE_NANOS = 1_000_000_000L;

    private final ReplayResult result;
    private final PrintWriter out;

    private TextReport(ReplayResult result, PrintWriter out) {
        this.result = result;
        this.out = out;
    }

    /** Prints a replay. */
    public static void print(ReplayResult result, PrintWriter out) {
        TextReport report = new TextReport(result, out);
        for (ReplayResult.Event event : result.events()) {
            switch (event) {
                case ReplayResult.Packet packet -> report.packet(packet);
                case ReplayResult.Pause pause -> report.pause(pause);
            }
        }
        report.summary();
    }

    private void packet(ReplayResult.Packet packet) {
        String text = packet.trace()
                .map(trace -> TextFormat.format(packet.number(), trace, result.config()))
                .orElseGet(() -> TextFormat.header(packet.number(), packet.frame(), "WAITS for ARP until the end"));
        out.print(text);
        besides(packet.sent().stream()
                .filter(frame -> frame.packet().orElse(-1) != packet.number())
                .toList());
        out.print("\n");
    }

    private void pause(ReplayResult.Pause pause) {
        if (pause.nanos() >= LONG_PAUSE_NANOS || !pause.sent().isEmpty()) {
            out.print("-- " + span(pause.nanos()) + " later\n");
            besides(pause.sent());
            out.print("\n");
        }
    }

    /** Frames that left but are not what became of the packet at hand. */
    private void besides(List<SentFrame> frames) {
        for (SentFrame frame : frames) {
            String whose = frame.packet().isPresent()
                    ? "sent packet #" + frame.packet().getAsInt()
                    : "sent by itself";
            out.print("  " + whose + ", by " + frame.device() + ": " + TextFormat.summary(frame.frame()) + "\n");
        }
    }

    private void summary() {
        ReplayResult.Totals totals = result.totals();
        out.print(totals.received() + (totals.received() == 1 ? " packet" : " packets") + " received, "
                + totals.originated() + " made by the switch: " + totals.sent() + " sent, " + totals.dropped()
                + " dropped, " + totals.delivered() + " taken by the switch"
                + (totals.held() == 0 ? "" : ", " + totals.held() + " waiting for ARP") + "\n");
        totals.drops()
                .forEach((reason, count) -> out.print("  " + count + " " + reason.key() + ": " + reason.text() + "\n"));
    }

    private static String span(long nanos) {
        return nanos % LONG_PAUSE_NANOS == 0 ? nanos / LONG_PAUSE_NANOS + " s" : nanos / 1_000_000 + " ms";
    }
}
