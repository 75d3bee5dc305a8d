// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.source.Problem.Severity;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Collects what is wrong with one object, so that reading goes on behind a mistake. Whatever is returned in place of a
 * value that could not be read never leaves the reader: an object with an error is left out.
 */
final class Report {
    private static final int MAX_PROBLEMS = 100;

    private final String file;
    private final List<Problem> problems = new ArrayList<>();
    private String object = "";

    Report(String file) {
        this.file = file;
    }

    /** Names the object that further problems belong to. */
    void about(String name) {
        object = name;
    }

    List<Problem> problems() {
        return problems;
    }

    boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }

    void error(Mistake mistake) {
        add(Severity.ERROR, mistake);
    }

    void warn(Mistake mistake) {
        add(Severity.WARNING, mistake);
    }

    private void add(Severity severity, Mistake mistake) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Problem(
                    severity,
                    file,
                    mistake.place().line(),
                    object,
                    mistake.place().key(),
                    mistake.explanation()));
        }
    }

    /** Records the mistake when a condition does not hold. */
    void check(boolean holds, Supplier<Mistake> otherwise) {
        if (!holds) {
            error(otherwise.get());
        }
    }

    /** What a reader makes of something, or a stand-in when it finds a mistake. */
    <T> T read(Supplier<T> reader, T standIn) {
        try {
            return reader.get();
        } catch (Mistake e) {
            error(e);
            return standIn;
        }
    }

    /** What a reader makes of the value under a key, or the default when it is left out. */
    <T> T field(Fields fields, String key, Function<Value, T> reader, T otherwise) {
        return read(() -> fields.optional(key).map(reader).orElse(otherwise), otherwise);
    }

    /** What a reader makes of the value under a key that must be there. */
    <T> T required(Fields fields, String key, Function<Value, T> reader, T standIn) {
        return read(() -> reader.apply(fields.required(key)), standIn);
    }

    /** What a reader makes of the value under a key; empty when it is left out or wrong. */
    <T> Optional<T> optional(Fields fields, String key, Function<Value, T> reader) {
        return read(() -> fields.optional(key).map(reader), Optional.empty());
    }

    /** The elements of the list under a key; those with a mistake are left out. */
    <T> List<T> each(Fields fields, String key, Function<Value, T> reader) {
        return each(field(fields, key, Value::list, List.of()), reader);
    }

    <T> List<T> each(List<Value> values, Function<Value, T> reader) {
        List<T> elements = new ArrayList<>();
        for (Value value : values) {
            read(() -> Optional.of(reader.apply(value)), Optional.<T>empty()).ifPresent(elements::add);
        }
        return elements;
    }

    /** The entries of a map; unknown ones get a warning, as from {@code kubectl}. */
    Fields fields(Value map, Collection<String> known) {
        return map.fields(known, this::warn);
    }

    /** The entries of a map, of which only some matter here. */
    static Fields some(Value map) {
        Consumer<Mistake> ignore = unknown -> {};
        return map.fields(List.of(), ignore);
    }

    /** The entries of the map under a key, of which only some matter here; empty when it is left out or wrong. */
    Optional<Fields> some(Fields fields, String key) {
        return optional(fields, key, Report::some);
    }
}
