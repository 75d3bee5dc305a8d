// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.Check;
import io.tapline.agent.view.StatusView;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tapline status}. */
@Command(
        name = "status",
        description = "Is this node well? What is wrong, and what to do about it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is well", "1:no agent answers", "3:somebody should look", "4:the node does not work"})
final class StatusCommand implements Callable<Integer> {
    private static final int WARNING = 3;
    private static final int FAILED = 4;

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Mixin
    private ShowOptions options;

    private Check.State state = Check.State.OK;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    StatusCommand() {}

    @Override
    public Integer call() {
        options.show(spec.commandLine().getOut(), this::ask, wide -> text -> format(Json.read(text, StatusView.class)));
        return switch (state) {
            case OK -> 0;
            case WARNING -> WARNING;
            case FAILED -> FAILED;
        };
    }

    private Answer ask() {
        Answer answer = agent.get("/v1/status", Map.of());
        state = Json.read(answer.text(), StatusView.class).state();
        return answer;
    }

    private static String format(StatusView status) {
        StringBuilder out = new StringBuilder();
        line(
                out,
                "node",
                status.node() + ": " + verdict(status.state()) + " (tapline " + status.version() + ", up "
                        + age(status.started()) + ", process " + status.pid() + ")");
        StatusView.Pods pods = status.pods();
        line(
                out,
                "pods",
                pods.attached() + " attached" + (pods.lost() > 0 ? ", " + pods.lost() + " LOST" : "") + "; "
                        + pods.free() + " addresses free in " + pods.subnet());
        StatusView.Policies policies = status.policies();
        line(
                out,
                "intent",
                policies.networkPolicies() + " network policies isolate " + policies.isolatedPods() + " pods; "
                        + policies.clusterPolicies() + " cluster policies; " + policies.services() + " services");
        status.manifests()
                .ifPresent(state -> line(
                        out,
                        "manifests",
                        state.objects() + " objects, read " + age(state.readAt()) + " ago from " + state.directory()
                                + (state.inForce() ? "" : " - WHAT IS THERE NOW IS NOT IN FORCE")));
        StatusView.Switch traffic = status.traffic();
        line(
                out,
                "switch",
                traffic.interfaces() + " interfaces, generation " + traffic.generation() + "; frames received "
                        + Words.number(traffic.received()) + ", sent " + Words.number(traffic.sent()) + ", dropped "
                        + Words.number(traffic.dropped()));
        if (!status.tables().isEmpty()) {
            String tables = status.tables().stream()
                    .filter(table -> table.used() > 0)
                    .map(StatusCommand::table)
                    .collect(Collectors.joining(", "));
            line(out, "tables", tables.isEmpty() ? "empty: no connection is known" : tables);
        }
        status.lastResync()
                .ifPresent(event -> line(
                        out,
                        "resync",
                        age(event.began()) + " ago: " + (event.failed() ? "FAILED: " : "") + event.outcome()));
        status.checks().stream()
                .filter(check -> check.state() != Check.State.OK)
                .forEach(check -> line(
                        out,
                        check.state() == Check.State.FAILED ? "FAILED" : "WARNING",
                        check.name() + ": " + check.message()));
        return out.toString();
    }

    private static String verdict(Check.State state) {
        return switch (state) {
            case OK -> "all is well";
            case WARNING -> "works, but somebody should look";
            case FAILED -> "DOES NOT WORK";
        };
    }

    private static String table(StatusView.Table table) {
        return table.name() + " " + Words.number(table.used()) + " of " + Words.number(table.capacity());
    }

    private static String age(Instant since) {
        return Words.age(Duration.between(since, Instant.now()));
    }

    private static void line(StringBuilder out, String name, String text) {
        out.append(String.format("%-10s %s%n", name, text));
    }
}
