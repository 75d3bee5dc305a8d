// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.lab.policy.CaseWorld.Endpoint;
import io.tapline.model.Intent;
import io.tapline.model.ReferenceEvaluator;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.TextFile;
import io.tapline.source.yaml.Value;
import io.tapline.source.yaml.YamlTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Runs a file of steps with truth tables: after each step, who can reach whom. docs/policy.md describes the format. */
final class PolicyCase {
    private static final char ALLOWED = '.';
    private static final char BLOCKED = 'X';
    private static final char NOT_PROBED = '-';

    private PolicyCase() {}

    /** Matrices by probe; each has a row of characters for every source. */
    record Matrices(Map<String, Map<String, String>> byProbe) {}

    /**
     * One step.
     *
     * @param expected what the file expects; several where either is right; empty where it says nothing
     */
    record Step(String name, List<String> columns, Matrices computed, List<Matrices> expected) {
        /** Whether the file expects nothing else. */
        boolean isRight() {
            return expected.isEmpty() || expected.contains(computed);
        }
    }

    /** A case with what came out. */
    record Result(String id, String title, List<Step> steps) {
        boolean isRight() {
            return steps.stream().allMatch(Step::isRight);
        }
    }

    /** How to find verdicts. */
    interface Judge {
        /** Verdicts for one moment, on connections that will be asked about. */
        Predicate<Connection> of(Intent intent, Set<Connection> asked);
    }

    /** By the switches. */
    static Result byEngine(Path file) {
        List<OfflineCluster> clusters = new ArrayList<>();
        try {
            return run(file, (intent, asked) -> {
                OfflineCluster cluster = OfflineCluster.of(intent);
                clusters.forEach(OfflineCluster::close);
                clusters.clear();
                clusters.add(cluster);
                return cluster::allows;
            });
        } finally {
            clusters.forEach(OfflineCluster::close);
        }
    }

    /** By the reference evaluator. */
    static Result byReference(Path file) {
        return run(file, (intent, asked) -> {
            ReferenceEvaluator evaluator = new ReferenceEvaluator(intent);
            return connection -> evaluator.allows(
                    evaluator.endpoint(connection.source()),
                    evaluator.endpoint(connection.destination()),
                    connection.protocol().number(),
                    connection.port());
        });
    }

    /** By whatever judge. */
    static Result run(Path file, Judge judge) {
        Value root = YamlTree.parse(TextFile.read(file, "policy case"), "policy case");
        Fields fields = root.fields("id", "title", "tags", "cluster", "steps");
        CaseWorld world = new CaseWorld(file.toString(), fields.required("cluster"));
        List<Step> steps = new ArrayList<>();
        for (Value step : fields.list("steps")) {
            steps.add(step(world, step, judge));
        }
        return new Result(
                fields.required("id").text(),
                fields.optional("title").map(Value::text).orElse(""),
                steps);
    }

    private static Step step(CaseWorld world, Value value, Judge judge) {
        Fields fields = value.fields("name", "actions", "probes", "columns", "expected", "expectedPodAware");
        fields.list("actions").forEach(world::act);
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        fields.list("columns").forEach(column -> endpoints.put(column.text(), world.endpoint(column, column.text())));
        List<Probe> probes = fields.list("probes").stream()
                .map(text -> text.as(Probe::parse))
                .toList();
        Set<Connection> asked = new LinkedHashSet<>();
        probes.forEach(probe -> endpoints
                .values()
                .forEach(source -> endpoints
                        .values()
                        .forEach(destination ->
                                connection(source, destination, probe).ifPresent(asked::add))));
        Predicate<Connection> verdicts = judge.of(world.intent(), asked);
        Map<String, Map<String, String>> matrices = new LinkedHashMap<>();
        for (Probe probe : probes) {
            matrices.put(probe.text(), matrix(endpoints, probe, verdicts));
        }
        List<Matrices> expected = new ArrayList<>();
        expected(fields, "expected").ifPresent(expected::add);
        expected(fields, "expectedPodAware").ifPresent(expected::add);
        return new Step(
                fields.optional("name").map(Value::text).orElse(""),
                List.copyOf(endpoints.keySet()),
                new Matrices(matrices),
                expected);
    }

    private static Map<String, String> matrix(
            Map<String, Endpoint> endpoints, Probe probe, Predicate<Connection> verdicts) {
        Map<String, String> rows = new LinkedHashMap<>();
        endpoints.forEach((label, source) -> {
            StringBuilder row = new StringBuilder();
            endpoints.values().forEach(destination -> row.append(cell(source, destination, probe, verdicts)));
            rows.put(label, row.toString());
        });
        return rows;
    }

    private static char cell(Endpoint source, Endpoint destination, Probe probe, Predicate<Connection> verdicts) {
        return connection(source, destination, probe)
                .map(tried -> verdicts.test(tried) ? ALLOWED : BLOCKED)
                .orElse(NOT_PROBED);
    }

    /** Empty between two that are no pods of the network, and where an end has no address of the family. */
    private static Optional<Connection> connection(Endpoint source, Endpoint destination, Probe probe) {
        return source.address(probe.ipv6())
                .filter(from -> source.onNetwork() || destination.onNetwork())
                .flatMap(from -> destination
                        .address(probe.ipv6())
                        .map(to -> new Connection(from, to, probe.protocol(), probe.port())));
    }

    private static Optional<Matrices> expected(Fields step, String key) {
        if (!step.has(key)) {
            return Optional.empty();
        }
        Map<String, Map<String, String>> byProbe = new LinkedHashMap<>();
        for (Value group : step.list(key)) {
            Fields fields = group.fields("probes", "rows");
            Map<String, String> rows = new LinkedHashMap<>();
            fields.required("rows").entries().forEach((label, row) -> rows.put(label, row.text()));
            fields.list("probes").forEach(probe -> byProbe.put(probe.text(), rows));
        }
        return Optional.of(new Matrices(byProbe));
    }
}
