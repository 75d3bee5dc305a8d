// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

/** The node cannot do what it was asked. The message names the object, what is wrong and what to do. */
public final class NodeException extends RuntimeException {
    /** What sort of failure. */
    public enum Kind {
        /** There is no such container or namespace. */
        UNKNOWN_CONTAINER,
        /** The attachment exists already and differs. */
        CONFLICT,
        /** Not now; the same may succeed later. */
        TRY_LATER,
        /** The kernel refused. */
        KERNEL,
        /** What should be and what is differ. */
        DIFFERENT
    }

    private final Kind kind;

    /** A failure of this kind. */
    public NodeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** A failure of this kind, with its cause. */
    public NodeException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What sort of failure. */
    public Kind kind() {
        return kind;
    }
}
