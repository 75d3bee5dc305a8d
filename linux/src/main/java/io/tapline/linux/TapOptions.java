// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.OptionalInt;
import java.util.Set;

/**
 * How to open a TAP. {@link #named} gives the defaults: one queue, all offloads, not persistent.
 *
 * @param name the device name, 1 to 15 bytes without spaces, {@code /} or {@code :}; one {@code %d} is replaced by the
 *     first free number
 * @param multiQueue whether the device may be opened several times, each opening being a queue of its own
 * @param persistent whether the device outlives its last closing
 * @param offloads what the kernel may leave to the reader; all but {@link TapOffload#CHECKSUM} need that one too
 * @param sendBufferBytes how many bytes written to the TAP may wait in the kernel before writes give {@code EAGAIN};
 *     empty for no limit
 */
public record TapOptions(
        String name, boolean multiQueue, boolean persistent, Set<TapOffload> offloads, OptionalInt sendBufferBytes) {
    /** @throws IllegalArgumentException if the name, the offloads or the size are not as described */
    public TapOptions {
        LinkNames.verify(name);
        offloads = TapOffload.copyOf(offloads);
        if (!offloads.isEmpty() && !offloads.contains(TapOffload.CHECKSUM)) {
            throw new IllegalArgumentException("tap \"" + name + "\": offloads " + offloads + " need CHECKSUM too");
        }
        if (offloads.contains(TapOffload.USO4) != offloads.contains(TapOffload.USO6)) {
            throw new IllegalArgumentException("tap \"" + name + "\": USO4 and USO6 go together only");
        }
        if (sendBufferBytes.isPresent() && sendBufferBytes.getAsInt() <= 0) {
            throw new IllegalArgumentException(
                    "tap \"" + name + "\": sendBufferBytes must be positive, not " + sendBufferBytes.getAsInt());
        }
    }

    /** The defaults for a device of this name. */
    public static TapOptions named(String name) {
        return new TapOptions(name, false, false, TapOffload.ALL, OptionalInt.empty());
    }

    /** With several queues. */
    public TapOptions withMultiQueue() {
        return new TapOptions(name, true, persistent, offloads, sendBufferBytes);
    }

    /** Outliving its last closing, and so this process. */
    public TapOptions withPersistence() {
        return new TapOptions(name, multiQueue, true, offloads, sendBufferBytes);
    }

    /** With these offloads only. */
    public TapOptions withOffloads(Set<TapOffload> wanted) {
        return new TapOptions(name, multiQueue, persistent, wanted, sendBufferBytes);
    }

    /** With a limit for what waits in the kernel. */
    public TapOptions withSendBufferBytes(int bytes) {
        return new TapOptions(name, multiQueue, persistent, offloads, OptionalInt.of(bytes));
    }
}
