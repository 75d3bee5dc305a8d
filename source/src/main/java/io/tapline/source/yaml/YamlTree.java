// SPDX-License-Identifier: Apache-2.0
package io.tapline.source.yaml;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Turns YAML 1.2 text, of which JSON is a part, into nodes with their places. Tags are refused, because none of our
 * formats has a use for them; aliases are followed, but not further than a fixed number of nodes, since nested ones can
 * make a small file unfold into more than fits in memory.
 */
public final class YamlTree {
    /** Most bytes of a file that readers should load. */
    public static final int MAX_FILE_BYTES = 16 << 20;

    private static final int MAX_DEPTH = 32;
    private static final long MAX_NODES = 4_000_000;
    private static final Place TOP = new Place(1, 1, "");

    private YamlTree() {}

    /**
     * The one document of a text.
     *
     * @param what for messages: what the file should be, such as {@code scenario}
     * @throws Mistake where the text is not YAML, is empty or holds more than one document
     */
    public static Value parse(String text, String what) {
        List<Value> documents = parseAll(text);
        if (documents.isEmpty()) {
            throw new Mistake(TOP, "the file is empty; it should hold a " + what);
        }
        if (documents.size() > 1) {
            throw new Mistake(documents.get(1).place(), "a second document begins; a " + what + " is one document");
        }
        return documents.getFirst();
    }

    /**
     * All documents of a text; those without content are values that are {@linkplain Value#isNull() null}.
     *
     * @throws Mistake where the text is not YAML
     */
    public static List<Value> parseAll(String text) {
        String content = text.startsWith("\ufeff") ? text.substring(1) : text;
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(content.length() + 1)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .build();
        try {
            Composer composer = new Composer(settings, new PlainParser(settings, content));
            List<Value> documents = new ArrayList<>();
            while (composer.hasNext()) {
                Node root = composer.next();
                checkSize(root);
                documents.add(new Value(root, ""));
            }
            return documents;
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(YamlTree::place).orElse(TOP);
            throw new Mistake(place, "this is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new Mistake(TOP, "this is not YAML: " + e.getMessage());
        }
    }

    static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1, "");
    }

    private static void checkSize(Node root) {
        if (size(root, new IdentityHashMap<>()) > MAX_NODES) {
            throw new Mistake(TOP, "aliases unfold into more than " + MAX_NODES + " values; write fewer of them");
        }
    }

    /** Number of nodes with every alias unfolded, or any number above the limit. */
    private static long size(Node node, Map<Node, Long> known) {
        Long seen = known.get(node);
        if (seen != null) {
            if (seen < 0) {
                throw new Mistake(
                        node.getStartMark().map(YamlTree::place).orElse(TOP), "this value contains itself by an alias");
            }
            return seen;
        }
        known.put(node, -1L);
        long size = 1 + children(node).mapToLong(child -> size(child, known)).reduce(0, YamlTree::add);
        known.put(node, size);
        return size;
    }

    private static long add(long a, long b) {
        return Math.min(a + b, MAX_NODES + 1);
    }

    private static Stream<? extends Node> children(Node node) {
        return switch (node) {
            case SequenceNode sequence -> sequence.getValue().stream();
            case MappingNode mapping ->
                mapping.getValue().stream().flatMap(entry -> Stream.of(entry.getKeyNode(), entry.getValueNode()));
            default -> Stream.of();
        };
    }

    /** Refuses what no format has a use for while the tree is being built. */
    private static final class PlainParser implements Parser {
        private final Parser parser;
        private int depth;

        PlainParser(LoadSettings settings, String text) {
            parser = new ParserImpl(settings, new StreamReader(settings, text));
        }

        @Override
        public boolean checkEvent(Event.ID id) {
            return parser.checkEvent(id);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            switch (event) {
                case ScalarEvent scalar when scalar.getTag().isPresent() -> throw tag(scalar);
                case CollectionStartEvent start -> {
                    if (start.getTag().isPresent()) {
                        throw tag(start);
                    }
                    if (++depth > MAX_DEPTH) {
                        throw mistake(start, "lists and maps are nested deeper than " + MAX_DEPTH + " levels");
                    }
                }
                case CollectionEndEvent end -> depth--;
                default -> {}
            }
            return event;
        }

        private static Mistake tag(Event event) {
            return mistake(event, "tags (!name) are not allowed; leave it out");
        }

        private static Mistake mistake(Event event, String message) {
            return new Mistake(event.getStartMark().map(YamlTree::place).orElse(TOP), message);
        }
    }
}
