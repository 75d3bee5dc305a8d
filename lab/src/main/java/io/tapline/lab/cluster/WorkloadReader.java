// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.lab.cluster.Workload.Container;
import io.tapline.lab.cluster.Workload.Port;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import io.tapline.source.yaml.Value;
import io.tapline.source.yaml.YamlTree;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in manifests what the containers of pods run. The network does not need that, so the intent does not have it.
 * The manifests are known to be in order.
 */
final class WorkloadReader {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([A-Za-z_][A-Za-z0-9_.-]*)\\)");

    private final Consumer<String> note;
    private final Map<ObjectRef, Workload> workloads = new LinkedHashMap<>();

    private WorkloadReader(Consumer<String> note) {
        this.note = note;
    }

    /**
     * Reads manifests.
     *
     * @param note hears of commands that this machine does not have
     * @return by pod; of two with the same name the later one
     */
    static Map<ObjectRef, Workload> read(String text, Consumer<String> note) {
        WorkloadReader reader = new WorkloadReader(note);
        YamlTree.parseAll(text).forEach(reader::object);
        return reader.workloads;
    }

    private void object(Value value) {
        if (!value.isMap()) {
            return;
        }
        Map<String, Value> fields = value.entries();
        String kind = text(fields, "kind").orElse("Pod");
        if (kind.equals("Pod") && fields.containsKey("spec")) {
            pod(fields);
        } else if (kind.endsWith("List") && fields.containsKey("items")) {
            fields.get("items").list().forEach(this::object);
        }
    }

    private void pod(Map<String, Value> fields) {
        Map<String, Value> metadata = map(fields, "metadata");
        ObjectRef pod = new ObjectRef(
                Kind.POD,
                text(metadata, "namespace").orElse("default"),
                text(metadata, "name").orElse(""));
        Map<String, Value> spec = map(fields, "spec");
        List<Container> containers = new ArrayList<>();
        // Init containers that restart always are side-cars: they run beside the others.
        list(spec, "initContainers").stream()
                .map(Value::entries)
                .filter(container -> text(container, "restartPolicy")
                        .filter("Always"::equals)
                        .isPresent())
                .forEach(container -> containers.add(container(pod, container)));
        list(spec, "containers").forEach(container -> containers.add(container(pod, container.entries())));
        workloads.put(pod, new Workload(pod, containers));
    }

    private Container container(ObjectRef pod, Map<String, Value> fields) {
        String name = text(fields, "name").orElse("");
        Map<String, String> environment = new LinkedHashMap<>();
        for (Value variable : list(fields, "env")) {
            Map<String, Value> entry = variable.entries();
            text(entry, "value")
                    .ifPresent(value -> environment.put(text(entry, "name").orElse(""), expand(value, environment)));
        }
        List<Port> ports = list(fields, "ports").stream()
                .map(Value::entries)
                .map(port -> new Port(
                        Protocol.valueOf(text(port, "protocol").orElse("TCP")),
                        Integer.parseInt(text(port, "containerPort").orElse("0"))))
                .toList();
        List<String> command = new ArrayList<>();
        list(fields, "command").forEach(word -> command.add(expand(word.text(), environment)));
        if (!command.isEmpty() && !isHere(command.getFirst())) {
            note.accept(pod.qualifiedName() + ": container " + name + ": this machine has no " + command.getFirst()
                    + "; the lab answers on its ports instead");
            command.clear();
        }
        if (!command.isEmpty()) {
            list(fields, "args").forEach(word -> command.add(expand(word.text(), environment)));
        }
        return new Container(name, ports, command, environment);
    }

    /** {@code $(NAME)} is a variable that was given before, {@code $$} a dollar; what is unknown stays. */
    private static String expand(String text, Map<String, String> environment) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1) == null ? "$" : environment.getOrDefault(match.group(1), match.group())));
    }

    private static boolean isHere(String program) {
        if (program.indexOf('/') >= 0) {
            return Files.isExecutable(Path.of(program));
        }
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static Map<String, Value> map(Map<String, Value> fields, String key) {
        Value value = fields.get(key);
        return value == null ? Map.of() : value.entries();
    }

    private static List<Value> list(Map<String, Value> fields, String key) {
        Value value = fields.get(key);
        return value == null ? List.of() : value.list();
    }

    private static Optional<String> text(Map<String, Value> fields, String key) {
        return Optional.ofNullable(fields.get(key))
                .filter(value -> !value.isNull())
                .map(Value::text);
    }
}
