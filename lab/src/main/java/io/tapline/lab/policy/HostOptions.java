// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.UserError;
import io.tapline.control.policy.HostNotices;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which policies hold on nodes and on pods in the host network. */
final class HostOptions {
    @Option(
            names = "--host-policies",
            paramLabel = "NAMESPACE",
            description = "Let policies hold on pods in the host network too, and those of NAMESPACE on nodes.")
    private @Nullable String namespace;

    @Option(
            names = "--no-reach-own-pods",
            description = "With --host-policies, a node isolated for egress does not reach its own pods either.")
    private boolean notOwnPods;

    // picocli fills in the fields.
    HostOptions() {}

    /** What is asked for; empty: policies do not hold on hosts. */
    Optional<HostPolicies> policies() {
        String name = namespace;
        if (name == null) {
            if (notOwnPods) {
                throw UserError.usage("--no-reach-own-pods has no meaning without --host-policies NAMESPACE");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(new HostPolicies(name, !notOwnPods));
        } catch (IllegalArgumentException e) {
            throw UserError.usage("--host-policies: " + e.getMessage());
        }
    }

    /** Tells what of an intent cannot be held. */
    static void warn(Intent intent, Optional<HostPolicies> hosts, PrintWriter err) {
        hosts.ifPresent(optIn -> HostNotices.of(intent, optIn).forEach(notice -> err.println("warning: " + notice)));
        err.flush();
    }
}
