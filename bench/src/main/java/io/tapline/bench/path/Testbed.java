// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import io.tapline.lab.node.LabNode;
import io.tapline.lab.node.LabPod;
import io.tapline.lab.node.SoleRun;
import io.tapline.linux.Address;
import io.tapline.linux.Affinity;
import io.tapline.linux.InetPrefix;
import io.tapline.linux.LinkKind;
import io.tapline.linux.LinkSettings;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Request;
import io.tapline.linux.Rtnetlink;
import java.util.BitSet;

/** Two namespaces with three ways between them, all up at the same time; each has addresses of its own. */
final class Testbed implements SoleRun.Building {
    /** Begins the names of the namespaces. */
    static final String PREFIX = "tapline-bench";

    private static final String VETH_DEVICE = "veth0";
    private static final String BRIDGED_DEVICE = "bridged0";
    private static final String BRIDGE_DEVICE = "br0";
    private static final int SUBNET_BITS = 24;

    private final LabNode node;
    private final NetworkNamespace client;
    private final NetworkNamespace server;

    private Testbed(LabNode node) {
        this.node = node;
        LabPod left = node.addPod("bench/client");
        LabPod right = node.addPod("bench/server");
        require(left, BenchPath.TAPLINE.client());
        require(right, BenchPath.TAPLINE.server());
        client = left.namespace();
        server = right.namespace();
    }

    /**
     * Builds all three ways.
     *
     * @param spinNanos how long Tapline's worker goes on looking for frames before it waits
     * @throws io.tapline.linux.LinuxException naming what the kernel refused; nothing is left behind then
     */
    static Testbed build(long spinNanos) {
        LabNode node = LabNode.create(LabNode.Options.of(PREFIX, true).withSpin(spinNanos));
        boolean built = false;
        try {
            Testbed testbed = new Testbed(node);
            testbed.wireVeth();
            testbed.wireBridge();
            built = true;
            return testbed;
        } finally {
            if (!built) {
                node.close();
            }
        }
    }

    private static void require(LabPod pod, String address) {
        if (!pod.address().toString().equals(address)) {
            throw new IllegalStateException("pod " + pod.name() + " has address " + pod.address() + ", not " + address);
        }
    }

    private void wireVeth() {
        try (Rtnetlink rtnetlink = Rtnetlink.open(client)) {
            rtnetlink.apply(Request.createVeth(
                    LinkSettings.named(VETH_DEVICE),
                    LinkSettings.named(VETH_DEVICE).withNamespace(server)));
        }
        setUp(client, VETH_DEVICE, BenchPath.VETH.client());
        setUp(server, VETH_DEVICE, BenchPath.VETH.server());
    }

    private void wireBridge() {
        try (Rtnetlink rtnetlink = Rtnetlink.open(node.host())) {
            rtnetlink.apply(
                    Request.createLink(new LinkKind.Bridge(), LinkSettings.named(BRIDGE_DEVICE)),
                    Request.changeLink(BRIDGE_DEVICE, LinkSettings.NONE.withUp(true)));
            int bridge = index(rtnetlink, BRIDGE_DEVICE);
            addPort(rtnetlink, bridge, "port0", client);
            addPort(rtnetlink, bridge, "port1", server);
        }
        setUp(client, BRIDGED_DEVICE, BenchPath.BRIDGE.client());
        setUp(server, BRIDGED_DEVICE, BenchPath.BRIDGE.server());
    }

    private static void addPort(Rtnetlink rtnetlink, int bridge, String port, NetworkNamespace namespace) {
        rtnetlink.apply(
                Request.createVeth(
                        LinkSettings.named(port),
                        LinkSettings.named(BRIDGED_DEVICE).withNamespace(namespace)),
                Request.changeLink(port, LinkSettings.NONE.withMaster(bridge).withUp(true)));
    }

    private static void setUp(NetworkNamespace namespace, String device, String address) {
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            int index = index(rtnetlink, device);
            rtnetlink.apply(
                    Request.changeLink(index, LinkSettings.NONE.withUp(true)),
                    Request.add(Address.of(index, InetPrefix.parse(address + "/" + SUBNET_BITS))));
        }
    }

    private static int index(Rtnetlink rtnetlink, String device) {
        return rtnetlink
                .link(device)
                .orElseThrow(() -> new IllegalStateException("the device " + device + " is gone"))
                .index();
    }

    /** Where connections come from. */
    NetworkNamespace client() {
        return client;
    }

    /** Where they go to. */
    NetworkNamespace server() {
        return server;
    }

    /** Keeps the switch's worker to these processors. */
    void restrictWorker(BitSet cpus) {
        node.vswitch().await(() -> Affinity.restrict(cpus));
    }

    @Override
    public void close() {
        node.close();
    }
}
