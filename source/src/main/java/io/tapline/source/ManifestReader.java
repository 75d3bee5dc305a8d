// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.ObjectRef;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.Place;
import io.tapline.source.yaml.TextFile;
import io.tapline.source.yaml.Value;
import io.tapline.source.yaml.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads Kubernetes manifests as {@code kubectl} takes them: YAML or JSON, several documents in a file, lists. Defaults
 * are filled in and objects are refused as an API server does; all mistakes of a file are found at once. Kinds that the
 * network does not need are left out with a warning, as are unknown fields.
 */
public final class ManifestReader {
    private ManifestReader() {}

    /**
     * Reads files and directories; of a directory its own files that end in {@code .yaml}, {@code .yml} or
     * {@code .json}, by name. Does not throw: a file that cannot be read is a problem.
     */
    public static Manifests read(List<Path> paths) {
        List<Manifests.Located> located = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Path path : paths) {
            for (Path file : files(path, problems)) {
                Manifests manifests = readFile(file);
                located.addAll(manifests.located());
                problems.addAll(manifests.problems());
            }
        }
        problems.addAll(repetitions(located));
        return new Manifests(located, problems);
    }

    /** Reads one file. */
    public static Manifests readFile(Path path) {
        ObjectReader reader = new ObjectReader(path.toString());
        try {
            YamlTree.parseAll(TextFile.read(path, "manifest")).forEach(reader::read);
        } catch (Mistake e) {
            reader.fail(e);
        }
        return reader.result();
    }

    /** Reads a text as if it were that of a file. */
    public static Manifests parse(String file, String text) {
        ObjectReader reader = new ObjectReader(file);
        try {
            YamlTree.parseAll(text).forEach(reader::read);
        } catch (Mistake e) {
            reader.fail(e);
        }
        return reader.result();
    }

    /** Reads an object that stands inside another format. */
    public static Manifests object(String file, Value object) {
        ObjectReader reader = new ObjectReader(file);
        reader.read(object);
        return reader.result();
    }

    /** The files that {@link #read} reads; none of a directory that cannot be listed. */
    public static List<Path> files(List<Path> paths) {
        List<Problem> problems = new ArrayList<>();
        return paths.stream().flatMap(path -> files(path, problems).stream()).toList();
    }

    /** The files that {@link #read} reads as one text, for {@link #parse}. */
    public static String joined(List<Path> paths) {
        StringBuilder text = new StringBuilder();
        for (Path file : files(paths)) {
            text.append("---\n").append(TextFile.read(file, "manifest")).append('\n');
        }
        return text.toString();
    }

    private static List<Path> files(Path path, List<Problem> problems) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> files =
                    entries.filter(ManifestReader::isManifest).sorted().toList();
            if (files.isEmpty()) {
                problems.addAll(whole(path, "holds no file that ends in .yaml, .yml or .json")
                        .problems());
            }
            return files;
        } catch (IOException e) {
            problems.addAll(whole(path, "cannot be listed: " + e.getMessage()).problems());
            return List.of();
        }
    }

    private static boolean isManifest(Path path) {
        String name = String.valueOf(path.getFileName());
        return Files.isRegularFile(path)
                && !name.startsWith(".")
                && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
    }

    private static Manifests whole(Path path, String message) {
        ObjectReader reader = new ObjectReader(path.toString());
        reader.fail(new Mistake(Place.WHOLE, message));
        return reader.result();
    }

    private static List<Problem> repetitions(List<Manifests.Located> located) {
        Map<ObjectRef, Manifests.Located> first = new HashMap<>();
        List<Problem> warnings = new ArrayList<>();
        for (Manifests.Located object : located) {
            Manifests.Located earlier = first.put(object.object().ref(), object);
            if (earlier != null) {
                warnings.add(new Problem(
                        Problem.Severity.WARNING,
                        object.file(),
                        object.line(),
                        object.object().ref().toString(),
                        "",
                        "is declared in " + earlier.file() + ":" + earlier.line() + " already; the later one counts"));
            }
        }
        return warnings;
    }
}
