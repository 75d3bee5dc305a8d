// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import com.sun.management.ThreadMXBean;
import io.tapline.bench.Delay;
import io.tapline.control.ipam.AddressPlan;
import io.tapline.control.ipam.NodeAddresses;
import io.tapline.control.node.AccessPlan;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.node.NodeSettings;
import io.tapline.control.node.PlannedPod;
import io.tapline.control.service.ServicePlanner;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * From objects to a switch that judges by them: planning the services, planning the node with 110 pods, compiling,
 * publishing, and the worker's taking over.
 */
final class PlanBenchmark implements AutoCloseable {
    private static final int PODS = 110;
    private static final int MTU = 1450;
    private static final int WARM_UP_CHANGES = 500;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final double NANOS_PER_MILLI = 1e6;

    private final ServiceCluster cluster;
    private final NodePlanner node;
    private final List<PlannedPod> pods = new ArrayList<>();
    private final Switch vswitch = new Switch(SwitchLimits.SMALL, System::nanoTime);
    private ServicePlanner services = new ServicePlanner(ServiceCluster.scope());

    /**
     * What it takes.
     *
     * @param services how many
     * @param coldMillis from nothing to all of them, in a JVM that has just started
     * @param coldBusyMillis the part of that on the processor
     * @param coldPlanMillis the part of that before the switch, on the processor
     * @param change of one endpoint, until it is in force
     * @param changeBusy the part of that on the processor
     * @param takeOver the part of that which holds up packets
     * @param allocatedBytesPerChange on the Java heap
     */
    record Result(
            int services,
            double coldMillis,
            double coldBusyMillis,
            double coldPlanMillis,
            Delay change,
            Delay changeBusy,
            Delay takeOver,
            double allocatedBytesPerChange) {}

    PlanBenchmark(ServiceCluster cluster) {
        this.cluster = cluster;
        NodeAddresses addresses = AddressPlan.DEFAULT.node(1);
        this.node = new NodePlanner(NodeSettings.of(addresses, MTU));
        for (int i = 0; i < PODS; i++) {
            IpAddress address = IpAddress.ofIpv4(addresses.gateway().ipv4() + 1 + i);
            long mac = PlannedPod.mac("container-" + i, "eth0");
            pods.add(new PlannedPod("ns-0/pod-" + i, address, NodePlanner.FIRST_POD_INTERFACE + i, "eth0", mac));
        }
    }

    Result run(int serviceCount, int changes) {
        List<IntentObject> objects = cluster.objects();
        long start = System.nanoTime();
        long busyStart = THREADS.getCurrentThreadCpuTime();
        services = new ServicePlanner(ServiceCluster.scope());
        objects.forEach(object -> services.accept(new IntentChange.Put(object)));
        services.plan();
        long planned = THREADS.getCurrentThreadCpuTime();
        publish();
        long coldBusy = THREADS.getCurrentThreadCpuTime();
        long cold = System.nanoTime();
        new Changes(Math.min(changes, WARM_UP_CHANGES)).run();
        Changes measured = new Changes(changes);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        measured.run();
        double allocated = (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / changes;
        return new Result(
                serviceCount,
                (cold - start) / NANOS_PER_MILLI,
                (coldBusy - busyStart) / NANOS_PER_MILLI,
                (planned - busyStart) / NANOS_PER_MILLI,
                Delay.ofNanos(measured.nanos),
                Delay.ofNanos(measured.busy),
                Delay.ofNanos(measured.takeOver),
                allocated);
    }

    /** Changes of one endpoint each, and how long they took. */
    private final class Changes {
        private final long[] nanos;
        private final long[] busy;
        private final long[] takeOver;

        Changes(int count) {
            nanos = new long[count];
            busy = new long[count];
            takeOver = new long[count];
        }

        void run() {
            for (int i = 0; i < nanos.length; i++) {
                IntentChange change = cluster.endpointChanges();
                long start = System.nanoTime();
                long busyStart = THREADS.getCurrentThreadCpuTime();
                services.accept(change);
                takeOver[i] = publish();
                busy[i] = THREADS.getCurrentThreadCpuTime() - busyStart;
                nanos[i] = System.nanoTime() - start;
            }
        }
    }

    /** Publishes what is planned; how long it took the worker to take it over. */
    private long publish() {
        vswitch.apply(
                node.plan(pods, AccessPlan.OPEN, services.plan().mappings()).config());
        long start = System.nanoTime();
        vswitch.beginRound();
        return System.nanoTime() - start;
    }

    @Override
    public void close() {
        vswitch.close();
    }
}
