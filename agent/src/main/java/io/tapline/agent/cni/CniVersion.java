// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The versions of the specification that are spoken. */
enum CniVersion {
    V0_3_1("0.3.1"),
    V0_4_0("0.4.0"),
    V1_0_0("1.0.0"),
    V1_1_0("1.1.0");

    static final CniVersion NEWEST = V1_1_0;

    private final String text;

    CniVersion(String text) {
        this.text = text;
    }

    static Optional<CniVersion> of(String text) {
        return Arrays.stream(values())
                .filter(version -> version.text.equals(text))
                .findFirst();
    }

    static List<String> all() {
        return Arrays.stream(values()).map(CniVersion::toString).toList();
    }

    boolean isAtLeast(CniVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
