// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes maps and lists as JSON. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** The text of a value, with a line for each entry. */
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
