// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.bench.Delay;
import io.tapline.control.policy.AclNumbers;
import io.tapline.control.policy.IncrementalPolicyPlanner;
import io.tapline.control.policy.PolicyPlan;
import io.tapline.control.policy.PolicyPlanner;
import io.tapline.control.policy.PolicySettings;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** One node's lists in a large cluster: planned, numbered and compiled at once, and then change by change. */
final class PolicyBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double NANOS_PER_MILLI = 1e6;

    private final LargeCluster cluster;
    private final PolicySettings settings = PolicySettings.of(LargeCluster.NODE);
    private final IncrementalPolicyPlanner planner = new IncrementalPolicyPlanner(settings);
    private final Map<Integer, CompiledAcl> compiled = new HashMap<>();
    private final AclNumbers numbers = new AclNumbers(0);
    private List<AclConfig> configs = List.of();

    PolicyBenchmark(LargeCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Everything at once, in a JVM that has just started.
     *
     * @param planMillis until the plan is there
     * @param planBusyMillis the part of that on the processor
     * @param compileMillis what compiling all lists takes then
     * @param lists how many there are
     * @param rules in all of them
     * @param longestList in rules
     * @param heapBytes that planner, plan and lists take beside the objects
     * @param listBytes the part of that in compiled lists
     * @param purePlanMillis what the planner takes that follows no changes
     * @param samePlan whether it gives the same
     */
    record Cold(
            double planMillis,
            double planBusyMillis,
            double compileMillis,
            int lists,
            long rules,
            int longestList,
            long heapBytes,
            long listBytes,
            double purePlanMillis,
            boolean samePlan) {}

    /**
     * Changes of one kind.
     *
     * @param inForce from the change to compiled lists
     * @param busy the part of that on the processor
     * @param listsPerChange how many had to be compiled, on average
     */
    record Changes(String what, Delay inForce, Delay busy, double listsPerChange) {}

    Cold cold() {
        List<IntentObject> objects = cluster.objects();
        long used = usedBytes();
        long start = System.nanoTime();
        long busyStart = THREADS.getCurrentThreadCpuTime();
        objects.forEach(object -> planner.apply(new IntentChange.Put(object)));
        PolicyPlan plan = planner.plan();
        long planned = System.nanoTime();
        long busy = THREADS.getCurrentThreadCpuTime() - busyStart;
        compile(plan);
        long end = System.nanoTime();
        long heap = usedBytes() - used;
        Intent intent = Intent.of(objects);
        long pureStart = System.nanoTime();
        boolean same = PolicyPlanner.plan(intent, settings).equals(plan);
        return new Cold(
                (planned - start) / NANOS_PER_MILLI,
                busy / NANOS_PER_MILLI,
                (end - planned) / NANOS_PER_MILLI,
                configs.size(),
                configs.stream().mapToLong(config -> config.rules().size()).sum(),
                configs.stream().mapToInt(config -> config.rules().size()).max().orElse(0),
                heap,
                compiled.values().stream().mapToLong(CompiledAcl::byteSize).sum(),
                (System.nanoTime() - pureStart) / NANOS_PER_MILLI,
                same);
    }

    /** Changes of each kind, after as many of one kind as it takes to have the code compiled. */
    List<Changes> changes(int count) {
        measure("warm-up", count, cluster::labelChanges);
        List<Changes> all = new ArrayList<>();
        all.add(measure("pod comes", count, cluster::podComes));
        all.add(measure("pod goes", count, cluster::podGoes));
        all.add(measure("label changes", count, cluster::labelChanges));
        all.add(measure("policy changes", count, round -> cluster.policyChanges()));
        all.add(measure("namespace moves", count, cluster::namespaceMoves));
        return all;
    }

    private Changes measure(String what, int count, IntFunction<IntentChange> change) {
        long[] nanos = new long[count];
        long[] busy = new long[count];
        long recompiled = 0;
        for (int i = 0; i < count; i++) {
            IntentChange next = change.apply(i);
            long start = System.nanoTime();
            long busyStart = THREADS.getCurrentThreadCpuTime();
            planner.apply(next);
            recompiled += compile(planner.plan());
            busy[i] = THREADS.getCurrentThreadCpuTime() - busyStart;
            nanos[i] = System.nanoTime() - start;
        }
        return new Changes(what, Delay.ofNanos(nanos), Delay.ofNanos(busy), (double) recompiled / count);
    }

    /**
     * Compiles the lists that are not as they were, as a switch does. A list that did not change is the same object.
     */
    @SuppressWarnings("ReferenceEquality")
    private int compile(PolicyPlan plan) {
        Map<Integer, AclConfig> before = new HashMap<>();
        configs.forEach(config -> before.put(config.index(), config));
        configs = numbers.number(plan);
        int count = 0;
        for (AclConfig config : configs) {
            AclConfig old = before.remove(config.index());
            if (old == null || old.rules() != config.rules()) {
                compiled.put(config.index(), new CompiledAcl(List.of(config), compiled.get(config.index())));
                count++;
            }
        }
        before.keySet().forEach(compiled::remove);
        return count;
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
