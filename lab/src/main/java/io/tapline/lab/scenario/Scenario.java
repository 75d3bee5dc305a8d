// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.SwitchConfig;
import java.util.List;
import java.util.OptionalLong;

/**
 * What to replay.
 *
 * @param file the file it was read from, as the user named it
 * @param config the switch
 * @param startNanos what the switch's clock shows at the beginning
 * @param events what happens, in order
 */
public record Scenario(String file, SwitchConfig config, long startNanos, List<Event> events) {
    /** Most packets of one scenario: each keeps its trace in memory. */
    public static final int MAX_PACKETS = 10_000;

    /** Copies the list. */
    public Scenario {
        events = List.copyOf(events);
    }

    /** Something that happens. */
    public sealed interface Event {}

    /**
     * A frame arrives.
     *
     * @param interfaceIndex where
     * @param virtioNet its virtio-net header, 12 bytes in the machine's order
     * @param frame from Ethernet on
     * @param atNanos when, in nanoseconds since the beginning; empty: at once
     */
    public record Receive(int interfaceIndex, byte[] virtioNet, byte[] frame, OptionalLong atNanos) implements Event {}

    /** Time passes. */
    public record Advance(long nanos) implements Event {}

    /** Number of packets. */
    public int packetCount() {
        return (int) events.stream().filter(Receive.class::isInstance).count();
    }
}
