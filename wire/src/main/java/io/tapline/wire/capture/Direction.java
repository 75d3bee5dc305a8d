// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

/** Which way a packet went, as seen by the interface it was captured on. */
public enum Direction {
    /** The file does not say. */
    UNKNOWN,
    /** The interface received it. */
    INBOUND,
    /** The interface sent it. */
    OUTBOUND
}
