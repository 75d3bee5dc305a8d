// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import java.time.Instant;
import java.util.List;

/**
 * Where the intent comes from, and how it was when last read.
 *
 * @param directory the directory of manifests
 * @param readAt when what is in force was read
 * @param objects how many objects are in force
 * @param inForce whether the directory's present content is in force; otherwise it has mistakes, and an earlier one is
 * @param problems what is wrong or doubtful there, with file, line and field
 */
public record ManifestState(String directory, Instant readAt, int objects, boolean inForce, List<String> problems) {
    /** Copies the list. */
    public ManifestState {
        problems = List.copyOf(problems);
    }
}
