// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.agent.config.AgentConfig;
import io.tapline.agent.config.ConfigFileException;
import io.tapline.agent.node.FaultPoint;
import io.tapline.cli.UserError;
import io.tapline.linux.LinuxException;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.TextFile;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline agent}. */
@Command(
        name = "agent",
        description = "Run the node: the switch, the pods' interfaces, and the socket of the CNI plug-in.",
        mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration in YAML; without it, the defaults.")
    private @Nullable Path config;

    @Option(names = "--print-config", description = "Print every key with its default and its meaning, and end.")
    private boolean printConfig;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    AgentCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (printConfig) {
            out.print(AgentConfig.documentation());
            return 0;
        }
        AgentConfig read = read();
        try {
            run(read, out);
            return 0;
        } catch (UncheckedIOException e) {
            throw UserError.failure("the agent cannot run: " + UserError.reason(e), e);
        } catch (LinuxException | IllegalStateException | IllegalArgumentException e) {
            throw UserError.failure("the agent cannot run: " + e.getMessage(), e);
        }
    }

    private AgentConfig read() {
        Path file = config;
        if (file == null) {
            return AgentConfig.defaults();
        }
        try {
            return AgentConfig.parse(file.toString(), TextFile.read(file, "configuration"));
        } catch (ConfigFileException e) {
            throw UserError.failure(String.valueOf(e.getMessage()), e);
        } catch (Mistake e) {
            throw UserError.failure(file + ": " + e.explanation(), e);
        }
    }

    private static void run(AgentConfig config, PrintWriter out) {
        Agent agent = Agent.start(config, FaultPoint.Listener.NONE, AgentLog.ofProcess());
        CountDownLatch ended = new CountDownLatch(1);
        SystemdUnit systemd = SystemdUnit.of(System.getenv());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            systemd.close();
            agent.close();
            ended.countDown();
        }));
        agent.node()
                .history()
                .events()
                .forEach(event -> out.println(event.cause() + ": " + event.outcome() + " ("
                        + event.took().toMillis() + " ms)"));
        String ready = agent.node().view().attachments().size() + " attached, listening on " + config.socket();
        out.println("ready: " + ready);
        out.flush();
        systemd.ready(ready, agent.views()::alive);
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
