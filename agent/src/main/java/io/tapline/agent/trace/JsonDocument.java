// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.trace;

import java.io.PrintWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * One JSON document of this project: an object that begins with {@code apiVersion} and {@code kind}. It is written as
 * it is made, never held in memory as a whole.
 */
public final class JsonDocument {
    private static final String API_VERSION = "tapline.io/v1alpha1";
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET, StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private JsonDocument() {}

    /** Writes a document; {@code body} writes the properties after {@code kind}. */
    public static void write(PrintWriter out, String kind, Consumer<JsonGenerator> body) {
        try (JsonGenerator json = FACTORY.createGenerator(new Pretty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("apiVersion", API_VERSION);
            json.writeStringProperty("kind", kind);
            body.accept(json);
            json.writeEndObject();
        }
        out.println();
        out.flush();
    }

    /** One property per line. */
    private static final class Pretty extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
