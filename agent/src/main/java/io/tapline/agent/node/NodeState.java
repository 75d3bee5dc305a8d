// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.agent.node.Attachment.Phase;
import io.tapline.control.ipam.PodAddressPool;
import io.tapline.control.node.AccessPlan;
import io.tapline.control.node.DeviceWiring;
import io.tapline.control.node.NodePlan;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.node.NodeSettings;
import io.tapline.control.node.PlannedPod;
import io.tapline.control.service.ServicePlan;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Tap;
import io.tapline.model.Intent;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.vswitch.LiveSwitch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The desired state and the switch that holds it.
 *
 * <p>Threading: everything that changes it is for the event loop; {@link #view}, {@link #find}, {@link #isOpen},
 * {@link #isDeclared}, {@link #configFor}, {@link #wiring} and {@link #switchDifference} are for any thread.
 */
final class NodeState implements AutoCloseable {
    private static final int LAST_INTERFACE = NodePlanner.UPLINK_INTERFACE - 1;

    private final NodeOptions options;
    private final PodAddressPool addresses;
    private final NetworkNamespace host;
    private final LiveSwitch vswitch;
    private final TreeMap<AttachmentKey, Attachment> attachments = new TreeMap<>();
    private final TreeMap<AttachmentKey, String> lost = new TreeMap<>();
    private final Map<AttachmentKey, Tap> taps = new ConcurrentHashMap<>();
    private final BitSet interfaces = new BitSet();
    private final UplinkPort uplink;
    private final HealthChecks health;
    private volatile NodeSettings settings;
    private volatile NodePlanner planner;
    private LocalIntent intent;
    private boolean uplinkIsOpen;
    private int lastInterface = NodePlanner.FIRST_POD_INTERFACE - 1;
    private long lastSequence;
    private @Nullable Tap hostTap;
    private volatile NodeView view;

    NodeState(NodeOptions options) {
        this.options = options;
        this.settings = options.settings();
        this.planner = new NodePlanner(settings);
        this.intent = new LocalIntent(options, settings);
        this.addresses = new PodAddressPool(settings.addresses());
        this.host = options.hostNamespace().map(NetworkNamespace::open).orElseGet(NetworkNamespace::current);
        this.vswitch = LiveSwitch.start(options.limits(), options.spinNanos());
        this.uplink = new UplinkPort(host, vswitch);
        this.health = new HealthChecks(host);
        this.view = new NodeView(List.of(), Map.of(), plan(), Intent.EMPTY, intent.services(), addresses.available());
    }

    NodeView view() {
        return view;
    }

    Optional<Attachment> find(AttachmentKey key) {
        return view.attachments().stream()
                .filter(attachment -> attachment.key().equals(key))
                .findFirst();
    }

    boolean isOpen(AttachmentKey key) {
        return taps.containsKey(key);
    }

    DeviceWiring wiring(Attachment attachment) {
        return planner.podWiring(attachment.planned());
    }

    LiveSwitch vswitch() {
        return vswitch;
    }

    /** What was allocated before the restart. */
    void reserve(Attachment record) {
        addresses.reserve(record.address(), record.key().toString());
        if (interfaces.get(record.interfaceIndex())) {
            throw new IllegalStateException("interface " + record.interfaceIndex() + " of " + record.key()
                    + " belongs to another attachment too; delete one of the two records");
        }
        interfaces.set(record.interfaceIndex());
        attachments.put(record.key(), record);
        lastSequence = Math.max(lastSequence, record.sequence());
        lastInterface = record.interfaceIndex();
        addresses.continueAfter(record.address());
    }

    /** Opens or makes the host's link and applies an empty plan; what was repaired. */
    List<String> openHost() {
        Devices.Opened opened = Devices.open(host, planner.hostWiring());
        hostTap = opened.tap();
        try (Rtnetlink rtnetlink = Rtnetlink.open(host)) {
            discover(rtnetlink);
        }
        apply();
        vswitch.attach(NodePlanner.HOST_INTERFACE, opened.tap());
        return opened.repaired();
    }

    /**
     * Opens the uplink, if there is one. Last of all: before pods are connected, a service would refuse what comes in.
     */
    List<String> openUplink() {
        uplinkIsOpen = true;
        NodePlan plan = view.plan();
        return uplink.repair(settings.uplink(), plan.uplink(), plan.host());
    }

    /** Reads how the host is connected, and takes over what has changed; what that is. */
    private List<String> discover(Rtnetlink rtnetlink) {
        NodeSettings found = HostNetwork.discover(rtnetlink, options.settings(), options.uplink());
        if (found.equals(settings)) {
            return List.of();
        }
        settings = found;
        planner = new NodePlanner(found);
        LocalIntent before = intent;
        intent = new LocalIntent(options, found);
        intent.declare(before.declared());
        return List.of("the host's addresses or routes have changed");
    }

    /** Repairs the host's links; what was repaired. */
    List<String> repairHost() {
        try (Rtnetlink rtnetlink = Rtnetlink.open(host)) {
            List<String> repaired = new ArrayList<>(Devices.repair(rtnetlink, planner.hostWiring()));
            repaired.addAll(discover(rtnetlink));
            apply();
            repaired.addAll(openUplink());
            return repaired;
        } catch (NodeException e) {
            Tap gone = hostTap;
            vswitch.detach(NodePlanner.HOST_INTERFACE);
            if (gone != null) {
                Devices.destroy(gone);
            }
            return openHost();
        }
    }

    /** An address and an interface for a new attachment. */
    Attachment allocate(NodeController.AddRequest request, long namespaceInode) {
        String owner = request.key().toString();
        int index = freeInterface();
        Attachment adding = new Attachment(
                request.key(),
                request.network(),
                request.pod(),
                request.namespacePath(),
                namespaceInode,
                addresses.allocate(owner),
                index,
                ++lastSequence,
                Phase.ADDING);
        interfaces.set(index);
        lastInterface = index;
        attachments.put(adding.key(), adding);
        publish(view.plan());
        return adding;
    }

    /** The free index after the last one given, so that none is used again at once. */
    private int freeInterface() {
        int index = interfaces.nextClearBit(lastInterface + 1);
        if (index > LAST_INTERFACE) {
            index = interfaces.nextClearBit(NodePlanner.FIRST_POD_INTERFACE);
        }
        if (index > LAST_INTERFACE) {
            throw new NodeException(
                    NodeException.Kind.TRY_LATER, "all " + LAST_INTERFACE + " interfaces of the switch are in use");
        }
        return index;
    }

    /** Puts an attachment into the plan and waits until the switch judges by it. */
    void connect(Attachment ready) {
        connectAll(List.of(ready));
    }

    /** {@link #connect} for several at once. */
    void connectAll(List<Attachment> ready) {
        ready.forEach(attachment -> attachments.put(attachment.key(), attachment));
        apply();
    }

    /** Connects an open device with its interface. */
    void attach(Attachment attachment, Tap tap) {
        vswitch.attach(attachment.interfaceIndex(), tap);
        taps.put(attachment.key(), tap);
    }

    /** Takes an open device from its interface; it is the caller's then. */
    Optional<Tap> detach(AttachmentKey key) {
        Attachment attachment = attachments.get(key);
        Optional<Tap> tap = Optional.ofNullable(taps.remove(key));
        if (attachment != null && tap.isPresent()) {
            vswitch.detach(attachment.interfaceIndex());
        }
        return tap;
    }

    /** Takes an attachment out of the plan, but not its address; its open device is the caller's then. */
    Optional<Tap> disconnect(AttachmentKey key) {
        Optional<Tap> tap = detach(key);
        attachments.computeIfPresent(key, (same, attachment) -> attachment.in(Phase.DELETING));
        apply();
        return tap;
    }

    /** Gives address and interface of an attachment free. */
    void release(Attachment attachment) {
        attachments.remove(attachment.key());
        lost.remove(attachment.key());
        interfaces.clear(attachment.interfaceIndex());
        addresses.release(attachment.address(), attachment.key().toString());
        publish(view.plan());
    }

    /** Notes that an attachment is out of reach, or that it is not. */
    void lost(AttachmentKey key, Optional<String> why) {
        why.ifPresentOrElse(text -> lost.put(key, text), () -> lost.remove(key));
        publish(view.plan());
    }

    /** Takes over what is declared, and applies what follows from it; how many objects changed. */
    int declare(Intent declared) {
        int changes = intent.declare(declared);
        apply();
        return changes;
    }

    /** Whether a pod is declared. */
    boolean isDeclared(PodIdentity pod) {
        return view.intent()
                .find(new ObjectRef(Kind.POD, pod.namespace(), pod.name()))
                .isPresent();
    }

    /** Gives the switch the plan of the present state. */
    void apply() {
        NodePlan plan = plan();
        vswitch.apply(plan.config());
        if (uplinkIsOpen) {
            uplink.follow(settings.uplink(), plan.uplink(), plan.host());
        }
        health.follow(intent.services().services());
        publish(plan);
    }

    private NodePlan plan() {
        return plan(attachments.values(), intent);
    }

    private NodePlan plan(Collection<Attachment> all, LocalIntent declared) {
        List<Attachment> ready = all.stream()
                .filter(attachment -> attachment.phase() == Phase.READY)
                .toList();
        List<PlannedPod> pods = ready.stream().map(Attachment::planned).toList();
        AccessPlan access = declared.access(ready);
        ServicePlan services = declared.services();
        return planner.plan(pods, access, services.mappings(), services.healthCheckPorts());
    }

    /** What the switch would hold if {@code proposed} were declared. Any thread; nothing changes. */
    SwitchConfig configFor(Intent proposed) {
        LocalIntent other = new LocalIntent(options, settings);
        other.declare(proposed);
        return plan(view.attachments(), other).config();
    }

    private void publish(NodePlan plan) {
        view = new NodeView(
                List.copyOf(attachments.values()),
                lost,
                plan,
                intent.declared(),
                intent.services(),
                addresses.available());
    }

    /** What the switch lacks of an attachment. */
    Optional<String> switchDifference(Attachment attachment) {
        PlannedPod pod = attachment.planned();
        SwitchConfig config = vswitch.generation().config();
        if (config.interfaces().stream().noneMatch(iface -> iface.index() == pod.interfaceIndex())) {
            return Optional.of("the switch has no interface " + pod.interfaceName());
        }
        if (config.neighbors().stream()
                .noneMatch(neighbor -> neighbor.address().equals(pod.address())
                        && neighbor.device().equals(pod.interfaceName()))) {
            return Optional.of("the switch has no neighbour " + pod.address() + " on " + pod.interfaceName());
        }
        return isOpen(attachment.key())
                ? Optional.empty()
                : Optional.of("the device is not connected to the switch's " + pod.interfaceName());
    }

    @Override
    public void close() {
        health.close();
        uplink.close();
        vswitch.close();
        taps.values().forEach(Tap::close);
        Tap tap = hostTap;
        if (tap != null) {
            tap.close();
        }
        host.close();
    }
}
