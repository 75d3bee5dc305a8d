// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.lab.cluster.LabStatus.PodStatus;
import io.tapline.lab.node.HostCheck;
import io.tapline.linux.LinuxException;
import io.tapline.model.Intent;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline lab up}. */
@Command(
        name = "up",
        description = {
            "Makes the pods of manifests on this machine, or brings those that are there up to date. Ends when all are"
                    + " ready; they stay. Needs root.",
            "Containers run their command where this machine has it; else the lab answers on their ports."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LabOptions options;

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "MANIFESTS",
            arity = "1..*",
            description =
                    "Kubernetes manifests: files, or directories of files that end in .yaml, .yml or .json. Without"
                            + " it, those of the last time.")
    private @Nullable List<Path> paths;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "The node that this is; pods that are bound to others are left out. Default: the first that"
                    + " the manifests name.")
    private @Nullable String node;

    @Option(
            names = "--isolated",
            description = "Put the host, too, into a network namespace, and leave this machine's own network alone.")
    private boolean isolated;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}. With json, what is done is told"
                    + " on the standard error.")
    private LabFormat format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    UpCommand() {}

    @Override
    public Integer call() {
        StateDirectory directory = options.directory();
        HostCheck.requirePrivileges("the lab");
        try {
            return up(directory);
        } catch (IOException e) {
            throw UserError.failure("the lab cannot be brought up: " + UserError.reason(e), e);
        } catch (LinuxException e) {
            throw UserError.failure(
                    "the lab cannot be brought up: " + e.getMessage() + "; 'tapline lab down' removes what there is",
                    e);
        }
    }

    private int up(StateDirectory directory) throws IOException {
        PrintWriter out = format == LabFormat.text
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        LabManifests manifests = manifests(directory);
        LabSettings settings = settings(directory, manifests);
        Map<ObjectRef, Workload> wanted = wanted(manifests, settings, out);
        if (wanted.isEmpty()) {
            throw UserError.failure("the manifests have no pod for node " + settings.node());
        }
        return LabLock.holding(directory, () -> {
            boolean ready = new Lab(directory, settings, out).up(manifests, wanted);
            LabStatus status = LabStatus.of(directory);
            if (format == LabFormat.json) {
                status.print(format, spec.commandLine().getOut());
            } else {
                hints(status, manifests, out);
            }
            return ready ? 0 : 1;
        });
    }

    private LabManifests manifests(StateDirectory directory) {
        PrintWriter err = spec.commandLine().getErr();
        List<Path> given = paths;
        if (given != null) {
            return LabManifests.read(given, err);
        }
        if (LabSettings.read(directory).isEmpty() || !LabManifests.isStored(directory)) {
            throw UserError.usage("there is no lab in " + directory.root() + " yet; give its manifests with -f");
        }
        return LabManifests.stored(directory);
    }

    private LabSettings settings(StateDirectory directory, LabManifests manifests) {
        Optional<LabSettings> present = LabSettings.read(directory);
        String wanted = Optional.ofNullable(node)
                .orElseGet(() -> present.map(LabSettings::node).orElseGet(manifests::firstNode));
        LabSettings settings = new LabSettings(
                wanted, isolated || present.filter(LabSettings::isolated).isPresent());
        if (present.isPresent() && !present.get().equals(settings)) {
            throw UserError.failure("the lab in " + directory.root() + " is "
                    + (present.get().isolated() ? "isolated, " : "not isolated, ") + "and its node is "
                    + present.get().node() + "; to change that, 'tapline lab down' first");
        }
        return settings;
    }

    private static Map<ObjectRef, Workload> wanted(LabManifests manifests, LabSettings settings, PrintWriter out) {
        Map<ObjectRef, Workload> workloads = WorkloadReader.read(manifests.text(), out::println);
        Map<ObjectRef, Workload> wanted = new TreeMap<>();
        for (Pod pod : manifests.intent().pods().toList()) {
            String name = pod.ref().qualifiedName();
            if (!pod.node().isEmpty() && !pod.node().equals(settings.node())) {
                out.println(
                        "left out   " + name + " is bound to node " + pod.node() + ", and this is " + settings.node());
            } else if (pod.hostNetwork()) {
                out.println("left out   " + name + " is on its node's own network");
            } else if (pod.isFinished()) {
                out.println("left out   " + name + " has finished");
            } else {
                wanted.put(pod.ref(), workloads.getOrDefault(pod.ref(), new Workload(pod.ref(), List.of())));
            }
        }
        manifests
                .intent()
                .services()
                .filter(service -> service.clusterIps().isEmpty())
                .forEach(service ->
                        out.println("note       service " + service.ref().qualifiedName()
                                + " has no clusterIP, which an API server would give it; write one into the manifest"));
        out.flush();
        return wanted;
    }

    private void hints(LabStatus status, LabManifests manifests, PrintWriter out) {
        String lab = options.directory().root().equals(Path.of(StateDirectory.DEFAULT))
                ? ""
                : " --state-dir " + options.directory().root();
        List<PodRecord> pods = status.pods().stream().map(PodStatus::record).toList();
        out.println("try:");
        pods.stream()
                .flatMap(pod -> pod.ports().stream()
                        .filter(port -> port.protocol() == Protocol.TCP)
                        .limit(1)
                        .map(port -> "  curl http://" + pod.address() + ":" + port.number() + "/"))
                .limit(status.settings().isolated() ? 0 : 1)
                .forEach(out::println);
        manifests
                .intent()
                .services()
                .filter(service ->
                        !service.clusterIps().isEmpty() && !service.ports().isEmpty())
                .findFirst()
                .ifPresent(service -> out.println("  tapline lab exec" + lab + " "
                        + client(service, manifests.intent(), pods) + " -- curl http://"
                        + service.clusterIps().getFirst() + ":"
                        + service.ports().getFirst().port() + "/"));
        out.println("  tapline lab probe" + lab);
        out.flush();
    }

    /** A pod that is not behind the service, if there is one. */
    private static String client(Service service, Intent intent, List<PodRecord> pods) {
        return pods.stream()
                .map(PodRecord::pod)
                .filter(ref -> intent.find(ref)
                        .map(Pod.class::cast)
                        .filter(pod -> pod.namespace().equals(service.namespace())
                                && pod.labels()
                                        .entrySet()
                                        .containsAll(service.selector().entrySet()))
                        .isEmpty())
                .reduce((first, last) -> last)
                .orElse(pods.getFirst().pod())
                .qualifiedName();
    }
}
