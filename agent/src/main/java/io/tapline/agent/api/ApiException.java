// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

/** A request that cannot be served; the message is for whoever asked. */
public final class ApiException extends RuntimeException {
    private final int status;

    private ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The request makes no sense. */
    public static ApiException badRequest(String message) {
        return new ApiException(400, message);
    }

    /** What was asked for is not there. */
    public static ApiException notFound(String message) {
        return new ApiException(404, message);
    }

    static ApiException of(int status, String message) {
        return new ApiException(status, message);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
