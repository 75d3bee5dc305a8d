// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import java.nio.charset.StandardCharsets;

/**
 * What the agent said.
 *
 * @param status of HTTP
 * @param body bytes of the body
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
record Answer(int status, byte[] body) {
    boolean isSuccess() {
        return status / 100 == 2;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
