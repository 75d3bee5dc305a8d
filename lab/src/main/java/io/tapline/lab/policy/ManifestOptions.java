// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.UserError;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.source.ManifestException;
import io.tapline.source.ManifestReader;
import io.tapline.source.Manifests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option by which commands get their manifests. */
final class ManifestOptions {
    @Option(
            names = {"-f", "--filename"},
            paramLabel = "MANIFESTS",
            arity = "1..*",
            required = true,
            description = "Kubernetes manifests: files, or directories of files that end in .yaml, .yml or .json.")
    private List<Path> paths;

    // picocli fills in the field.
    @SuppressWarnings("NullAway.Init")
    ManifestOptions() {}

    /** What they declare, with a place for every pod; warnings go to {@code err}. */
    Intent intent(PrintWriter err, Optional<HostPolicies> hosts) {
        Intent intent = Placement.complete(read(paths, err), hosts);
        HostOptions.warn(intent, hosts, err);
        return intent;
    }

    /** What files declare. */
    static Intent read(List<Path> paths, PrintWriter err) {
        Manifests manifests = ManifestReader.read(paths);
        manifests.warnings().forEach(err::println);
        err.flush();
        try {
            return manifests.intent();
        } catch (ManifestException e) {
            throw UserError.failure("the manifests cannot be accepted:" + System.lineSeparator() + e.getMessage(), e);
        }
    }
}
