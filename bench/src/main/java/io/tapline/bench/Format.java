// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

/** Forms of output; in the case that the user types. */
public enum Format {
    /** A table for people. */
    text,
    /** A document for programs. */
    json
}
