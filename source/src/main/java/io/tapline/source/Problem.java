// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

/**
 * Something that a reader has to say about a file.
 *
 * @param file as the user named it
 * @param line counted from 1; 0 for the file as a whole
 * @param object kind and qualified name of the object; empty when there is none
 * @param field path inside the object, such as {@code spec.ingress[0].from[0].ipBlock.cidr}; may be empty
 * @param message what is wrong and what to write instead
 */
public record Problem(Severity severity, String file, int line, String object, String field, String message) {
    /** How bad it is. */
    public enum Severity {
        /** The object cannot be accepted. */
        ERROR,
        /** The object is accepted, but perhaps not as its author meant it. */
        WARNING
    }

    /** Whether the object cannot be accepted. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code shop.yaml:12: NetworkPolicy shop/db: spec.podSelector: what is wrong}. */
    @Override
    public String toString() {
        return file + ":" + (line == 0 ? "" : line + ":") + part(object) + part(field)
                + (isError() ? " " : " warning: ") + message;
    }

    private static String part(String text) {
        return text.isEmpty() ? "" : " " + text + ":";
    }
}
