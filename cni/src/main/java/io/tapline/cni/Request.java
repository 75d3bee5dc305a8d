// SPDX-License-Identifier: Apache-2.0
package io.tapline.cni;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request in the form in which it travels and in which it waits on disk (docs/cni.md): a line with two lengths, the
 * CNI variables, and standard input as it came.
 *
 * @param bytes the whole
 */
record Request(byte[] bytes) {
    private static final String PREFIX = "CNI_";

    static Request of(Map<String, String> environment, byte[] input) {
        ByteArrayOutputStream variables = new ByteArrayOutputStream();
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (variable.getKey().startsWith(PREFIX)) {
                String entry = variable.getKey() + "=" + variable.getValue() + "\0";
                variables.writeBytes(entry.getBytes(StandardCharsets.UTF_8));
            }
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        String head = "tapline/1 cni " + variables.size() + " " + input.length + "\n";
        whole.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(variables.toByteArray());
        whole.writeBytes(input);
        return new Request(whole.toByteArray());
    }
}
