// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.UserError;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.TextFile;
import io.tapline.source.yaml.Value;
import io.tapline.source.yaml.YamlTree;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapline policy test}. */
@Command(
        name = "test",
        description = {
            "Checks expectations such as 'allow: {from: shop/web, to: shop/db, port: 5432}' against manifests.",
            "Exit code 1 when one is not met."
        },
        mixinStandardHelpOptions = true)
final class ExpectCommand implements Callable<Integer> {
    private static final Map<String, Boolean> VERDICTS = Map.of("allow", true, "deny", false);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Expectations, a YAML file; see docs/policy.md.")
    private Path file;

    private record Expectation(int line, boolean allowed, String from, String to, Probe probe) {
        String text() {
            return (allowed ? "allow " : "deny ") + from + " -> " + to + " " + probe.text();
        }
    }

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ExpectCommand() {}

    @Override
    public Integer call() {
        try {
            Fields fields = YamlTree.parse(TextFile.read(file, "list of expectations"), "list of expectations")
                    .fields("manifests", "expect", "hostPolicies");
            List<Path> paths = fields.required("manifests").list().stream()
                    .map(path -> file.toAbsolutePath().resolveSibling(path.text()))
                    .toList();
            List<Expectation> expectations = fields.required("expect").list().stream()
                    .map(ExpectCommand::expectation)
                    .toList();
            Optional<HostPolicies> hosts = fields.optional("hostPolicies").map(ExpectCommand::hosts);
            PrintWriter err = spec.commandLine().getErr();
            Intent intent = Placement.complete(ManifestOptions.read(paths, err), hosts);
            HostOptions.warn(intent, hosts, err);
            return check(intent, hosts, expectations);
        } catch (Mistake e) {
            throw UserError.failure(CaseWorld.text(file.toString(), e), e);
        }
    }

    /** As in the agent's configuration. */
    private static HostPolicies hosts(Value value) {
        Fields fields = value.fields("namespace", "reachOwnPods");
        boolean reachOwnPods = fields.optional("reachOwnPods").map(Value::flag).orElse(true);
        return fields.required("namespace").as(namespace -> new HostPolicies(namespace, reachOwnPods));
    }

    private static Expectation expectation(Value value) {
        Map<String, Value> entries = value.entries();
        if (entries.size() != 1
                || !VERDICTS.containsKey(entries.keySet().iterator().next())) {
            throw value.mistake("write 'allow: {from: ..., to: ..., port: ...}' or 'deny: {...}'");
        }
        Map.Entry<String, Value> entry = entries.entrySet().iterator().next();
        Fields fields = entry.getValue().fields("from", "to", "port");
        return new Expectation(
                value.place().line(),
                entry.getKey().equals("allow"),
                fields.required("from").text(),
                fields.required("to").text(),
                fields.required("port").as(text -> Probe.parse(text.matches("[0-9]+.*") ? "TCP/" + text : text)));
    }

    private int check(Intent intent, Optional<HostPolicies> hosts, List<Expectation> expectations) {
        PrintWriter out = spec.commandLine().getOut();
        Parties parties = new Parties(intent);
        Explanation explanation = new Explanation(parties);
        List<String> failures = new ArrayList<>();
        try (OfflineCluster cluster = OfflineCluster.of(intent, hosts)) {
            for (Expectation expected : expectations) {
                cluster.attemptBackends(parties.connection(expected.from(), expected.to(), expected.probe())).stream()
                        .filter(attempt -> attempt.isAllowed() != expected.allowed())
                        .findFirst()
                        .ifPresent(attempt -> failures.add(file + ":" + expected.line() + ": expected: "
                                + expected.text() + System.lineSeparator() + "    but it is "
                                + explanation.sentence(attempt)));
            }
        }
        failures.forEach(out::println);
        out.println(expectations.size() + " expectations, " + failures.size() + " not met");
        out.flush();
        return failures.isEmpty() ? 0 : 1;
    }
}
