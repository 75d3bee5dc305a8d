// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.ipam;

/** An address cannot be given. The message names it, says why and what to do. */
public final class IpamException extends RuntimeException {
    /** Why. */
    public enum Reason {
        /** All addresses of the node are in use. */
        EXHAUSTED,
        /** The address belongs to somebody else. */
        CONFLICT,
        /** No pod of this node can have the address. */
        FOREIGN
    }

    private final Reason reason;

    IpamException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
