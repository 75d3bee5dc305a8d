// SPDX-License-Identifier: Apache-2.0
package io.tapline.cni;

import java.nio.charset.StandardCharsets;

/**
 * What the plug-in ends with.
 *
 * @param status its exit status
 * @param output what it prints
 */
record Answer(int status, byte[] output) {
    static Answer of(int status, CharSequence text) {
        return new Answer(status, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
