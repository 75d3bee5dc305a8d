// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.linux.Link;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Request;
import io.tapline.linux.Rtnetlink;
import io.tapline.model.ObjectRef;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Removes a lab, or what is left of one. */
final class Teardown {
    private final StateDirectory directory;
    private final PrintWriter out;

    Teardown(StateDirectory directory, PrintWriter out) {
        this.directory = directory;
        this.out = out;
    }

    /** Does it; whether there was anything. */
    boolean run() throws IOException {
        boolean found = TaplineProcess.responder(directory).stop().isPresent();
        found |= detach();
        found |= TaplineProcess.agent(directory).stop().isPresent();
        List<String> namespaces = NetworkNamespace.list().stream()
                .filter(name -> name.startsWith(directory.prefix()))
                .toList();
        for (String namespace : namespaces) {
            Sandboxes.killAll(namespace);
            Sandboxes.deleteNamespace(namespace);
        }
        found |= !namespaces.isEmpty();
        found |= removeHostDevice();
        found |= Files.exists(directory.lab());
        removeFiles();
        return found;
    }

    /** Pods are detached by the plug-in as long as there is an agent to do it; else they go with their namespaces. */
    private boolean detach() {
        List<ObjectRef> pods = List.copyOf(new PodStore(directory).readAll().keySet());
        if (!pods.isEmpty() && TaplineProcess.agent(directory).serves()) {
            try {
                new Sandboxes(directory, new CniRuntime(directory)).removeAll(pods);
            } catch (UserError e) {
                out.println("going on although a pod could not be detached: " + e.getMessage());
            }
        }
        return !pods.isEmpty();
    }

    /** The agent's TAPs outlive it, the host's too. */
    private boolean removeHostDevice() {
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            Optional<Link> link = rtnetlink
                    .link(directory.hostDevice())
                    .filter(device -> device.kind().equals(Optional.of("tun")));
            link.ifPresent(device -> rtnetlink.apply(Request.deleteLink(device.index())));
            return link.isPresent();
        }
    }

    /** Only what the lab made, with the lab's description last, so that a removal that is cut off can be repeated. */
    private void removeFiles() throws IOException {
        for (Path tree : List.of(
                directory.agentState(),
                directory.manifests(),
                directory.pods(),
                directory.logs(),
                directory.pluginDirectory(),
                directory.networkDirectory())) {
            removeTree(tree);
        }
        for (Path file : List.of(
                directory.agentConfig(),
                directory.agentSocket(),
                directory.agentLog(),
                directory.responderSocket(),
                directory.responderLog(),
                directory.lab(),
                directory.lock())) {
            Files.deleteIfExists(file);
        }
        try (Stream<Path> left = Files.list(directory.root())) {
            if (left.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(directory.root());
    }

    private static void removeTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
