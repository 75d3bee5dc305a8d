// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.socket;

/** A request that no dialect understands. The message goes into the log; the peer is cut off. */
public final class BadRequestException extends RuntimeException {
    /** With what is wrong. */
    public BadRequestException(String message) {
        super(message);
    }
}
