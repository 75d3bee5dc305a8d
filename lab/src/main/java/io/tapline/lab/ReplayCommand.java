// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import io.tapline.agent.trace.CaptureOption;
import io.tapline.cli.UserError;
import io.tapline.dataplane.config.ConfigException;
import io.tapline.lab.replay.CaptureReport;
import io.tapline.lab.replay.JsonReport;
import io.tapline.lab.replay.Replay;
import io.tapline.lab.replay.ReplayResult;
import io.tapline.lab.replay.TextReport;
import io.tapline.lab.replay.VppReport;
import io.tapline.lab.scenario.Scenario;
import io.tapline.lab.scenario.ScenarioException;
import io.tapline.lab.scenario.ScenarioReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapline replay}: docs/replay.md. */
@Command(
        name = "replay",
        header = "Recorded or written packets through the switch, off-line.",
        description = "Feeds the packets of a scenario to a switch in this process and prints what became of each.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Runnable {
    /** Forms of output. */
    enum Format {
        text,
        vpp,
        json,
        pcapng
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "The scenario, a YAML file; see docs/replay.md.")
    private Path scenario;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    @Mixin
    private CaptureOption capture;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ReplayCommand() {}

    @Override
    public void run() {
        Optional<Path> file = capture.file(format == Format.pcapng);
        ReplayResult result = replay();
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> TextReport.print(result, out);
            case vpp -> VppReport.print(result, out);
            case json -> JsonReport.print(result, out);
            case pcapng -> file.ifPresent(f -> out.println(CaptureReport.write(result, f) + " frames written to " + f));
        }
        out.flush();
    }

    private ReplayResult replay() {
        Scenario read;
        try {
            read = ScenarioReader.read(scenario);
        } catch (ScenarioException e) {
            throw UserError.failure(String.valueOf(e.getMessage()), e);
        }
        try {
            return Replay.run(read);
        } catch (ConfigException e) {
            throw UserError.failure(scenario + ": " + e.getMessage(), e);
        }
    }
}
