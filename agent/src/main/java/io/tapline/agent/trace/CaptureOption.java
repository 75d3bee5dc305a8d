// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.trace;

import io.tapline.cli.UserError;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --write FILE} of the commands that print traces. */
public final class CaptureOption {
    @Option(names = "--write", paramLabel = "FILE", description = "Where '-o pcapng' writes; for Wireshark and tshark.")
    private @Nullable Path file;

    /** For picocli, which fills in the field. */
    public CaptureOption() {}

    /**
     * The file to write; present just when a capture is asked for.
     *
     * @throws UserError when one is asked for without a file, or a file is named without need
     */
    public Optional<Path> file(boolean capture) {
        if (capture && file == null) {
            throw UserError.usage("'-o pcapng' needs a file; add '--write FILE'");
        }
        if (!capture && file != null) {
            throw UserError.usage("'--write' goes with '-o pcapng'");
        }
        return Optional.ofNullable(file);
    }
}
