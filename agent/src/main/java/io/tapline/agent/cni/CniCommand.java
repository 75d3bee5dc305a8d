// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a runtime can ask for, since which version, and which variables it must set. */
enum CniCommand {
    ADD(CniVersion.V0_3_1, "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"),
    DEL(CniVersion.V0_3_1, "CNI_CONTAINERID", "CNI_IFNAME"),
    CHECK(CniVersion.V0_4_0, "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"),
    GC(CniVersion.V1_1_0, "CNI_PATH"),
    STATUS(CniVersion.V1_1_0),
    VERSION(CniVersion.V0_3_1);

    private final CniVersion since;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> required;

    CniCommand(CniVersion since, String... required) {
        this.since = since;
        this.required = List.of(required);
    }

    static Optional<CniCommand> of(String name) {
        return Arrays.stream(values())
                .filter(command -> command.name().equals(name))
                .findFirst();
    }

    CniVersion since() {
        return since;
    }

    List<String> required() {
        return required;
    }
}
