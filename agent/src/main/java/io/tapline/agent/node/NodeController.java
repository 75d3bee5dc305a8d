// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.agent.node.Attachment.Phase;
import io.tapline.control.ipam.IpamException;
import io.tapline.control.node.ConnectionImpact;
import io.tapline.control.node.LiveConnection;
import io.tapline.control.node.PlannedPod;
import io.tapline.dataplane.Page;
import io.tapline.dataplane.SessionView;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Tap;
import io.tapline.model.Intent;
import io.tapline.vswitch.LiveSwitch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Attaches and detaches containers, and keeps disk, kernel and switch in agreement.
 *
 * <p>Every operation goes forward in steps, each recorded before it is done, so that after a crash at any point the
 * next start completes it or undoes it. Nothing that works is cleared before what replaces it is there.
 *
 * <p>Threading: any thread, virtual ones too. Operations on one attachment come one after the other, on different ones
 * side by side; the state itself is changed by the event loop only.
 */
public final class NodeController implements AutoCloseable {
    private final NodeOptions options;
    private final EventHistory history;
    private final FaultPoint.Listener faults;
    private final StateLock stateLock;
    private final AttachmentStore store;
    private final EventLoop loop = new EventLoop();
    private final NodeState state;
    private final KeyLocks locks = new KeyLocks();
    private final Repair repair;
    private final ReentrantLock declarations = new ReentrantLock();
    private final Condition declared = declarations.newCondition();

    private NodeController(NodeOptions options, StateLock stateLock, NodeState state, FaultPoint.Listener faults) {
        this.options = options;
        this.stateLock = stateLock;
        this.history = new EventHistory(options.historyEvents());
        this.store = new AttachmentStore(options.stateDirectory());
        this.state = state;
        this.faults = faults;
        this.repair = new Repair(loop, state, locks);
    }

    /**
     * What is to be attached.
     *
     * @param network the name of the CNI network
     * @param namespacePath the container's network namespace
     */
    public record AddRequest(AttachmentKey key, String network, PodIdentity pod, String namespacePath) {}

    /**
     * Starts the node: the switch, the host's link, and everything that was attached before.
     *
     * @param intent what is declared; pods are connected under its policies
     * @param faults hears of each step; {@link FaultPoint.Listener#NONE} but in tests
     * @throws IllegalStateException if another agent runs on this state directory, or a record cannot be understood
     * @throws IpamException if two records claim one address
     */
    public static NodeController start(NodeOptions options, Intent intent, FaultPoint.Listener faults) {
        StateLock lock = StateLock.take(options.stateDirectory());
        NodeState state = new NodeState(options);
        NodeController controller = new NodeController(options, lock, state, faults);
        boolean started = false;
        try {
            controller.history.record(
                    "start", "the agent starts", () -> controller.restore(intent), NodeController::describe);
            started = true;
            return controller;
        } finally {
            if (!started) {
                controller.close();
            }
        }
    }

    private List<String> restore(Intent intent) {
        List<Attachment> records = store.readAll();
        List<String> report = new ArrayList<>();
        loop.run(() -> {
            records.forEach(state::reserve);
            state.declare(intent);
            report.addAll(state.openHost());
        });
        records.stream().filter(record -> record.phase() != Phase.READY).forEach(record -> {
            report.add("undid what was " + record.phase() + ": " + record.displayName());
            remove(record, record.namespacePath());
        });
        List<Attachment> ready =
                records.stream().filter(record -> record.phase() == Phase.READY).toList();
        loop.run(() -> state.connectAll(ready));
        ready.forEach(record -> report.addAll(repair.reopen(record)));
        report.addAll(loop.call(state::openUplink));
        return report;
    }

    /**
     * Attaches a container; the answer is given when the switch judges by its policies. Repeated for the same namespace
     * it changes nothing and gives the same answer. When it fails nothing is left behind.
     */
    public Attachment add(AddRequest request) {
        String cause = "container " + request.key() + " in " + request.namespacePath();
        return locks.locked(
                request.key(),
                () -> history.record(
                        "pod-add",
                        cause,
                        () -> addLocked(request),
                        made -> made.displayName() + " has " + made.address()));
    }

    private Attachment addLocked(AddRequest request) {
        try (NetworkNamespace namespace = ContainerNamespace.open(request.namespacePath())) {
            long inode = namespace.inode();
            Optional<Attachment> present = state.find(request.key());
            if (present.isPresent()) {
                return sameOrConflict(present.get(), request, inode);
            }
            awaitDeclaration(request);
            Attachment adding = loop.call(() -> state.allocate(request, inode));
            try {
                faults.reached(FaultPoint.ADD_RESERVED);
                return connect(adding, namespace);
            } catch (RuntimeException e) {
                undo(adding, e);
                throw e;
            }
        }
    }

    /** A pod may start only under its policies, and which they are is known when the pod is declared. */
    private void awaitDeclaration(AddRequest request) {
        PodIdentity pod = request.pod();
        if (options.podWaitSeconds().isEmpty() || !pod.isKnown()) {
            return;
        }
        long deadline = System.nanoTime()
                + TimeUnit.SECONDS.toNanos(options.podWaitSeconds().getAsInt());
        declarations.lock();
        try {
            long left = deadline - System.nanoTime();
            while (!state.isDeclared(pod) && left > 0) {
                left = declared.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            declarations.unlock();
        }
        if (!state.isDeclared(pod)) {
            throw new NodeException(
                    NodeException.Kind.TRY_LATER,
                    "pod " + pod.namespace() + "/" + pod.name()
                            + " is not declared, so that its policies are unknown; add it to the manifests");
        }
    }

    /**
     * Takes over what is declared.
     *
     * @param cause why, for the history
     */
    public void declare(Intent intent, String cause) {
        history.record(
                "intent", cause, () -> loop.call(() -> state.declare(intent)), count -> count + " objects changed");
        declarations.lock();
        try {
            declared.signalAll();
        } finally {
            declarations.unlock();
        }
    }

    /**
     * The live connections that would be denied if other objects were declared, each with what would become of it.
     * Nothing changes; takes as long as planning the node from nothing.
     *
     * @throws io.tapline.dataplane.config.ConfigException if the switch would refuse the plan
     */
    public List<LiveConnection> connectionsDeniedBy(Intent proposed) {
        SwitchConfig config = state.configFor(proposed);
        List<SessionView> sessions = new ArrayList<>();
        for (int from = 0; from != Page.END; ) {
            Page<SessionView> page = vswitch().sessions(from);
            sessions.addAll(page.entries());
            from = page.next();
        }
        return ConnectionImpact.of(config, vswitch().preview(config), sessions);
    }

    private static Attachment sameOrConflict(Attachment present, AddRequest request, long inode) {
        if (present.phase() == Phase.READY
                && present.namespaceInode() == inode
                && present.network().equals(request.network())) {
            return present;
        }
        throw new NodeException(
                NodeException.Kind.CONFLICT,
                request.key() + " is attached to network " + present.network() + " in " + present.namespacePath()
                        + " already; delete that attachment first");
    }

    private Attachment connect(Attachment adding, NetworkNamespace namespace) {
        store.write(adding);
        faults.reached(FaultPoint.ADD_RECORDED);
        Tap tap = createDevice(adding, namespace);
        Attachment ready = adding.in(Phase.READY);
        try {
            faults.reached(FaultPoint.ADD_WIRED);
            loop.run(() -> {
                state.connect(ready);
                state.attach(ready, tap);
            });
        } catch (RuntimeException e) {
            loop.run(() -> state.disconnect(adding.key()));
            Devices.destroy(tap);
            throw e;
        }
        faults.reached(FaultPoint.ADD_CONNECTED);
        store.write(ready);
        faults.reached(FaultPoint.ADD_DONE);
        return ready;
    }

    private Tap createDevice(Attachment adding, NetworkNamespace namespace) {
        try {
            return Devices.create(namespace, state.wiring(adding));
        } catch (LinuxException e) {
            throw new NodeException(
                    NodeException.Kind.KERNEL,
                    "the interface " + adding.key().device() + " of " + adding.displayName() + " cannot be made in "
                            + adding.namespacePath() + ": " + e.getMessage(),
                    e);
        }
    }

    private void undo(Attachment adding, RuntimeException failure) {
        try {
            remove(adding, adding.namespacePath());
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Detaches a container, whatever of it is there still.
     *
     * @param namespacePath its namespace, empty if it is gone
     * @return whether there was anything
     */
    public boolean delete(AttachmentKey key, String namespacePath) {
        return locks.locked(
                key,
                () -> history.record(
                        "pod-delete",
                        "container " + key,
                        () -> deleteLocked(key, namespacePath),
                        was -> was ? "detached" : "was not attached"));
    }

    private boolean deleteLocked(AttachmentKey key, String namespacePath) {
        Optional<Attachment> present = state.find(key);
        if (present.isEmpty()) {
            removeDevice(key, namespacePath, Optional.empty());
            return false;
        }
        Attachment deleting = present.get().in(Phase.DELETING);
        store.write(deleting);
        faults.reached(FaultPoint.DELETE_RECORDED);
        remove(deleting, namespacePath);
        return true;
    }

    /** Takes an attachment out of switch, kernel and disk, in this order; its address is free after all that. */
    private void remove(Attachment attachment, String namespacePath) {
        Optional<Tap> tap = loop.call(() -> state.disconnect(attachment.key()));
        faults.reached(FaultPoint.DELETE_DISCONNECTED);
        tap.ifPresent(Devices::destroy);
        if (tap.isEmpty()) {
            String path = namespacePath.isEmpty() ? attachment.namespacePath() : namespacePath;
            removeDevice(attachment.key(), path, Optional.of(attachment.namespaceInode()));
        }
        faults.reached(FaultPoint.DELETE_REMOVED);
        store.delete(attachment.key());
        loop.run(() -> state.release(attachment));
        faults.reached(FaultPoint.DELETE_DONE);
    }

    /** Removes a device that nobody has open, if its namespace is there and the device is ours. */
    private static void removeDevice(AttachmentKey key, String path, Optional<Long> inode) {
        if (path.isEmpty()) {
            return;
        }
        try (NetworkNamespace namespace = ContainerNamespace.open(path)) {
            if (inode.isEmpty() || inode.get() == namespace.inode()) {
                Devices.remove(namespace, key.device(), PlannedPod.mac(key.containerId(), key.device()));
            }
        } catch (NodeException e) {
            System.getLogger(NodeController.class.getName())
                    .log(System.Logger.Level.DEBUG, "nothing to remove of {0}: {1}", key, e.getMessage());
        }
    }

    /**
     * Makes sure that an attachment is as it should be, in the kernel and in the switch.
     *
     * @throws NodeException with the first difference
     */
    public Attachment check(AttachmentKey key) {
        return locks.locked(key, () -> checkLocked(key));
    }

    private Attachment checkLocked(AttachmentKey key) {
        Attachment attachment = state.find(key)
                .orElseThrow(() -> new NodeException(
                        NodeException.Kind.UNKNOWN_CONTAINER, "container " + key + " is not attached"));
        try (NetworkNamespace namespace = ContainerNamespace.of(attachment);
                Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            Devices.compare(rtnetlink, state.wiring(attachment)).stream()
                    .findFirst()
                    .ifPresent(difference -> {
                        throw new NodeException(
                                NodeException.Kind.DIFFERENT, attachment.displayName() + ": " + difference.text());
                    });
        }
        state.switchDifference(attachment).ifPresent(text -> {
            throw new NodeException(NodeException.Kind.DIFFERENT, attachment.displayName() + ": " + text);
        });
        return attachment;
    }

    /** Detaches every container of a network that is not among {@code valid}; those detached. */
    public List<AttachmentKey> collectGarbage(String network, Set<AttachmentKey> valid) {
        List<AttachmentKey> stale = state.view().attachments().stream()
                .filter(attachment -> attachment.network().equals(network))
                .map(Attachment::key)
                .filter(key -> !valid.contains(key))
                .toList();
        stale.forEach(key -> delete(key, ""));
        return stale;
    }

    /**
     * Compares everything that should be with what is, and repairs it.
     *
     * @return what was repaired, in words
     */
    public List<String> resync(String cause) {
        return history.record("resync", cause, repair::all, NodeController::describe);
    }

    private static String describe(List<String> report) {
        return report.isEmpty() ? "everything was in order" : String.join("; ", report);
    }

    /** The state at this moment. */
    public NodeView view() {
        return state.view();
    }

    /** Whether the event loop gets round to something new within a time. */
    public boolean respondsWithin(Duration patience) {
        return loop.respondsWithin(patience);
    }

    /** What happened. */
    public EventHistory history() {
        return history;
    }

    /** What is fixed about the node. */
    public NodeOptions options() {
        return options;
    }

    /** The switch. */
    public LiveSwitch vswitch() {
        return state.vswitch();
    }

    /** Ends the agent's part. Pods keep their interfaces and addresses, and wait for the next start. */
    @Override
    public void close() {
        loop.close();
        state.close();
        stateLock.close();
    }
}
