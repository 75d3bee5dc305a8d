// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.lab.scenario.ScenarioException.Mistake;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Turns YAML 1.2 text into nodes with their places. Aliases and tags are refused: a scenario needs neither, and nested
 * aliases can make a small file unfold into more than fits in memory.
 */
final class YamlTree {
    private static final int MAX_DEPTH = 32;
    private static final Place TOP = new Place(1, 1, "");

    private YamlTree() {}

    /**
     * The one document of a text.
     *
     * @throws Mistake where the text is not YAML, is empty or holds more than one document
     */
    static Value parse(String text) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(text.length() + 1).build();
        try {
            Composer composer = new Composer(settings, new PlainParser(settings, text));
            if (!composer.hasNext()) {
                throw new Mistake(TOP, "the file is empty; it needs at least a list 'packets'");
            }
            Node root = composer.next();
            if (composer.hasNext()) {
                throw new Mistake(place(composer.next()), "a second document begins; a scenario is one document");
            }
            return new Value(root, "");
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(YamlTree::place).orElse(TOP);
            throw new Mistake(place, "this is not YAML: " + e.getProblem());
        } catch (ReaderException e) {
            throw new Mistake(TOP, "this is not YAML: " + e.getMessage());
        } catch (YamlEngineException e) {
            throw new Mistake(TOP, "this is not YAML: " + e.getMessage());
        }
    }

    static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1, "");
    }

    private static Place place(Node node) {
        return node.getStartMark().map(YamlTree::place).orElse(TOP);
    }

    /** Refuses what a scenario has no use for while the tree is being built. */
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
                case AliasEvent alias -> throw mistake(alias, "aliases (*name) are not allowed; repeat the value");
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
