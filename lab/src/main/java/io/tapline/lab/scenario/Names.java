// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.source.yaml.Place;
import io.tapline.source.yaml.Suggestion;
import io.tapline.source.yaml.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a section declares for others to refer to. */
final class Names {
    private final String what;
    private final Map<String, Place> declared = new LinkedHashMap<>();

    /** For messages: {@code what} and the name that nothing has. */
    Names(String what) {
        this.what = what;
    }

    /** Declares a name; twice is a mistake. */
    void declare(Value value, String name) {
        Place earlier = declared.putIfAbsent(name, value.place());
        if (earlier != null) {
            throw value.mistake("there is another " + what + " " + name + ", in line " + earlier.line());
        }
    }

    /** Refers to a name, which must be declared. */
    void refer(Value value, String name) {
        if (!declared.containsKey(name)) {
            String known = declared.isEmpty() ? "there are none" : "there is " + String.join(", ", declared.keySet());
            throw value.mistake("there is no " + what + " " + name + Suggestion.of(name, declared.keySet())
                    + (declared.size() > 20 ? "" : " (" + known + ")"));
        }
    }
}
