// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param body bytes of the body
 */
@SuppressWarnings("ArrayRecordComponent") // made here, sent once
public record Reply(int status, String contentType, byte[] body) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** A document: a record, a map or a list. */
    public static Reply json(Object document) {
        return json(200, document);
    }

    static Reply json(int status, Object document) {
        return new Reply(
                status,
                "application/json",
                (JSON.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Plain text. */
    public static Reply text(String text) {
        return text(200, text);
    }

    static Reply text(int status, String text) {
        return new Reply(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Reply error(int status, String message) {
        return json(status, Map.of("error", message));
    }
}
