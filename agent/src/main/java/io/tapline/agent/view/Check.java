// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param state how it is
 * @param message what was found; says what to do when it is not well
 */
public record Check(String name, State state, String message) {
    /** How something is. */
    public enum State {
        /** As it should be. */
        OK,
        /** The node works, but somebody should look. */
        WARNING,
        /** The node does not do its work. */
        FAILED
    }

    static Check ok(String name, String message) {
        return new Check(name, State.OK, message);
    }

    static Check warning(String name, String message) {
        return new Check(name, State.WARNING, message);
    }

    static Check failed(String name, String message) {
        return new Check(name, State.FAILED, message);
    }
}
