// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.source.yaml.Mistake;
import java.util.List;

/**
 * A scenario that cannot be read. The message has one line per mistake: {@code FILE:LINE:COLUMN: KEY: what is wrong and
 * what to write instead}.
 */
public final class ScenarioException extends IllegalArgumentException {

    /** One mistake that concerns the file as a whole. */
    public ScenarioException(String file, String message) {
        super(file + ": " + message);
    }

    ScenarioException(String file, List<Mistake> mistakes) {
        super(String.join(
                System.lineSeparator(),
                mistakes.stream()
                        .map(mistake -> file + ":" + mistake.place() + mistake.explanation())
                        .toList()));
    }
}
