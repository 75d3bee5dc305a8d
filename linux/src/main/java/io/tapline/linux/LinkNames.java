// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Names of network devices: the kernel's rules ({@code dev_valid_name}) and their place in a {@code struct ifreq}. */
final class LinkNames {
    /** Bytes of a name with its closing zero. */
    static final int FIELD_LENGTH = 16;

    private static final int IFREQ_LENGTH = 40;

    private LinkNames() {}

    /**
     * Returns {@code name}.
     *
     * @throws IllegalArgumentException if no device can have it
     */
    static String verify(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        boolean plain = name.chars().noneMatch(c -> c == '/' || c == ':' || c == 0 || Character.isWhitespace(c));
        if (length == 0 || length >= FIELD_LENGTH || !plain || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" cannot name a device: 1 to 15 bytes are allowed, without spaces, '/' and ':'");
        }
        return name;
    }

    /** A zeroed {@code struct ifreq} with the name filled in. */
    static MemorySegment ifreq(Arena arena, String name) {
        MemorySegment request = arena.allocate(IFREQ_LENGTH, Long.BYTES);
        request.setString(0, name);
        return request;
    }
}
