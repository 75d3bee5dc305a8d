// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.lab.scenario.ScenarioException.Mistake;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value of a scenario with its place. What a scalar means depends on the key it stands under, not on how YAML would
 * read it: the hexadecimal digits {@code 1e10} are not a number. Every accessor throws {@link Mistake}.
 */
final class Value {
    private static final int MAX_LABEL = 200;

    private final Node node;
    private final String key;

    Value(Node node, String key) {
        this.node = node;
        this.key = key;
    }

    Place place() {
        Place start = node.getStartMark().map(YamlTree::place).orElse(new Place(1, 1, ""));
        return new Place(start.line(), start.column(), key);
    }

    Mistake mistake(String message) {
        return new Mistake(place(), message);
    }

    /** Whether nothing was written, or {@code null}. */
    boolean isNull() {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (scalar.getValue().isEmpty()
                        || scalar.getValue().equals("null")
                        || scalar.getValue().equals("~"));
    }

    /** The scalar as it was written, quotes removed. */
    String text() {
        if (isNull()) {
            throw mistake("has no value");
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw mistake("must be a single value, not " + kind());
    }

    /** Text to be shown to people, on one line. */
    String label() {
        String text = text();
        if (text.isEmpty() || text.length() > MAX_LABEL) {
            throw mistake("must have 1 to " + MAX_LABEL + " characters, not " + text.length());
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw mistake("must be one line without control characters");
        }
        return text;
    }

    /** A whole decimal number in a range. */
    int number(int least, int most) {
        String text = text();
        if (!text.matches("-?[0-9]+")) {
            throw mistake("'" + text + "' is not a whole number");
        }
        boolean representable = text.length() <= 10;
        long value = representable ? Long.parseLong(text) : Long.MAX_VALUE;
        if (value < least || value > most) {
            throw mistake(text + " is outside " + least + ".." + most);
        }
        return (int) value;
    }

    boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw mistake("'" + text() + "' is neither true nor false");
        };
    }

    /** The text by way of a parser that explains what it does not like in an {@link IllegalArgumentException}. */
    <T> T as(Function<String, T> parser) {
        String text = text();
        try {
            return parser.apply(text);
        } catch (Mistake e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw mistake(explanation(e));
        }
    }

    /** What a constructor makes of this value's parts; its complaint becomes a mistake at this place. */
    <T> T build(Supplier<T> constructor) {
        try {
            return constructor.get();
        } catch (Mistake e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw mistake(explanation(e));
        }
    }

    private static String explanation(IllegalArgumentException e) {
        return e.getMessage() == null ? "is not valid" : e.getMessage();
    }

    /** One of a few words. */
    <T> T choice(Map<String, T> words) {
        String text = text();
        T meaning = words.get(text);
        if (meaning == null) {
            String known = words.keySet().stream().sorted().collect(Collectors.joining(", "));
            throw mistake("'" + text + "' is none of " + known + Suggestion.of(text, words.keySet()));
        }
        return meaning;
    }

    /** The elements of a list; none when nothing was written. */
    List<Value> list() {
        if (isNull()) {
            return List.of();
        }
        if (node instanceof SequenceNode sequence) {
            List<Value> values = new ArrayList<>();
            for (Node element : sequence.getValue()) {
                values.add(new Value(element, key + "[" + values.size() + "]"));
            }
            return values;
        }
        throw mistake("must be a list, not " + kind());
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** The entries of a map, whose keys must be among those known. */
    Fields fields(String... known) {
        if (node instanceof MappingNode mapping) {
            return new Fields(this, key, mapping, Arrays.asList(known));
        }
        String what = isNull() ? "nothing" : kind();
        throw mistake("must be a map with keys " + String.join(", ", known) + ", not " + what);
    }

    private String kind() {
        return switch (node) {
            case MappingNode mapping -> "a map";
            case SequenceNode sequence -> "a list";
            default -> "text";
        };
    }
}
