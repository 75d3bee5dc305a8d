// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code tapline log-level}. */
@Command(
        name = "log-level",
        description = "Show or change how much the agent logs, until it ends.",
        mixinStandardHelpOptions = true)
final class LogLevelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Mixin
    private ShowOptions options;

    @Parameters(
            arity = "0..1",
            paramLabel = "LEVEL",
            description = "error, warning, info, debug, trace or off; without it, the present levels are shown.")
    private @Nullable String level;

    @Option(
            names = "--logger",
            paramLabel = "NAME",
            defaultValue = "io.tapline",
            description = "Only this part, such as io.tapline.agent.cni (default ${DEFAULT-VALUE}).")
    private String logger = "io.tapline";

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    LogLevelCommand() {}

    @Override
    public void run() {
        String wanted = level;
        if (wanted != null) {
            agent.ask("PUT", "/v1/log-level", Map.of("level", wanted, "logger", logger));
        }
        options.show(
                spec.commandLine().getOut(),
                () -> agent.get("/v1/log-level", Map.of()),
                wide -> text -> format(Json.tree(text)));
    }

    private static String format(JsonNode levels) {
        StringBuilder out = new StringBuilder();
        levels.forEachEntry((name, level) -> out.append(String.format("%-8s %s%n", level.asString(), name)));
        return out.toString();
    }
}
