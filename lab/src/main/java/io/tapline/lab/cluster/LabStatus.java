// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.agent.trace.JsonDocument;
import io.tapline.lab.cluster.Workload.Container;
import io.tapline.linux.NetworkNamespace;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/**
 * How a lab is.
 *
 * @param agent its process, if it runs
 * @param responder its process, if it runs
 */
record LabStatus(
        StateDirectory directory,
        LabSettings settings,
        Optional<BackgroundProcess> agent,
        Optional<BackgroundProcess> responder,
        List<PodStatus> pods) {
    private static final String READY = "ready";

    /**
     * How a pod is.
     *
     * @param state {@code ready}, or what is amiss
     */
    record PodStatus(PodRecord record, String namespace, String state) {
        boolean isReady() {
            return state.equals(READY);
        }
    }

    /** Looks at the lab in a directory. */
    static LabStatus of(StateDirectory directory) {
        LabSettings settings = LabSettings.require(directory);
        Optional<BackgroundProcess> agent = TaplineProcess.agent(directory).find();
        Optional<BackgroundProcess> responder =
                TaplineProcess.responder(directory).find();
        List<PodStatus> pods = new PodStore(directory)
                .readAll().values().stream()
                        .map(record -> new PodStatus(
                                record,
                                directory.namespace(record.pod()),
                                state(directory, record, agent.isPresent(), responder.isPresent())))
                        .toList();
        return new LabStatus(directory, settings, agent, responder, pods);
    }

    private static String state(StateDirectory directory, PodRecord record, boolean agent, boolean responder) {
        if (!record.isAttached()) {
            return "half made";
        }
        if (!NetworkNamespace.exists(directory.namespace(record.pod()))) {
            return "namespace is gone";
        }
        Optional<String> ended = record.workload().containers().stream()
                .filter(Container::hasCommand)
                .map(Container::name)
                .filter(name -> !isAlive(record, name))
                .findFirst();
        if (ended.isPresent()) {
            return "container " + ended.get() + " has ended";
        }
        if (!agent) {
            return "no agent";
        }
        return responder || record.answered().isEmpty() ? READY : "nobody answers";
    }

    private static boolean isAlive(PodRecord record, String container) {
        BackgroundProcess process = record.running().get(container);
        return process != null && process.isAlive();
    }

    /** Whether the agent runs and all pods are ready. */
    boolean isHealthy() {
        return agent.isPresent() && pods.stream().allMatch(PodStatus::isReady);
    }

    void print(LabFormat format, PrintWriter out) {
        if (format == LabFormat.json) {
            JsonDocument.write(out, "LabStatus", this::json);
        } else {
            text(out);
        }
        out.flush();
    }

    private void text(PrintWriter out) {
        out.println("lab        " + directory.root() + ", node " + settings.node()
                + (settings.isolated()
                        ? ", isolated: the host is namespace " + directory.hostNamespace()
                        : ", the host's interface is " + directory.hostDevice()));
        out.println("agent      " + describe(agent, directory.agentLog()));
        out.println("responder  " + describe(responder, directory.responderLog()));
        out.println();
        out.println("%-30s %-15s %-20s %s".formatted("POD", "ADDRESS", "STATE", "PORTS"));
        for (PodStatus pod : pods) {
            out.println("%-30s %-15s %-20s %s"
                    .formatted(
                            pod.record().pod().qualifiedName(),
                            pod.record().isAttached() ? pod.record().address() : "-",
                            pod.state(),
                            pod.record().ports().stream().map(Object::toString).collect(Collectors.joining(","))));
        }
    }

    private static String describe(Optional<BackgroundProcess> process, Object log) {
        return process.map(running -> "process " + running.pid() + ", writes to " + log)
                .orElse("does not run");
    }

    private void json(JsonGenerator json) {
        json.writeStringProperty("stateDirectory", directory.root().toString());
        json.writeStringProperty("node", settings.node());
        json.writeBooleanProperty("isolated", settings.isolated());
        json.writeBooleanProperty("healthy", isHealthy());
        agent.ifPresent(process -> json.writeNumberProperty("agentPid", process.pid()));
        responder.ifPresent(process -> json.writeNumberProperty("responderPid", process.pid()));
        json.writeArrayPropertyStart("pods");
        pods.forEach(pod -> pod(json, pod));
        json.writeEndArray();
    }

    private static void pod(JsonGenerator json, PodStatus pod) {
        json.writeStartObject();
        json.writeStringProperty("namespace", pod.record().pod().namespace());
        json.writeStringProperty("name", pod.record().pod().name());
        json.writeStringProperty("state", pod.state());
        json.writeStringProperty("address", pod.record().address());
        json.writeStringProperty("networkNamespace", pod.namespace());
        json.writeArrayPropertyStart("containers");
        for (Container container : pod.record().workload().containers()) {
            json.writeStartObject();
            json.writeStringProperty("name", container.name());
            json.writeArrayPropertyStart("ports");
            container.ports().forEach(port -> json.writeString(port.toString()));
            json.writeEndArray();
            json.writeStringProperty("answeredBy", container.hasCommand() ? "its command" : "the lab");
            BackgroundProcess process = pod.record().running().get(container.name());
            if (process != null && process.isAlive()) {
                json.writeNumberProperty("pid", process.pid());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
