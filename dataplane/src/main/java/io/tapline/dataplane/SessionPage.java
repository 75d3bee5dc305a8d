// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import java.util.List;

/**
 * A part of the session table.
 *
 * @param sessions live sessions in the order of their numbers
 * @param next where the next part begins, or {@value #END}
 */
public record SessionPage(List<SessionView> sessions, int next) {
    /** There is no next part. */
    public static final int END = -1;

    /** Copies the list. */
    public SessionPage {
        sessions = List.copyOf(sessions);
    }
}
