// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Makes and removes what a pod needs before its containers: its namespace and its network. Several at once. */
final class Sandboxes {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int AT_ONCE = 4;

    private final StateDirectory directory;
    private final PodStore store;
    private final CniRuntime cni;

    Sandboxes(StateDirectory directory, CniRuntime cni) {
        this.directory = directory;
        this.store = new PodStore(directory);
        this.cni = cni;
    }

    /** Makes pods; {@code made} hears of each. */
    void makeAll(List<Workload> workloads, Consumer<PodRecord> made) {
        inParallel(workloads, workload -> {
            PodRecord record = make(workload);
            synchronized (made) {
                made.accept(record);
            }
        });
    }

    private PodRecord make(Workload workload) {
        ObjectRef pod = workload.pod();
        PodRecord begun = PodRecord.begun(workload);
        store.write(begun);
        try (NetworkNamespace namespace = NetworkNamespace.create(directory.namespace(pod))) {
            namespace.setLoopbackUp();
        }
        PodRecord ready = begun.attached(cni.add(pod));
        store.write(ready);
        return ready;
    }

    /** Removes pods, whatever there is of them. Nobody answers in them any more. */
    void removeAll(List<ObjectRef> pods) {
        inParallel(pods, this::remove);
    }

    private void remove(ObjectRef pod) {
        killAll(directory.namespace(pod));
        cni.delete(pod);
        deleteNamespace(directory.namespace(pod));
        store.delete(pod);
    }

    /** Ends all processes in a namespace, if it is there. */
    static void killAll(String name) {
        if (NetworkNamespace.exists(name)) {
            try (NetworkNamespace namespace = NetworkNamespace.open(name)) {
                BackgroundProcess.stop(BackgroundProcess.inNamespace(namespace.inode()), GRACE);
            } catch (LinuxException e) {
                // a file that no namespace is bound to: a creation that was cut off
            }
        }
    }

    static void deleteNamespace(String name) {
        if (NetworkNamespace.exists(name)) {
            NetworkNamespace.delete(name);
        }
    }

    /** Does all, also when one fails; throws the first failure. */
    private static <T> void inParallel(List<T> items, Consumer<T> work) {
        List<RuntimeException> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> all = new ArrayList<>();
            items.forEach(item -> all.add(threads.submit(() -> work.accept(item))));
            for (Future<?> one : all) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    failures.add(e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failures.add(new IllegalStateException("interrupted", e));
                }
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }
}
