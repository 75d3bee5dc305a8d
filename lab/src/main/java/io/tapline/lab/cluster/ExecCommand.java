// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.model.ObjectRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tapline lab exec}. */
@Command(
        name = "exec",
        description = "Runs a command of this machine on a pod's network. Its exit code is that of the command.",
        customSynopsis = "tapline lab exec [--state-dir=DIR] [-n=NAMESPACE] POD -- COMMAND [ARGUMENT...]",
        mixinStandardHelpOptions = true)
final class ExecCommand implements Callable<Integer> {
    private static final int MAX_EXIT = 255;

    @Mixin
    private LabOptions options;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The pod's namespace; not needed where only one pod has the name.")
    private @Nullable String namespace;

    @Parameters(index = "0", paramLabel = "POD", description = "NAME or NAMESPACE/NAME.")
    private String pod;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "The command, behind --.")
    private List<String> command;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ExecCommand() {}

    @Override
    public Integer call() {
        StateDirectory directory = options.directory();
        LabSettings.require(directory);
        ObjectRef found = find(directory);
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + directory.namespaceFile(found), "--"));
        whole.addAll(command);
        try {
            int status = new ProcessBuilder(whole).inheritIO().start().waitFor();
            return Math.min(status, MAX_EXIT);
        } catch (IOException e) {
            throw UserError.failure("the command cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.failure("interrupted", e);
        }
    }

    private ObjectRef find(StateDirectory directory) {
        List<ObjectRef> all = List.copyOf(new PodStore(directory).readAll().keySet());
        int slash = pod.indexOf('/');
        String name = pod.substring(slash + 1);
        String wanted = slash < 0 ? namespace : pod.substring(0, slash);
        List<ObjectRef> matching = all.stream()
                .filter(ref -> ref.name().equals(name)
                        && (wanted == null || ref.namespace().equals(wanted)))
                .toList();
        if (matching.size() == 1) {
            return matching.getFirst();
        }
        throw UserError.usage(
                matching.isEmpty()
                        ? "the lab has no pod '" + (wanted == null ? "" : wanted + "/") + name + "'; it has "
                                + names(all)
                        : "several pods are named '" + name + "': " + names(matching) + "; give the namespace with -n");
    }

    private static String names(List<ObjectRef> pods) {
        return pods.isEmpty()
                ? "none"
                : pods.stream().map(ObjectRef::qualifiedName).collect(Collectors.joining(", "));
    }
}
