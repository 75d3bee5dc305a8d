// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.demo;

import io.tapline.dataplane.trace.PacketTrace;
import java.util.List;

/**
 * One attempt to talk, and the traces of its first packets.
 *
 * @param title what was tried, in plain words
 * @param expected whether it should succeed
 * @param succeeded whether it did
 * @param result what came back, or why nothing did
 * @param traces of its first packets
 */
record Exchange(String title, boolean expected, boolean succeeded, String result, List<PacketTrace> traces) {
    Exchange {
        traces = List.copyOf(traces);
    }
}
