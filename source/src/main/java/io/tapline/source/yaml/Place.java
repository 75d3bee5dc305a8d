// SPDX-License-Identifier: Apache-2.0
package io.tapline.source.yaml;

/**
 * Where in a file something stands.
 *
 * @param line counted from 1; 0 for the file as a whole
 * @param column counted from 1; 0 for the file as a whole
 * @param key the keys that lead there, such as {@code interfaces[0].mac}; may be empty
 */
public record Place(int line, int column, String key) {
    /** The file as a whole. */
    public static final Place WHOLE = new Place(0, 0, "");

    /** {@code LINE:COLUMN: KEY: }, to stand between a file's name with a colon and a message. */
    @Override
    public String toString() {
        return (line == 0 ? " " : line + ":" + column + ": ") + (key.isEmpty() ? "" : key + ": ");
    }
}
