// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

/**
 * Where in a scenario file something stands.
 *
 * @param line counted from 1
 * @param column counted from 1
 * @param key the keys that lead there, such as {@code interfaces[0].mac}; empty for the file as a whole
 */
public record Place(int line, int column, String key) {
    @Override
    public String toString() {
        return line + ":" + column + ": " + (key.isEmpty() ? "" : key + ": ");
    }
}
