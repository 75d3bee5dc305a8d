// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.Items;
import java.util.List;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the agent's documents. A field that is new to an older command line is left out. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    static JsonNode tree(String text) {
        return MAPPER.readTree(text);
    }

    static String text(Object document) {
        return MAPPER.writeValueAsString(document);
    }

    static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    static <T> Items<T> items(String text, Class<T> type) {
        return MAPPER.readValue(text, MAPPER.getTypeFactory().constructParametricType(Items.class, type));
    }

    /** The same document as YAML. */
    static String yaml(String text) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setSplitLines(false)
                .build();
        Object value = MAPPER.readValue(text, Object.class);
        return new Dump(settings).dumpToString(value == null ? List.of() : value);
    }
}
