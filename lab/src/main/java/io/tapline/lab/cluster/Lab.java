// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.agent.Conflist;
import io.tapline.cni.Installer;
import io.tapline.lab.node.HostCheck;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.ObjectRef;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings a lab to what manifests want, from whatever state it is in: nothing, half made, running, or with its agent
 * dead. What works is left alone.
 */
final class Lab {
    private final StateDirectory directory;
    private final LabSettings settings;
    private final PrintWriter out;
    private final PodStore store;
    private final long begun = System.nanoTime();
    private int problems;

    /** @param out where to tell what is done */
    Lab(StateDirectory directory, LabSettings settings, PrintWriter out) {
        this.directory = directory;
        this.settings = settings;
        this.out = out;
        this.store = new PodStore(directory);
    }

    /** Does it; whether all pods are ready. */
    boolean up(LabManifests manifests, Map<ObjectRef, Workload> wanted) throws IOException {
        prepare();
        List<PodRecord> stale = store.readAll().values().stream()
                .filter(record -> !wanted.containsKey(record.pod()) || !isWhole(record))
                .toList();
        startAgent(manifests);
        Sandboxes sandboxes = new Sandboxes(directory, new CniRuntime(directory));
        remove(sandboxes, stale);
        takeOver(manifests);
        Map<ObjectRef, PodRecord> present = store.readAll();
        List<Workload> missing = wanted.values().stream()
                .filter(workload -> !present.containsKey(workload.pod()))
                .toList();
        sandboxes.makeAll(missing, record -> say("pod", record.pod().qualifiedName() + " has " + record.address()));
        runContainers(wanted);
        say(
                "lab",
                problems == 0 ? "ready in " + seconds(begun) : "up after " + seconds(begun) + ", but not all is well");
        return problems == 0;
    }

    private void prepare() throws IOException {
        if (LabSettings.read(directory).isEmpty()) {
            if (!settings.isolated()) {
                HostCheck.requireFreeAddresses(directory.hostDevice());
            }
            settings.write(directory);
        }
        if (settings.isolated() && !NetworkNamespace.exists(directory.hostNamespace())) {
            try (NetworkNamespace host = NetworkNamespace.create(directory.hostNamespace())) {
                host.setLoopbackUp();
            }
        }
    }

    /** Whether a pod was made to the end, and its namespace is there still. */
    private boolean isWhole(PodRecord record) {
        return record.isAttached() && NetworkNamespace.exists(directory.namespace(record.pod()));
    }

    /** An agent that starts reads the manifests at once; one that runs gets them when nobody needs the old ones. */
    private void startAgent(LabManifests manifests) throws IOException {
        TaplineProcess agent = TaplineProcess.agent(directory);
        Optional<BackgroundProcess> running = agent.find().filter(process -> agent.serves());
        if (running.isPresent()) {
            say("agent", "runs as process " + running.get().pid());
            return;
        }
        Files.writeString(directory.agentConfig(), agentConfig());
        if (!LabManifests.isStored(directory)) {
            manifests.store(directory);
        }
        CompletableFuture<String> plugin = CompletableFuture.supplyAsync(this::installPlugin);
        long from = System.nanoTime();
        BackgroundProcess process = agent.start();
        say(
                "agent",
                "started as process " + process.pid() + " in " + seconds(from) + ", writes to " + directory.agentLog());
        try {
            say("plug-in", plugin.join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private String agentConfig() {
        String text = """
                nodeName: %s
                stateDirectory: %s
                socket: %s
                manifests: %s
                hostDevice: %s
                """.formatted(
                        quoted(settings.node()),
                        quoted(directory.agentState()),
                        quoted(directory.agentSocket()),
                        quoted(directory.manifests()),
                        directory.hostDevice());
        return settings.isolated()
                ? text + "hostNamespace: " + NetworkNamespace.DIRECTORY.resolve(directory.hostNamespace()) + "\n"
                : text;
    }

    /** A JSON string is a YAML string. */
    private static String quoted(Object value) {
        return JsonMapper.shared().writeValueAsString(value.toString());
    }

    private String installPlugin() {
        long from = System.nanoTime();
        try {
            if (isPluginCurrent()) {
                return "is in " + directory.pluginDirectory();
            }
            new Installer(
                            directory.pluginDirectory(),
                            directory.networkDirectory(),
                            directory.agentSocket(),
                            directory.agentState().resolve("pending-deletes"),
                            Path.of(System.getProperty("java.home", "")))
                    .install(Conflist.text("1.0.0", List.of()));
            return "installed in " + directory.pluginDirectory() + " in " + seconds(from);
        } catch (IOException e) {
            throw new UncheckedIOException("the plug-in cannot be installed", e);
        }
    }

    /** Whether the plug-in was installed after this program was built. */
    private boolean isPluginCurrent() throws IOException {
        Path conflist = directory.networkDirectory().resolve(Installer.CONFLIST); // the last thing to be installed
        Path program = Path.of(Installer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return Files.exists(conflist)
                && Files.getLastModifiedTime(conflist).compareTo(Files.getLastModifiedTime(program)) > 0;
    }

    /** Pods go before their manifests do: without these nobody would know their policies. */
    private void remove(Sandboxes sandboxes, List<PodRecord> stale) {
        if (stale.isEmpty()) {
            return;
        }
        stale.forEach(record -> store.write(record.attached("")));
        syncResponders();
        sandboxes.removeAll(stale.stream().map(PodRecord::pod).toList());
        String names =
                stale.stream().map(record -> record.pod().qualifiedName()).collect(Collectors.joining(", "));
        say("removed", names);
    }

    private void takeOver(LabManifests manifests) throws IOException {
        LabManifests before = LabManifests.stored(directory);
        if (before.intent().equals(manifests.intent())) {
            manifests.store(directory); // the commands of containers may differ
            return;
        }
        AgentLog log = AgentLog.at(directory);
        manifests.store(directory);
        log.awaitManifests();
        say("manifests", "are in force");
    }

    private void runContainers(Map<ObjectRef, Workload> wanted) {
        Containers containers = new Containers(directory);
        boolean answers = false;
        for (PodRecord record : store.readAll().values()) {
            Workload workload = wanted.getOrDefault(record.pod(), record.workload());
            answers |= !containers.update(record, workload).answered().isEmpty();
        }
        TaplineProcess responder = TaplineProcess.responder(directory);
        if (answers && (responder.find().isEmpty() || !responder.serves())) {
            responder.start();
        }
        syncResponders().forEach(this::complain);
        containers.await(this::complain);
    }

    private List<String> syncResponders() {
        return TaplineProcess.responder(directory).serves() ? RespondCommand.sync(directory) : List.of();
    }

    private void complain(String problem) {
        problems++;
        say("problem", problem);
    }

    private void say(String what, String text) {
        out.println("%-10s %s".formatted(what, text));
        out.flush();
    }

    private static String seconds(long from) {
        return "%.1f s".formatted((System.nanoTime() - from) / 1e9);
    }
}
