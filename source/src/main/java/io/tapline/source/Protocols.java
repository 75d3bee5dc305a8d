// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Protocol;
import io.tapline.source.yaml.Value;
import java.util.Map;

/** Reads transport protocols, which the API writes in capitals. */
final class Protocols {
    private static final Map<String, Protocol> WORDS =
            Map.of("TCP", Protocol.TCP, "UDP", Protocol.UDP, "SCTP", Protocol.SCTP);

    private Protocols() {}

    static Protocol read(Value value) {
        return value.choice(WORDS);
    }
}
