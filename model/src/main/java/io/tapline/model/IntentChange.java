// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

/** One event of a source of intent. */
public sealed interface IntentChange {
    /** The object that it is about. */
    ObjectRef ref();

    /** The object is new, or replaces the one of the same identity. */
    record Put(IntentObject object) implements IntentChange {
        @Override
        public ObjectRef ref() {
            return object.ref();
        }
    }

    /** The object is gone; nothing happens when there is none. */
    record Remove(ObjectRef ref) implements IntentChange {}
}
