// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import java.util.OptionalInt;

/**
 * A frame that left the switch.
 *
 * @param device name of the interface it left by
 * @param virtioNet its virtio-net header, 12 bytes
 * @param frame from Ethernet on
 * @param timeNanos when, by the replay's clock
 * @param packet number of the packet that it is or that it answers; empty for what the switch sent by itself
 */
public record SentFrame(String device, byte[] virtioNet, byte[] frame, long timeNanos, OptionalInt packet) {}
