// SPDX-License-Identifier: Apache-2.0
package io.tapline.source.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value with its place. What a scalar means depends on the key it stands under: the hexadecimal digits {@code 1e10}
 * are text to {@link #text()}. Formats that follow JSON's types, as Kubernetes manifests do, use {@link #string()} and
 * {@link #integer}, which hold a scalar to the type that it was written with. Every accessor throws {@link Mistake}.
 */
public final class Value {
    private static final int MAX_LABEL = 200;
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(0x[0-9a-fA-F_]+|0o?[0-7_]+|[0-9][0-9_]*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?)");
    private static final Pattern BOOLEAN =
            Pattern.compile("true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF");
    static final int MAX_KEYS = 12;

    private final Node node;
    private final String key;

    Value(Node node, String key) {
        this.node = node;
        this.key = key;
    }

    /** Where it begins. */
    public Place place() {
        Place start = node.getStartMark().map(YamlTree::place).orElse(new Place(1, 1, ""));
        return new Place(start.line(), start.column(), key);
    }

    /** A mistake at this place. */
    public Mistake mistake(String message) {
        return new Mistake(place(), message);
    }

    /** Whether nothing was written, or {@code null}. */
    public boolean isNull() {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (scalar.getValue().isEmpty()
                        || scalar.getValue().equals("null")
                        || scalar.getValue().equals("~"));
    }

    /** The scalar as it was written, quotes removed. */
    public String text() {
        if (isNull()) {
            throw mistake("has no value");
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw mistake("must be a single value, not " + kind());
    }

    /** Text to be shown to people, on one line. */
    public String label() {
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
    public int number(int least, int most) {
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

    /** {@code true} or {@code false}. */
    public boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw mistake("'" + text() + "' is neither true nor false");
        };
    }

    /** The text by way of a parser that explains what it does not like in an {@link IllegalArgumentException}. */
    public <T> T as(Function<String, T> parser) {
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
    public <T> T build(Supplier<T> constructor) {
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
    public <T> T choice(Map<String, T> words) {
        String text = text();
        T meaning = words.get(text);
        if (meaning == null) {
            String known = words.keySet().stream().sorted().collect(Collectors.joining(", "));
            throw mistake("'" + text + "' is none of " + known + Suggestion.of(text, words.keySet()));
        }
        return meaning;
    }

    /** The elements of a list; none when nothing was written. */
    public List<Value> list() {
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

    /** Whether it is a list, be it empty. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Whether it is a map, be it empty. */
    public boolean isMap() {
        return node instanceof MappingNode;
    }

    /** Whether it is a number by the rules of YAML 1.1, which {@code kubectl} follows. */
    public boolean isNumber() {
        return isPlain(NUMBER);
    }

    /**
     * Text that is text by the rules of YAML 1.1, which {@code kubectl} follows: neither a number nor a truth value.
     */
    public String string() {
        String text = text();
        if (isNumber() || isPlain(BOOLEAN)) {
            String type = isNumber() ? "a number" : "a truth value";
            throw mistake(
                    text + " is " + type + " to YAML, but text is wanted; write \"" + text + "\" with its quotes");
        }
        return text;
    }

    /** A whole number that is not text. */
    public int integer(int least, int most) {
        String text = text();
        if (!isNumber()) {
            String remedy = text.matches("[0-9]+") ? "; write " + text + " without quotes" : "";
            throw mistake("'" + text + "' is text, but a whole number is wanted" + remedy);
        }
        return number(least, most);
    }

    private boolean isPlain(Pattern pattern) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && pattern.matcher(scalar.getValue()).matches();
    }

    /** The entries of a map, whose keys must be among those known. */
    public Fields fields(String... known) {
        return fields(List.of(known), unknown -> {
            throw unknown;
        });
    }

    /**
     * The entries of a map.
     *
     * @param unknown gets a mistake for each key that is not among those known
     */
    public Fields fields(Collection<String> known, Consumer<Mistake> unknown) {
        if (node instanceof MappingNode mapping) {
            return new Fields(this, key, mapping, known, unknown);
        }
        String what = isNull() ? "nothing" : kind();
        String keys = known.size() > MAX_KEYS ? "" : " with keys " + String.join(", ", known);
        throw mistake("must be a map" + keys + ", not " + what);
    }

    /** The entries of a map that takes any key; none when nothing was written. */
    public Map<String, Value> entries() {
        if (isNull()) {
            return Map.of();
        }
        if (node instanceof MappingNode mapping) {
            return Fields.entries(mapping, key);
        }
        throw mistake("must be a map, not " + kind());
    }

    private String kind() {
        return switch (node) {
            case MappingNode mapping -> "a map";
            case SequenceNode sequence -> "a list";
            default -> "text";
        };
    }
}
