// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import io.tapline.dataplane.trace.VppFormat;
import java.io.PrintWriter;

/** A replay as VPP's {@code show trace} prints it. A packet that still waits for ARP has no trace yet. */
public final class VppReport {
    private VppReport() {}

    /** Prints each packet under its {@code Packet N} line. */
    public static void print(ReplayResult result, PrintWriter out) {
        for (ReplayResult.Packet packet : result.packets()) {
            packet.trace().ifPresent(trace -> {
                out.print("Packet " + packet.number() + "\n\n");
                out.print(VppFormat.format(trace));
                out.print("\n");
            });
        }
    }
}
