// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.model.Intent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases by real packets between namespaces, through switches that run. What comes out is what the file expects, and
 * what the switches off-line and the reference evaluator say. IPv6, which switches do not forward yet, is judged by the
 * access lists alone.
 */
class RealPacketCasesTest {
    private static final Path CASES = Path.of("src/test/resources/policy");

    private static RealCluster cluster;

    @BeforeAll
    static void create() {
        cluster = RealCluster.create(RealPacketCasesTest.class);
    }

    @AfterAll
    static void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    static Stream<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cases/165-node-local.yaml",
                "cases/099-ingress-port-sctp-not-tcp.yaml",
                "cases/191-host-as-peer.yaml",
                "cases/151-egress-ipblock-outside.yaml",
                "cases/203-seq-pod-ip-reuse.yaml"
            })
    void aFewComeOut(String file) {
        check(CASES.resolve(file));
    }

    @ParameterizedTest
    @MethodSource("all")
    @Tag("slow")
    void allComeOut(Path file) {
        check(file);
    }

    private static void check(Path file) {
        PolicyCase.Result real = PolicyCase.run(file, RealPacketCasesTest::byPackets);
        for (PolicyCase.Step step : real.steps()) {
            assertThat(step.expected()).as("%s, %s", real.id(), step.name()).contains(step.computed());
        }
        assertThat(real).isEqualTo(PolicyCase.byEngine(file)).isEqualTo(PolicyCase.byReference(file));
    }

    private static Predicate<Connection> byPackets(Intent intent, Set<Connection> asked) {
        Map<Connection, Boolean> engine = new HashMap<>();
        try (OfflineCluster offline = OfflineCluster.of(intent)) {
            asked.forEach(connection -> engine.put(connection, offline.allows(connection)));
        }
        Set<Connection> ipv4 = asked.stream()
                .filter(connection -> connection.source().isIpv4())
                .collect(Collectors.toSet());
        Map<Connection, Boolean> real = cluster.tryAll(intent, ipv4, engine::get);
        return connection -> real.getOrDefault(connection, engine.get(connection));
    }
}
