// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.cli.UserError;
import io.tapline.cni.Installer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline cni}. */
@Command(
        name = "cni",
        description = "Install or remove the plug-in that container runtimes call.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class CniCommand {
    private static final String BIN = "/opt/cni/bin";
    private static final String CONF = "/etc/cni/net.d";

    @Spec
    private CommandSpec spec;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    CniCommand() {}

    @Command(
            name = "install",
            description = "Install the plug-in, and last of all the network configuration.",
            mixinStandardHelpOptions = true)
    int install(
            @Option(names = "--bin-dir", paramLabel = "DIR", defaultValue = BIN, description = BIN_TEXT) Path bin,
            @Option(names = "--conf-dir", paramLabel = "DIR", defaultValue = CONF, description = CONF_TEXT) Path conf,
            @Option(
                            names = "--socket",
                            paramLabel = "FILE",
                            defaultValue = "/run/tapline/agent.sock",
                            description = "The agent's socket. Default: ${DEFAULT-VALUE}.")
                    Path socket,
            @Option(
                            names = "--state-dir",
                            paramLabel = "DIR",
                            defaultValue = "/var/lib/tapline",
                            description = "The agent's stateDirectory. Default: ${DEFAULT-VALUE}.")
                    Path state,
            @Option(
                            names = "--cni-version",
                            paramLabel = "VERSION",
                            defaultValue = "1.0.0",
                            description = "Version in the network configuration; 1.1.0 brings GC and STATUS to"
                                    + " runtimes that know them. Default: ${DEFAULT-VALUE}.")
                    String version,
            @Option(
                            names = "--chain",
                            paramLabel = "PLUGIN",
                            description = "A plug-in to be called after this one, such as portmap; may be repeated.")
                    List<String> chain) {
        if (!List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0").contains(version)) {
            throw UserError.usage("--cni-version " + version + " is none of 0.3.1, 0.4.0, 1.0.0, 1.1.0");
        }
        List<String> chained = chain == null ? List.of() : chain;
        for (String plugin : chained) {
            if (!Files.isExecutable(bin.resolve(plugin))) {
                throw UserError.failure("--chain " + plugin + ": there is no " + bin.resolve(plugin)
                        + "; install the reference plug-ins, or leave it out");
            }
        }
        try {
            installer(bin, conf, socket, state).install(Conflist.text(version, chained));
        } catch (IOException e) {
            throw UserError.failure("the plug-in cannot be installed: " + UserError.reason(e), e);
        }
        spec.commandLine()
                .getOut()
                .println("installed " + bin.resolve(Installer.NAME) + " and " + conf.resolve(Installer.CONFLIST));
        return 0;
    }

    @Command(
            name = "uninstall",
            description = "Remove the network configuration, then the plug-in.",
            mixinStandardHelpOptions = true)
    int uninstall(
            @Option(names = "--bin-dir", paramLabel = "DIR", defaultValue = BIN, description = BIN_TEXT) Path bin,
            @Option(names = "--conf-dir", paramLabel = "DIR", defaultValue = CONF, description = CONF_TEXT) Path conf) {
        try {
            installer(bin, conf, Path.of("/"), Path.of("/")).uninstall();
        } catch (IOException e) {
            throw UserError.failure("the plug-in cannot be removed: " + UserError.reason(e), e);
        }
        return 0;
    }

    private static final String BIN_TEXT = "Where runtimes look for plug-ins. Default: ${DEFAULT-VALUE}.";
    private static final String CONF_TEXT = "Where runtimes look for networks. Default: ${DEFAULT-VALUE}.";

    private static Installer installer(Path bin, Path conf, Path socket, Path state) {
        return new Installer(
                bin, conf, socket, state.resolve("pending-deletes"), Path.of(System.getProperty("java.home", "")));
    }
}
