// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.lab.cluster.Workload.Container;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Starts and ends the processes of containers that have a command on this machine. */
final class Containers {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final StateDirectory directory;
    private final PodStore store;
    private final List<Started> started = new ArrayList<>();

    private record Started(ObjectRef pod, Container container, Process process) {}

    Containers(StateDirectory directory) {
        this.directory = directory;
        this.store = new PodStore(directory);
    }

    /** Brings a pod to run what it should: ends what has changed or is gone, starts what does not run. */
    PodRecord update(PodRecord record, Workload wanted) {
        Map<String, Container> before = new HashMap<>();
        record.workload().containers().forEach(container -> before.put(container.name(), container));
        Map<String, BackgroundProcess> running = new TreeMap<>(record.running());
        for (Container container : wanted.containers()) {
            if (container.equals(before.get(container.name()))) {
                before.remove(container.name());
            }
        }
        for (String changed : before.keySet()) {
            BackgroundProcess process = running.remove(changed);
            if (process != null) {
                end(process);
            }
        }
        for (Container container : wanted.containers()) {
            BackgroundProcess process = running.get(container.name());
            if (container.hasCommand() && (process == null || !process.isAlive())) {
                running.put(container.name(), start(record.pod(), container));
            }
        }
        PodRecord updated = record.with(wanted, running);
        if (!updated.equals(record)) {
            store.write(updated);
        }
        return updated;
    }

    private BackgroundProcess start(ObjectRef pod, Container container) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + directory.namespaceFile(pod), "--"));
        command.addAll(container.command());
        Map<String, String> environment = new HashMap<>(container.environment());
        environment.put("HOSTNAME", pod.name());
        Process process = BackgroundProcess.start(command, directory.log(pod, container.name()), environment);
        started.add(new Started(pod, container, process));
        return BackgroundProcess.of(process.pid());
    }

    private static void end(BackgroundProcess process) {
        process.handle().ifPresent(handle -> {
            List<ProcessHandle> all = new ArrayList<>(handle.descendants().toList());
            all.add(handle);
            BackgroundProcess.stop(all, GRACE);
        });
    }

    /**
     * Waits until what was started listens on the TCP ports that it declares; {@code problem} hears of what does not.
     */
    void await(Consumer<String> problem) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Started one : started) {
            String name =
                    one.pod().qualifiedName() + ": container " + one.container().name();
            try (NetworkNamespace namespace = NetworkNamespace.open(directory.namespace(one.pod()))) {
                while (one.process().isAlive()
                        && !listens(namespace, one.container())
                        && System.nanoTime() < deadline) {
                    TaplineProcess.pause();
                }
                String log = "; see " + directory.log(one.pod(), one.container().name());
                if (!one.process().isAlive()) {
                    problem.accept(name + " ended with status " + one.process().exitValue() + log);
                } else if (!listens(namespace, one.container())) {
                    problem.accept(name + " does not listen on its ports after " + PATIENCE.toSeconds() + " s" + log);
                }
            }
        }
    }

    private static boolean listens(NetworkNamespace namespace, Container container) {
        return Listeners.in(namespace)
                .containsAll(container.ports().stream()
                        .filter(port -> port.protocol() == Protocol.TCP)
                        .toList());
    }
}
