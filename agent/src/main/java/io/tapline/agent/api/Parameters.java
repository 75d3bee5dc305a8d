// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a request. One that the endpoint does not know is refused, so that a mistyped filter does not
 * silently match everything.
 *
 * @param values by name
 * @param body of the request
 */
public record Parameters(Map<String, String> values, String body) {
    /** Copies the map. */
    public Parameters {
        values = Map.copyOf(values);
    }

    void allow(Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw ApiException.badRequest("unknown parameter '" + name + "'; there is "
                        + (known.isEmpty()
                                ? "none"
                                : String.join(", ", known.stream().sorted().toList())));
            }
        }
    }

    /** A value; empty when it is not given. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** Whether a parameter is given, with any value but {@code false}. */
    public boolean flag(String name) {
        String value = values.get(name);
        return value != null && !value.equals("false");
    }

    /** A whole number within limits. */
    public long number(String name, long fallback, long least, long most) {
        return text(name).map(value -> number(name, value, least, most)).orElse(fallback);
    }

    private static long number(String name, String value, long least, long most) {
        if (value.matches("-?[0-9]{1,18}")) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw ApiException.badRequest(name + ": '" + value + "' is not a whole number in " + least + ".." + most);
    }
}
