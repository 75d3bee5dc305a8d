// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.lab.cluster.Workload.Container;
import io.tapline.lab.cluster.Workload.Port;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the lab has made for a pod.
 *
 * @param address as the plug-in said; empty while the pod is being made or removed
 * @param running the processes of the containers that have a command, by container
 */
record PodRecord(Workload workload, String address, Map<String, BackgroundProcess> running) {
    PodRecord {
        running = new TreeMap<>(running);
    }

    /** One that is being made. */
    static PodRecord begun(Workload workload) {
        return new PodRecord(workload, "", Map.of());
    }

    ObjectRef pod() {
        return workload.pod();
    }

    boolean isAttached() {
        return !address.isEmpty();
    }

    PodRecord attached(String newAddress) {
        return new PodRecord(workload, newAddress, running);
    }

    PodRecord with(Workload newWorkload, Map<String, BackgroundProcess> newRunning) {
        return new PodRecord(newWorkload, address, newRunning);
    }

    /**
     * The ports on which the lab answers itself: those of containers without a command, of protocols that it speaks.
     */
    List<Port> answered() {
        return workload.containers().stream()
                .filter(container -> !container.hasCommand())
                .flatMap(container -> container.ports().stream())
                .filter(port -> port.protocol() != Protocol.SCTP)
                .distinct()
                .toList();
    }

    /** All ports that it declares. */
    List<Port> ports() {
        return workload.containers().stream()
                .flatMap(container -> container.ports().stream())
                .distinct()
                .toList();
    }

    String toJson() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("namespace", pod().namespace()).put("name", pod().name()).put("address", address);
        ArrayNode containers = root.putArray("containers");
        for (Container container : workload.containers()) {
            ObjectNode entry = containers.addObject().put("name", container.name());
            ArrayNode ports = entry.putArray("ports");
            container
                    .ports()
                    .forEach(port -> ports.addObject()
                            .put("protocol", port.protocol().name())
                            .put("port", port.number()));
            ArrayNode command = entry.putArray("command");
            container.command().forEach(command::add);
            ObjectNode environment = entry.putObject("environment");
            new TreeMap<>(container.environment()).forEach(environment::put);
        }
        ObjectNode processes = root.putObject("running");
        running.forEach((name, process) ->
                processes.putObject(name).put("pid", process.pid()).put("started", process.started()));
        return root.toPrettyString() + "\n";
    }

    static PodRecord parse(String text) {
        JsonNode root = JsonMapper.shared().readTree(text);
        ObjectRef pod = new ObjectRef(
                Kind.POD, root.path("namespace").asString(), root.path("name").asString());
        List<Container> containers = new ArrayList<>();
        root.path("containers").forEach(entry -> containers.add(container(entry)));
        Map<String, BackgroundProcess> running = new TreeMap<>();
        root.path("running")
                .propertyStream()
                .forEach(entry -> running.put(
                        entry.getKey(),
                        new BackgroundProcess(
                                entry.getValue().path("pid").asLong(),
                                entry.getValue().path("started").asLong())));
        return new PodRecord(new Workload(pod, containers), root.path("address").asString(), running);
    }

    private static Container container(JsonNode entry) {
        List<Port> ports = new ArrayList<>();
        entry.path("ports")
                .forEach(port -> ports.add(new Port(
                        Protocol.valueOf(port.path("protocol").asString()),
                        port.path("port").asInt())));
        List<String> command = new ArrayList<>();
        entry.path("command").forEach(word -> command.add(word.asString()));
        Map<String, String> environment = new TreeMap<>();
        entry.path("environment")
                .propertyStream()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asString()));
        return new Container(entry.path("name").asString(), ports, command, environment);
    }
}
