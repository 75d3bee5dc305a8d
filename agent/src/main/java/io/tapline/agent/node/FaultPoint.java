// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

/**
 * The steps of adding and deleting between which a crash may come. Tests put one there; in production nothing listens.
 */
public enum FaultPoint {
    /** An address is reserved in memory; nothing is on disk. */
    ADD_RESERVED,
    /** The record is on disk; nothing is in the kernel. */
    ADD_RECORDED,
    /** The interface exists and is wired; the switch does not know it. */
    ADD_WIRED,
    /** The switch forwards; the record still says that it is being added. */
    ADD_CONNECTED,
    /** Everything is done but the answer. */
    ADD_DONE,
    /** The record says that it is being deleted; everything still works. */
    DELETE_RECORDED,
    /** The switch does not know it any more. */
    DELETE_DISCONNECTED,
    /** The interface is gone; the record is there. */
    DELETE_REMOVED,
    /** Everything is done but the answer. */
    DELETE_DONE;

    /** Hears of each step. */
    @FunctionalInterface
    public interface Listener {
        /** Nobody. */
        Listener NONE = point -> {};

        /** A step is done. */
        void reached(FaultPoint point);
    }
}
