// SPDX-License-Identifier: Apache-2.0
package io.tapline.source.yaml;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** The entries of a map. A repeated key is a mistake; a key without a value counts as left out. */
public final class Fields {
    private final Value map;
    private final Map<String, Value> values;

    Fields(Value map, String path, MappingNode node, Collection<String> known, Consumer<Mistake> unknown) {
        this.map = map;
        values = entries(node, path);
        for (NodeTuple entry : node.getValue()) {
            String name = new Value(entry.getKeyNode(), path).text();
            if (!known.contains(name)) {
                unknown.accept(new Mistake(place(entry, path), unknown(name, known)));
            }
        }
    }

    /** The entries in their order; a repeated key is a mistake. */
    static Map<String, Value> entries(MappingNode node, String path) {
        Map<String, Value> values = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        for (NodeTuple entry : node.getValue()) {
            String name = new Value(entry.getKeyNode(), path).text();
            Place place = place(entry, path);
            Place earlier = places.putIfAbsent(name, place);
            if (earlier != null) {
                throw new Mistake(place, "is given twice; it stands in line " + earlier.line() + " already");
            }
            values.put(name, new Value(entry.getValueNode(), place.key()));
        }
        return values;
    }

    private static Place place(NodeTuple entry, String path) {
        Value key = new Value(entry.getKeyNode(), path);
        Place start = key.place();
        return new Place(start.line(), start.column(), child(path, key.text()));
    }

    /** The path of a key: with a dot, or in brackets when the key has dots or slashes of its own. */
    private static String child(String path, String name) {
        if (!path.isEmpty() && (name.indexOf('.') >= 0 || name.indexOf('/') >= 0)) {
            return path + "[" + name + "]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String unknown(String name, Collection<String> known) {
        String suggestion = Suggestion.of(name, known);
        if (known.size() > Value.MAX_KEYS) {
            return "unknown key" + suggestion;
        }
        return "unknown key" + (suggestion.isEmpty() ? ";" : suggestion) + " known here: " + String.join(", ", known);
    }

    /** The value under a key that must be there. */
    public Value required(String key) {
        return optional(key)
                .orElseThrow(() -> values.containsKey(key)
                        ? values.get(key).mistake("has no value")
                        : map.mistake("the key '" + key + "' is missing"));
    }

    /** The value under a key, if one was written. */
    public Optional<Value> optional(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isNull());
    }

    /** Whether a value was written under a key. */
    public boolean has(String key) {
        return optional(key).isPresent();
    }

    /** The whole number under a key, or another one when it is left out. */
    public int number(String key, int least, int most, int otherwise) {
        return optional(key).map(value -> value.number(least, most)).orElse(otherwise);
    }

    /** The elements of the list under a key; none when it is left out. */
    public List<Value> list(String key) {
        return optional(key).map(Value::list).orElse(List.of());
    }

    /** A mistake of the map as a whole. */
    public Mistake mistake(String message) {
        return map.mistake(message);
    }
}
