// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import java.util.List;

/**
 * A list as a document.
 *
 * @param items the entries
 * @param total how many there are, of which {@code items} may be the first
 */
public record Items<T>(List<T> items, long total) {
    /** Copies the list. */
    public Items {
        items = List.copyOf(items);
    }

    /** A whole list. */
    public static <T> Items<T> of(List<T> items) {
        return new Items<>(items, items.size());
    }
}
