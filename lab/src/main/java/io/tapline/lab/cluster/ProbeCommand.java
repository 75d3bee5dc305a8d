// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.lab.cluster.LabStatus.PodStatus;
import io.tapline.lab.cluster.Workload.Port;
import io.tapline.lab.node.HostCheck;
import io.tapline.lab.policy.Json;
import io.tapline.lab.policy.Probe;
import io.tapline.lab.policy.Reachability;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline lab probe}. */
@Command(
        name = "probe",
        description = {
            "Connects from every pod of the lab to every port that pods declare, prints who reached whom as 'tapline"
                    + " matrix' does, and compares it with what that says of the same manifests.",
            "Exit code 1 when they differ."
        },
        mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LabOptions options;

    @Option(
            names = "--timeout",
            paramLabel = "MILLISECONDS",
            defaultValue = "1000",
            description = "How long an answer may take; default ${DEFAULT-VALUE}.")
    private int timeoutMillis;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private LabFormat format;

    /** A cell where reality and what follows from the manifests are not the same. */
    private record Difference(Port port, ObjectRef from, ObjectRef to, char expected) {
        String text() {
            String fact = expected == '.' ? "should be allowed, and was not" : "should be dropped, and was allowed";
            return port + " " + from.qualifiedName() + " -> " + to.qualifiedName() + " " + fact;
        }
    }

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ProbeCommand() {}

    @Override
    public Integer call() {
        HostCheck.requirePrivileges("the lab");
        if (timeoutMillis < 1) {
            throw UserError.usage("--timeout " + timeoutMillis + " must be 1 or more");
        }
        LabStatus status = LabStatus.of(options.directory());
        List<PodStatus> ready =
                status.pods().stream().filter(PodStatus::isReady).toList();
        if (ready.size() < status.pods().size() || ready.isEmpty()) {
            throw UserError.failure(
                    "not all pods are ready; see 'tapline lab status', and mend it with 'tapline lab up'");
        }
        try (Prober prober = new Prober(ready, timeoutMillis)) {
            prober.notes().forEach(spec.commandLine().getErr()::println);
            spec.commandLine().getErr().flush();
            Reachability real = prober.probe();
            List<Difference> differences = differences(prober, ready, real, expected(status, ready, prober));
            print(real, differences);
            return differences.isEmpty() ? 0 : 1;
        }
    }

    /** What the engine says of the same manifests, with the addresses that pods really have. */
    private static Reachability expected(LabStatus status, List<PodStatus> ready, Prober prober) {
        Intent intent = LabManifests.stored(status.directory()).intent();
        List<Pod> pods = new ArrayList<>();
        for (PodStatus pod : ready) {
            Pod declared = intent.find(pod.record().pod())
                    .map(Pod.class::cast)
                    .orElseThrow(() -> UserError.failure(
                            pod.record().pod() + " is not in the manifests any more; run 'tapline lab up'"));
            Pod placed = placed(declared, status.settings().node(), pod.record().address());
            pods.add(placed);
            intent = intent.with(new IntentChange.Put(placed));
        }
        List<Probe> probes = prober.ports().stream()
                .map(port -> Probe.parse(port.toString()))
                .toList();
        return Reachability.of(intent, pods, probes);
    }

    private static Pod placed(Pod pod, String node, String address) {
        return new Pod(
                pod.namespace(),
                pod.name(),
                pod.labels(),
                pod.annotations(),
                node,
                List.of(IpAddress.parse(address)),
                false,
                pod.ports(),
                Pod.Phase.RUNNING);
    }

    /** On a machine with much to do an answer may be late, so that what differs is tried once more. */
    private static List<Difference> differences(
            Prober prober, List<PodStatus> pods, Reachability real, Reachability expected) {
        List<Difference> differences = new ArrayList<>();
        for (Port port : prober.ports()) {
            for (PodStatus from : pods) {
                for (PodStatus to : pods) {
                    ObjectRef source = from.record().pod();
                    ObjectRef target = to.record().pod();
                    char is = real.cell(port.toString(), source.qualifiedName(), target.qualifiedName());
                    char should = expected.cell(port.toString(), source.qualifiedName(), target.qualifiedName());
                    if (is != '-' && is != should && prober.probe(source, target, port) != should) {
                        differences.add(new Difference(port, source, target, should));
                    }
                }
            }
        }
        return differences;
    }

    private void print(Reachability real, List<Difference> differences) {
        PrintWriter out = spec.commandLine().getOut();
        if (format == LabFormat.json) {
            Map<String, Object> document = new LinkedHashMap<>(real.document());
            document.put(
                    "differences", differences.stream().map(Difference::text).toList());
            out.println(Json.text(document));
        } else {
            real.print(out);
            out.println();
            differences.forEach(difference -> out.println("differs: " + difference.text()));
            out.println(
                    differences.isEmpty()
                            ? "as the manifests have it"
                            : differences.size() + " differ from what the manifests have");
        }
        out.flush();
    }
}
