// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import java.io.PrintWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes results as JSON. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** Prints one document. */
    public static void print(Object document, PrintWriter out) {
        out.println(MAPPER.writeValueAsString(document));
        out.flush();
    }
}
