// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline resync}. */
@Command(
        name = "resync",
        description = "Compare everything with what should be, and repair it. What works stays.",
        mixinStandardHelpOptions = true)
final class ResyncCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table (default), json or yaml.")
    private ShowOptions.Form form = ShowOptions.Form.table;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ResyncCommand() {}

    @Override
    public void run() {
        String text = agent.ask("POST", "/v1/resync", Map.of()).text();
        List<String> repaired = Json.items(text, String.class).items();
        String shown = switch (form) {
            case json -> text;
            case yaml -> Json.yaml(text);
            case table, wide ->
                repaired.isEmpty()
                        ? "everything was in order" + System.lineSeparator()
                        : "repaired:" + System.lineSeparator()
                                + String.join(System.lineSeparator(), repaired).indent(2);
        };
        spec.commandLine().getOut().print(shown);
        spec.commandLine().getOut().flush();
    }
}
