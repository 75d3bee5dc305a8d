// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.control.policy.AclNumbers;
import io.tapline.control.policy.IncrementalPolicyPlanner;
import io.tapline.control.policy.PolicyPlan;
import io.tapline.control.policy.PolicyPlanner;
import io.tapline.control.policy.PolicySettings;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline bench policy}. */
@Command(
        name = "policy",
        description = {
            "Plans the access lists of one node with 110 pods in a cluster of 10,000 pods and 10,000 policies, at once"
                    + " and then change by change; between, how long finding the first rule for a packet takes.",
            "A change costs what planning, numbering and compiling the lists that it changed take. Needs no root."
        },
        mixinStandardHelpOptions = true)
public final class PolicyCommand implements Runnable {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many changes of each kind; default ${DEFAULT-VALUE}.")
    private int changes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What the cluster and its changes follow from; default ${DEFAULT-VALUE}.")
    private long seed;

    private final Map<Integer, CompiledAcl> compiled = new HashMap<>();
    private final AclNumbers numbers = new AclNumbers(0);
    private List<AclConfig> configs = List.of();

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    PolicyCommand() {}

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        LargeCluster cluster = new LargeCluster(seed);
        List<IntentObject> objects = cluster.objects();
        PolicySettings settings = PolicySettings.of(LargeCluster.NODE);
        long used = usedBytes();
        IncrementalPolicyPlanner planner = new IncrementalPolicyPlanner(settings);
        long start = System.nanoTime();
        long busyStart = THREADS.getCurrentThreadCpuTime();
        objects.forEach(object -> planner.apply(new IntentChange.Put(object)));
        PolicyPlan plan = planner.plan();
        long planned = System.nanoTime();
        long busy = THREADS.getCurrentThreadCpuTime() - busyStart;
        compile(plan);
        long end = System.nanoTime();
        out.printf(
                "cold: plan %.0f ms (on the processor %.0f), compile %.0f ms; %d lists, %d rules, longest %d%n",
                (planned - start) / NANOS_PER_MILLI,
                busy / NANOS_PER_MILLI,
                (end - planned) / NANOS_PER_MILLI,
                configs.size(),
                configs.stream().mapToLong(config -> config.rules().size()).sum(),
                configs.stream().mapToInt(config -> config.rules().size()).max().orElse(0));
        out.printf(
                "memory: %d MiB beside the objects, of which %d MiB compiled lists%n",
                (usedBytes() - used) >> 20,
                compiled.values().stream().mapToLong(CompiledAcl::byteSize).sum() >> 20);
        Intent intent = Intent.of(objects);
        start = System.nanoTime();
        boolean equal = PolicyPlanner.plan(intent, settings).equals(plan);
        out.printf(
                "pure planner: %.0f ms, %s%n",
                (System.nanoTime() - start) / NANOS_PER_MILLI, equal ? "the same plan" : "ANOTHER PLAN");
        matches(out);
        measure(out, "warm-up", planner, cluster::labelChanges);
        measure(out, "pod comes", planner, cluster::podComes);
        measure(out, "pod goes", planner, cluster::podGoes);
        measure(out, "label changes", planner, cluster::labelChanges);
        measure(out, "policy changes", planner, round -> cluster.policyChanges());
        measure(out, "namespace moves", planner, cluster::namespaceMoves);
    }

    private static void matches(PrintWriter out) {
        for (int rules : List.of(1, 100, 10_000)) {
            ListMatch.run(ListMatch.policies(rules)); // until the code is compiled for all of them
        }
        match(out, "1 rule", ListMatch.policies(1));
        match(out, "100 rules", ListMatch.policies(100));
        match(out, "10,000 rules", ListMatch.policies(10_000));
        match(out, "10,000 that nest", ListMatch.adversarial(10_000));
    }

    private static void match(PrintWriter out, String what, List<AclRule> rules) {
        ListMatch.Result result = ListMatch.run(rules);
        out.printf(
                "match, %-16s best %.0f ns, median %.0f ns; compiled in %.1f ms, %d KiB%n",
                what, result.bestNanos(), result.medianNanos(), result.compileMillis(), (result.bytes() + 1023) >> 10);
    }

    private void measure(
            PrintWriter out, String what, IncrementalPolicyPlanner planner, IntFunction<IntentChange> change) {
        double[] millis = new double[changes];
        double[] busy = new double[changes];
        long recompiled = 0;
        for (int i = 0; i < changes; i++) {
            IntentChange next = change.apply(i);
            long start = System.nanoTime();
            long busyStart = THREADS.getCurrentThreadCpuTime();
            planner.apply(next);
            recompiled += compile(planner.plan());
            busy[i] = (THREADS.getCurrentThreadCpuTime() - busyStart) / NANOS_PER_MILLI;
            millis[i] = (System.nanoTime() - start) / NANOS_PER_MILLI;
        }
        Arrays.sort(millis);
        Arrays.sort(busy);
        out.printf(
                "%-16s median %.2f ms, p99 %.2f ms, max %.2f ms; on the processor %.2f and %.2f ms; %.1f lists%n",
                what,
                millis[changes / 2],
                millis[(int) (changes * 0.99)],
                millis[changes - 1],
                busy[changes / 2],
                busy[(int) (changes * 0.99)],
                (double) recompiled / changes);
        out.flush();
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
