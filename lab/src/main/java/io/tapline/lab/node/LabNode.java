// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.agent.node.DeviceRequests;
import io.tapline.control.ipam.AddressPlan;
import io.tapline.control.ipam.NodeAddresses;
import io.tapline.control.ipam.PodAddressPool;
import io.tapline.control.node.DeviceWiring;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.node.NodeSettings;
import io.tapline.control.node.PlannedPod;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.AclRule;
import io.tapline.linux.LinkSettings;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Request;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Tap;
import io.tapline.linux.TapOffload;
import io.tapline.linux.TapOptions;
import io.tapline.vswitch.LiveSwitch;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node on this machine. Needs root and /dev/net/tun.
 *
 * <p>Everything it makes hangs on this process: when the process ends, however it ends, the TAPs go, and with
 * {@code vpp1} the host's routes. Only the named namespaces stay; {@link #removeLeftovers} finds them by their prefix.
 *
 * <p>Threading: one thread builds and closes it; the switch runs on its own.
 */
public final class LabNode implements AutoCloseable {
    /** The host's end of the interconnect. */
    public static final String HOST_DEVICE = NodeSettings.HOST_DEVICE;

    static final NodeAddresses ADDRESSES = AddressPlan.DEFAULT.node(1);

    private static final String POD_DEVICE = "eth0";

    private final Options options;
    private final NetworkNamespace host;
    private final LiveSwitch vswitch;
    private final Tap hostTap;
    private final List<LabPod> pods = new ArrayList<>();
    private final NodePlanner planner;
    private final PodAddressPool addresses = new PodAddressPool(ADDRESSES);
    private final List<PlannedPod> planned = new ArrayList<>();
    private final Map<Integer, List<AclRule>> ingress = new HashMap<>();

    /**
     * How to build a node.
     *
     * @param prefix begins the names of all namespaces that it makes
     * @param isolated whether the host is a namespace of its own, instead of the one that this process is in
     * @param mtu of every interface, in bytes
     * @param offloads what pods and host may leave to the reader of their TAPs
     * @param spinNanos see {@link LiveSwitch#start}
     */
    public record Options(String prefix, boolean isolated, int mtu, Set<TapOffload> offloads, long spinNanos) {
        /** MTU 1500, all offloads, no spinning. */
        public static Options of(String prefix, boolean isolated) {
            return new Options(prefix, isolated, 1500, TapOffload.ALL, 0);
        }

        /** These with a worker that goes on looking for frames for a while. */
        public Options withSpin(long newSpinNanos) {
            return new Options(prefix, isolated, mtu, offloads, newSpinNanos);
        }

        /** These with other offloads. */
        public Options withOffloads(Set<TapOffload> newOffloads) {
            return new Options(prefix, isolated, mtu, newOffloads, spinNanos);
        }
    }

    private LabNode(Options options, NetworkNamespace host, LiveSwitch vswitch, Tap hostTap) {
        this.options = options;
        this.host = host;
        this.vswitch = vswitch;
        this.hostTap = hostTap;
        this.planner = new NodePlanner(NodeSettings.of(ADDRESSES, options.mtu()));
    }

    /**
     * Builds the host interconnect and starts the switch.
     *
     * @throws io.tapline.linux.LinuxException naming what the kernel refused; nothing is left behind then
     */
    public static LabNode create(Options options) {
        NetworkNamespace host =
                options.isolated() ? NetworkNamespace.create(options.prefix() + "-host") : NetworkNamespace.current();
        LiveSwitch vswitch = LiveSwitch.start(SwitchLimits.DEFAULT, options.spinNanos());
        Optional<LabNode> built = Optional.empty();
        try {
            Tap tap = Tap.create(host, TapOptions.named(HOST_DEVICE).withOffloads(options.offloads()));
            LabNode node = new LabNode(options, host, vswitch, tap);
            node.wireHost();
            built = Optional.of(node);
            return node;
        } finally {
            if (built.isEmpty()) {
                vswitch.close();
                if (options.isolated()) {
                    host.close();
                    NetworkNamespace.delete(options.prefix() + "-host");
                }
            }
        }
    }

    private void wireHost() {
        try {
            wire(host, hostTap, planner.hostWiring(), options.isolated());
        } catch (RuntimeException e) {
            hostTap.close();
            throw e;
        }
        apply();
        vswitch.attach(NodePlanner.HOST_INTERFACE, hostTap);
    }

    private static void wire(NetworkNamespace namespace, Tap tap, DeviceWiring wiring, boolean loopback) {
        List<Request> requests = new ArrayList<>();
        if (loopback) {
            requests.add(Request.changeLink("lo", LinkSettings.NONE.withUp(true)));
        }
        requests.addAll(DeviceRequests.of(tap.ifIndex(), wiring));
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            rtnetlink.apply(requests);
        }
    }

    /** Adds a pod that nothing isolates. */
    public LabPod addPod(String name) {
        return addPod(name, Optional.empty(), options.offloads());
    }

    /** Adds a pod that nothing isolates, with other offloads than the node's. */
    public LabPod addPod(String name, Set<TapOffload> offloads) {
        return addPod(name, Optional.empty(), offloads);
    }

    /** Adds a pod that only packets which {@code ingress} permits may reach. */
    public LabPod addIsolatedPod(String name, List<AclRule> ingress) {
        return addPod(name, Optional.of(List.copyOf(ingress)), options.offloads());
    }

    private LabPod addPod(String name, Optional<List<AclRule>> rules, Set<TapOffload> offloads) {
        IpAddress address = addresses.allocate(name);
        int index = NodePlanner.FIRST_POD_INTERFACE + pods.size();
        PlannedPod plan = new PlannedPod(name, address, index, POD_DEVICE, PlannedPod.mac(name, POD_DEVICE));
        NetworkNamespace namespace = NetworkNamespace.create(namespaceName(name));
        Tap tap = Tap.create(namespace, TapOptions.named(POD_DEVICE).withOffloads(offloads));
        LabPod pod = new LabPod(name, address, namespace, index, plan.interfaceName(), tap);
        pods.add(pod);
        planned.add(plan);
        rules.ifPresent(list -> ingress.put(index, list));
        wire(namespace, tap, planner.podWiring(plan), true);
        apply();
        vswitch.attach(index, tap);
        return pod;
    }

    private void apply() {
        vswitch.apply(planner.plan(planned, LabAccess.plan(planned, ingress)).config());
    }

    /** Name of a pod's namespace, for {@code ip netns exec}. */
    public String namespaceName(String podName) {
        return options.prefix() + "-" + podName.replace('/', '-');
    }

    /** The host's namespace. */
    public NetworkNamespace host() {
        return host;
    }

    /** The host's address on the interconnect. */
    public IpAddress hostAddress() {
        return ADDRESSES.host().address();
    }

    /** The pods, in order of creation. */
    public List<LabPod> pods() {
        return List.copyOf(pods);
    }

    /** The switch. */
    public LiveSwitch vswitch() {
        return vswitch;
    }

    /** Takes everything down again. */
    @Override
    public void close() {
        vswitch.close();
        for (LabPod pod : pods) {
            pod.tap().close();
            pod.namespace().close();
            NetworkNamespace.delete(namespaceName(pod.name()));
        }
        hostTap.close();
        if (options.isolated()) {
            host.close();
            NetworkNamespace.delete(options.prefix() + "-host");
        }
    }

    /** Removes the namespaces that a node with this prefix left behind when its process was killed; their names. */
    public static List<String> removeLeftovers(String prefix) {
        List<String> left = NetworkNamespace.list().stream()
                .filter(name -> name.startsWith(prefix + "-"))
                .toList();
        left.forEach(NetworkNamespace::delete);
        return left;
    }
}
