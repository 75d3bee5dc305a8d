// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

import java.util.List;
import java.util.Optional;

/**
 * What a capture file holds.
 *
 * @param interfaces in the order of the file; those of later sections follow those of the first
 * @param packets in the order of the file
 * @param fault what is wrong with the file; the interfaces and packets are then those before the fault
 */
public record Capture(List<CaptureInterface> interfaces, List<CapturedPacket> packets, Optional<Fault> fault) {
    /** Copies the lists. */
    public Capture {
        interfaces = List.copyOf(interfaces);
        packets = List.copyOf(packets);
    }

    /**
     * Why reading ended before the end of the file.
     *
     * @param offset where, in bytes from the beginning of the file
     * @param message what is wrong there
     */
    public record Fault(long offset, String message) {
        @Override
        public String toString() {
            return "at byte " + offset + ": " + message;
        }
    }

    /**
     * Reads a whole file, whatever its bytes.
     *
     * @param file pcapng, or classic pcap of either byte order, with microseconds or nanoseconds
     */
    public static Capture read(byte[] file) {
        if (PcapngReader.begins(file)) {
            return new PcapngReader(file).read();
        }
        if (PcapReader.begins(file)) {
            return new PcapReader(file).read();
        }
        String message = file.length < 4 ? "the file is too short for a capture" : "neither a pcapng nor a pcap file";
        return new Capture(List.of(), List.of(), Optional.of(new Fault(0, message)));
    }
}
