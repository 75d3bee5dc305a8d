// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapline vpp}. */
@Command(
        name = "vpp",
        description = {
            "VPP's debug commands, for hands that know them.",
            "Words may be cut short, as in VPP: sh int, sh ip fib, sh acl-plugin acl, sh nat44 sessions, cl err."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  tapline vpp show interface",
            "  tapline vpp trace add virtio-input 50",
            "  tapline vpp show trace",
            "  tapline vpp show ip fib table 1 10.1.1.2"
        })
final class VppCommand implements Runnable {
    /** Forms of output. */
    enum Form {
        /** As VPP prints it. */
        text,
        /** The same, as a string in a document. */
        json
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "text (default) or json.")
    private Form form = Form.text;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command, in one word or several.")
    private List<String> words;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    VppCommand() {}

    @Override
    public void run() {
        String command = String.join(" ", words);
        String text = agent.ask("POST", "/v1/vpp", Map.of("command", command)).text();
        PrintWriter out = spec.commandLine().getOut();
        out.print(form == Form.json ? Json.text(Map.of("command", command, "output", text)) + "\n" : text);
        out.flush();
    }
}
