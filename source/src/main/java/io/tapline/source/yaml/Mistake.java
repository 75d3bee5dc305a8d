// SPDX-License-Identifier: Apache-2.0
package io.tapline.source.yaml;

/** Something in a file that cannot be accepted, while it is on its way to the list of all. */
public final class Mistake extends IllegalArgumentException {
    private final Place place;

    /** A mistake at a place; the message says what is wrong and what to write instead. */
    public Mistake(Place place, String message) {
        super(message);
        this.place = place;
    }

    /** Where it stands. */
    public Place place() {
        return place;
    }

    /** What is wrong, without the place. */
    public String explanation() {
        return String.valueOf(getMessage());
    }
}
