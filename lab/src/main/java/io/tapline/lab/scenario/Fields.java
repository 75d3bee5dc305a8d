// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.lab.scenario.ScenarioException.Mistake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** The entries of a map. An unknown or repeated key is a mistake; a key without a value counts as left out. */
final class Fields {
    private final Value map;
    private final Map<String, Value> values = new LinkedHashMap<>();

    Fields(Value map, String path, MappingNode node, List<String> known) {
        this.map = map;
        Map<String, Place> places = new LinkedHashMap<>();
        for (NodeTuple entry : node.getValue()) {
            Value key = new Value(entry.getKeyNode(), path);
            String name = key.text();
            Place start = key.place();
            Place place = new Place(start.line(), start.column(), path.isEmpty() ? name : path + "." + name);
            if (!known.contains(name)) {
                throw new Mistake(place, unknown(name, known));
            }
            Place earlier = places.putIfAbsent(name, place);
            if (earlier != null) {
                throw new Mistake(place, "is given twice; it stands in line " + earlier.line() + " already");
            }
            values.put(name, new Value(entry.getValueNode(), place.key()));
        }
    }

    private static String unknown(String name, List<String> known) {
        String suggestion = Suggestion.of(name, known);
        return "unknown key" + (suggestion.isEmpty() ? ";" : suggestion) + " known here: " + String.join(", ", known);
    }

    /** The value under a key that must be there. */
    Value required(String key) {
        Value value = values.get(key);
        if (value == null) {
            throw map.mistake("the key '" + key + "' is missing");
        }
        return value;
    }

    /** The value under a key, if one was written. */
    Optional<Value> optional(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isNull());
    }

    boolean has(String key) {
        return optional(key).isPresent();
    }

    int number(String key, int least, int most, int otherwise) {
        return optional(key).map(value -> value.number(least, most)).orElse(otherwise);
    }

    /** The elements of the list under a key; none when it is left out. */
    List<Value> list(String key) {
        return optional(key).map(Value::list).orElse(List.of());
    }

    /** A mistake of the map as a whole. */
    Mistake mistake(String message) {
        return map.mistake(message);
    }
}
