// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.util.HexFormat;

/** Frames as text for failure messages. */
final class HexDump {
    private static final int LINE_BYTES = 16;
    private static final int LIMIT_BYTES = 256;

    private HexDump() {}

    static String of(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + " bytes:");
        HexFormat spaced = HexFormat.ofDelimiter(" ");
        int shown = Math.min(bytes.length, LIMIT_BYTES);
        for (int at = 0; at < shown; at += LINE_BYTES) {
            text.append(String.format("%n  %04x  ", at))
                    .append(spaced.formatHex(bytes, at, Math.min(shown, at + LINE_BYTES)));
        }
        return shown < bytes.length ? text.append(" ...").toString() : text.toString();
    }
}
