// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import io.tapline.agent.socket.BadRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A CNI request as it travels and as it waits on disk:
 *
 * <pre>
 * tapline/1 cni E I\n      E bytes of variables and I bytes of standard input follow
 * NAME=VALUE\0 ...         the variables, as in /proc/self/environ; those of CNI are enough
 * ...                      standard input
 * </pre>
 *
 * @param variables the environment
 * @param input standard input
 */
record CniMessage(Map<String, String> variables, byte[] input) {
    private static final String PREFIX = "tapline/1 cni ";
    private static final int MAX_VARIABLES = 128 * 1024;
    private static final int MAX_INPUT = 1024 * 1024;

    /**
     * What the first line says about the rest.
     *
     * @param variables bytes of variables
     * @param input bytes of standard input
     */
    record Head(int variables, int input) {
        static boolean isHead(String line) {
            return line.startsWith(PREFIX);
        }

        static Head parse(String line) {
            String[] lengths = isHead(line) ? line.substring(PREFIX.length()).split(" ", -1) : new String[0];
            if (lengths.length != 2) {
                throw new BadRequestException("the first line must be '" + PREFIX + "E I'");
            }
            return new Head(length(lengths[0], MAX_VARIABLES), length(lengths[1], MAX_INPUT));
        }

        private static int length(String text, int most) {
            if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > most) {
                throw new BadRequestException("'" + text + "' is not a length of at most " + most + " bytes");
            }
            return Integer.parseInt(text);
        }
    }

    /** A message from its parts. */
    static CniMessage of(byte[] variables, byte[] input) {
        Map<String, String> map = new HashMap<>();
        for (String entry : new String(variables, StandardCharsets.UTF_8).split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                map.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return new CniMessage(map, input);
    }

    /** A message from the whole of its bytes. */
    static CniMessage parse(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        Head head = Head.parse(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
        int variables = end + 1;
        if (bytes.length != variables + head.variables() + head.input()) {
            throw new BadRequestException("it is not as long as its first line says");
        }
        int input = variables + head.variables();
        return of(Arrays.copyOfRange(bytes, variables, input), Arrays.copyOfRange(bytes, input, bytes.length));
    }
}
