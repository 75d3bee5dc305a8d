// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.ReferenceEvaluator;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges what the switches have judged by the {@link ReferenceEvaluator} too, which has nothing in common with planner,
 * access lists and packets: whoever doubts a verdict can ask both.
 */
final class ReferenceCheck {
    private final Intent intent;
    private final Optional<HostPolicies> hosts;
    private final ReferenceEvaluator evaluator;

    ReferenceCheck(Intent intent, Optional<HostPolicies> hosts) {
        this.intent = intent;
        this.hosts = hosts;
        this.evaluator = new ReferenceEvaluator(intent, hosts);
    }

    /** A line for each pair of which the two disagree. */
    List<String> disagreements(Reachability reached, List<Probe> probes) {
        List<Reachability.Party> parties = Reachability.parties(intent, hosts);
        List<String> lines = new ArrayList<>();
        for (Probe probe : probes) {
            for (Reachability.Party source : parties) {
                for (Reachability.Party destination : parties) {
                    char judged = reached.cell(probe.text(), source.name(), destination.name());
                    if (judged != Reachability.NOT_PROBED && judged != verdict(source, destination, probe)) {
                        lines.add("%s from %s to %s: %s, but not by the reference evaluator"
                                .formatted(
                                        probe.text(),
                                        source.name(),
                                        destination.name(),
                                        judged == Reachability.ALLOWED ? "allowed" : "dropped"));
                    }
                }
            }
        }
        return lines;
    }

    private char verdict(Reachability.Party source, Reachability.Party destination, Probe probe) {
        IpAddress from = Reachability.address(source, probe).orElseThrow();
        IpAddress to = Reachability.address(destination, probe).orElseThrow();
        boolean allowed = evaluator.allows(
                evaluator.endpoint(from),
                evaluator.endpoint(to),
                probe.protocol().number(),
                probe.port());
        return allowed ? Reachability.ALLOWED : Reachability.DROPPED;
    }
}
