// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.Counters.Port;
import io.tapline.dataplane.DropReason;
import java.util.Map;
import java.util.TreeMap;

/**
 * What went through an interface of the switch, as the switch sees it: {@code received} is what the other end sent.
 *
 * @param receivedFrames frames that the switch received there
 * @param receivedBytes their bytes, Ethernet included
 * @param sentFrames frames that the switch sent there
 * @param sentBytes their bytes, Ethernet included
 * @param dropped received there and dropped
 * @param droppedBy the same by the keys of the reasons; those only that occurred
 */
public record Traffic(
        long receivedFrames,
        long receivedBytes,
        long sentFrames,
        long sentBytes,
        long dropped,
        Map<String, Long> droppedBy) {
    /** Reads the counters of an interface. */
    static Traffic of(Counters counters, int interfaceIndex) {
        Map<String, Long> reasons = new TreeMap<>();
        for (DropReason reason : DropReason.values()) {
            long count = counters.portDrops(interfaceIndex, reason);
            if (count > 0) {
                reasons.put(reason.key(), count);
            }
        }
        return new Traffic(
                counters.port(interfaceIndex, Port.RX_FRAMES),
                counters.port(interfaceIndex, Port.RX_BYTES),
                counters.port(interfaceIndex, Port.TX_FRAMES),
                counters.port(interfaceIndex, Port.TX_BYTES),
                counters.port(interfaceIndex, Port.DROPS),
                reasons);
    }
}
