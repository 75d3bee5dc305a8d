// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

/** A CNI request is refused. Codes: the specification's up to 99, then Tapline's own; docs/cni.md lists them. */
final class CniError extends RuntimeException {
    static final int INCOMPATIBLE_VERSION = 1;
    static final int UNSUPPORTED_FIELD = 2;
    static final int UNKNOWN_CONTAINER = 3;
    static final int INVALID_ENVIRONMENT = 4;
    static final int IO_FAILURE = 5;
    static final int DECODING_FAILURE = 6;
    static final int INVALID_CONFIGURATION = 7;
    static final int TRY_AGAIN_LATER = 11;
    static final int NOT_AVAILABLE = 50;
    static final int INTERNAL = 100;
    static final int CONFLICT = 101;
    static final int CHECK_FAILED = 102;
    static final int KERNEL = 103;

    private final int code;
    private final String details;

    CniError(int code, String message) {
        this(code, message, "");
    }

    CniError(int code, String message, String details) {
        super(message);
        this.code = code;
        this.details = details;
    }

    int code() {
        return code;
    }

    String details() {
        return details;
    }
}
