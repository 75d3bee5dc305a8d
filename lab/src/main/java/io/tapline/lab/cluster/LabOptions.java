// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option by which commands find their lab. */
final class LabOptions {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = StateDirectory.DEFAULT,
            description = "The lab's directory; labs with different ones live side by side. Default: ${DEFAULT-VALUE}.")
    private Path directory;

    // picocli fills in the field.
    @SuppressWarnings("NullAway.Init")
    LabOptions() {}

    StateDirectory directory() {
        return StateDirectory.of(directory);
    }
}
