// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import io.tapline.agent.trace.TraceCapture;
import io.tapline.dataplane.trace.PacketTrace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A replay as a capture file; its times are those of the scenario, counted from 1970. */
public final class CaptureReport {
    private CaptureReport() {}

    /**
     * Writes the frames that went in and out, and returns how many.
     *
     * @throws io.tapline.cli.UserError when the file cannot be written
     */
    public static int write(ReplayResult result, Path file) {
        TraceCapture capture = new TraceCapture(result.config(), 0);
        Map<Integer, PacketTrace> traces = new HashMap<>();
        result.packets().forEach(packet -> packet.trace().ifPresent(trace -> traces.put(packet.number(), trace)));
        for (ReplayResult.Event event : result.events()) {
            if (event instanceof ReplayResult.Packet packet) {
                byte[] frame = packet.frame();
                capture.received(
                        packet.number(), packet.device(), packet.timeNanos(), frame, frame.length, packet.trace());
            }
            for (SentFrame frame : event.sent()) {
                @Nullable
                Long number = frame.packet().isPresent() ? (long) frame.packet().getAsInt() : null;
                Optional<PacketTrace> trace =
                        Optional.ofNullable(number).map(Long::intValue).map(traces::get);
                capture.sent(frame.device(), frame.timeNanos(), frame.frame(), number, trace);
            }
        }
        return capture.write(file);
    }
}
