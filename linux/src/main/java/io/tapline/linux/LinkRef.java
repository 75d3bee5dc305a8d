// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** Says which device a request is about. */
public sealed interface LinkRef {
    /** The device with this index, positive. */
    record ByIndex(int index) implements LinkRef {
        /** @throws IllegalArgumentException if {@code index} is not positive */
        public ByIndex {
            if (index <= 0) {
                throw new IllegalArgumentException("a device index is positive, not " + index);
            }
        }

        @Override
        public String toString() {
            return "#" + index;
        }
    }

    /** The device with this name. */
    record ByName(String name) implements LinkRef {
        /** @throws IllegalArgumentException if no device can have this name */
        public ByName {
            LinkNames.verify(name);
        }

        @Override
        public String toString() {
            return "\"" + name + "\"";
        }
    }
}
