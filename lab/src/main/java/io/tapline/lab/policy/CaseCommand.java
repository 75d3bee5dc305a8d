// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.UserError;
import io.tapline.source.yaml.Mistake;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapline policy case}. */
@Command(
        name = "case",
        description = {
            "Runs policy cases through the switch and prints who can reach whom after each step,",
            "beside what the file expects. JSON is one object for one file, and a list for several.",
            "Exit code 1 when a step differs from what its file expects."
        },
        mixinStandardHelpOptions = true)
final class CaseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Policy cases, YAML files; see docs/policy.md.")
    private List<Path> files;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private OutputFormat format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    CaseCommand() {}

    @Override
    public Integer call() {
        List<PolicyCase.Result> results = files.stream().map(CaseCommand::run).toList();
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.json) {
            List<Map<String, Object>> documents =
                    results.stream().map(CaseCommand::document).toList();
            out.println(Json.text(documents.size() == 1 ? documents.getFirst() : documents));
        } else {
            results.forEach(result -> print(result, out));
            summary(results, out);
        }
        out.flush();
        return results.stream().allMatch(PolicyCase.Result::isRight) ? 0 : 1;
    }

    private static PolicyCase.Result run(Path file) {
        try {
            return PolicyCase.byEngine(file);
        } catch (Mistake e) {
            throw UserError.failure(CaseWorld.text(file.toString(), e), e);
        }
    }

    private static Map<String, Object> document(PolicyCase.Result result) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("case", result.id());
        document.put(
                "steps",
                result.steps().stream()
                        .map(step -> {
                            Map<String, Object> entry = new LinkedHashMap<>();
                            entry.put("name", step.name());
                            entry.put("matrix", step.computed().byProbe());
                            return entry;
                        })
                        .toList());
        return document;
    }

    private static void print(PolicyCase.Result result, PrintWriter out) {
        out.println((result.isRight() ? "ok    " : "WRONG ") + result.id() + ": " + result.title());
        for (PolicyCase.Step step : result.steps()) {
            out.println("  " + step.name() + (step.expected().isEmpty() ? " (nothing expected)" : ""));
            out.println("    columns: " + String.join(" ", step.columns()));
            step.computed().byProbe().forEach((probe, rows) -> {
                out.println("    " + probe);
                rows.forEach((label, row) -> out.println(line(step, probe, label, row)));
            });
        }
    }

    private static String line(PolicyCase.Step step, String probe, String label, String row) {
        StringBuilder line = new StringBuilder("      %-24s %s".formatted(label, row));
        boolean differs = false;
        for (PolicyCase.Matrices expected : step.expected()) {
            String wanted = expected.byProbe().getOrDefault(probe, Map.of()).getOrDefault(label, "");
            line.append("   expected ").append(wanted);
            differs |= !wanted.equals(row);
        }
        return line.append(differs && !step.isRight() ? "   <--" : "").toString();
    }

    private static void summary(List<PolicyCase.Result> results, PrintWriter out) {
        long wrong = results.stream().filter(result -> !result.isRight()).count();
        out.println(results.size() + " cases, " + wrong + " wrong");
        results.stream().filter(result -> !result.isRight()).forEach(result -> out.println("  " + result.id()));
    }
}
