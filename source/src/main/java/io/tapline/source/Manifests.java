// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Intent;
import io.tapline.model.IntentObject;
import java.util.List;
import java.util.stream.Stream;

/**
 * What manifests declare.
 *
 * @param located the objects that are free of errors, in the order in which they were read
 * @param problems what is wrong with them and with those that are left out
 */
public record Manifests(List<Located> located, List<Problem> problems) {
    /**
     * An object and where it stands.
     *
     * @param line where it begins, counted from 1
     */
    public record Located(IntentObject object, String file, int line) {}

    /** Copies the lists. */
    public Manifests {
        located = List.copyOf(located);
        problems = List.copyOf(problems);
    }

    /** Whether some object cannot be accepted. */
    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }

    /** What cannot be accepted. */
    public List<Problem> errors() {
        return problems.stream().filter(Problem::isError).toList();
    }

    /** What is accepted, but perhaps not as meant. */
    public List<Problem> warnings() {
        return problems.stream().filter(problem -> !problem.isError()).toList();
    }

    /** The objects in the order in which they were read. */
    public Stream<IntentObject> objects() {
        return located.stream().map(Located::object);
    }

    /**
     * The objects as an intent; of two with the same identity the later one counts.
     *
     * @throws ManifestException when some object cannot be accepted
     */
    public Intent intent() {
        if (hasErrors()) {
            throw new ManifestException(errors());
        }
        return Intent.of(objects().toList());
    }
}
