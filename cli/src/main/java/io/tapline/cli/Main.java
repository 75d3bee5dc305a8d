// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code tapline} command. Exit codes: 0 success, 1 failure, 2 wrong usage; a sub-command may define further ones.
 */
@Command(
        name = "tapline",
        description = "A pod network for Kubernetes whose data plane is plain Java.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:failure", "2:wrong usage"})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error, not only its message.")
    private boolean debug;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        int exitCode = run(out, err, args);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** The commands of the modules on the class path. */
    static List<CommandGroup> installedGroups() {
        return ServiceLoader.load(CommandGroup.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** Runs one command line of the commands on the class path, in this JVM, and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(installedGroups(), out, err, args);
    }

    /** {@link #run(PrintWriter, PrintWriter, String...)} with commands of the caller's choice. */
    static int run(List<CommandGroup> groups, PrintWriter out, PrintWriter err, String... args) {
        Main main = new Main();
        CommandLine commandLine = new CommandLine(main);
        commandLine.addSubcommand(new HelpCommand());
        Overview.install(commandLine, groups, args);
        return commandLine
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(main::explainFailure)
                .execute(args);
    }

    /** Without a sub-command there is nothing to do: shows what there is. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? There is: "
                        + String.join(", ", new TreeSet<>(spec.subcommands().keySet())));
    }

    private static int explainUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("tapline: " + usageMessage(e));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static String usageMessage(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && e.getCommandLine().getParent() == null) {
            String argument = unmatched.getUnmatched().getFirst();
            return "there is no " + (argument.startsWith("-") ? "option '" : "command '") + argument + "'";
        }
        return String.valueOf(e.getMessage());
    }

    private int explainFailure(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (e instanceof UserError error) {
            err.println("tapline: " + error.getMessage());
            if (debug) {
                error.printStackTrace(err);
            }
            return error.exitCode();
        }
        err.println("tapline: internal error, please report it with the lines below: " + e);
        e.printStackTrace(err);
        return ExitCode.SOFTWARE;
    }
}
