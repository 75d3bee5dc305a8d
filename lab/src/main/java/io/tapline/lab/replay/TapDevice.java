// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import io.tapline.dataplane.BufferDevice;
import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.FramePool;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A device in memory that also notes when each frame left, in one list for all interfaces. */
final class TapDevice implements PacketDevice {
    private final String name;
    private final VirtualClock clock;
    private final List<SentFrame> log;
    private final BufferDevice device = new BufferDevice();

    /** A device whose frames are appended to {@code log}. */
    TapDevice(String name, VirtualClock clock, List<SentFrame> log) {
        this.name = name;
        this.clock = clock;
        this.log = log;
    }

    void put(byte[] virtioNet, byte[] frame) {
        device.put(virtioNet, frame);
    }

    @Override
    public int receive(FramePool pool, long[] frames, int from, int max) {
        return device.receive(pool, frames, from, max);
    }

    @Override
    public int transmit(long frame) {
        int result = device.transmit(frame);
        List<byte[]> headers = new ArrayList<>(device.sentHeaders());
        for (byte[] bytes : device.take()) {
            log.add(new SentFrame(name, headers.removeFirst(), bytes, clock.peek(), OptionalInt.empty()));
        }
        return result;
    }

    @Override
    public int capabilities() {
        return device.capabilities();
    }
}
