// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import static org.junit.jupiter.api.Assumptions.abort;

import io.tapline.cli.UserError;
import io.tapline.lab.node.HostCheck;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** An isolated lab in a directory of the test's own, by the commands that users give. */
final class TestLab implements AutoCloseable {
    private final Path manifests;
    private final StateDirectory directory;

    /** How a command ended, and what it printed on both outputs. */
    record Ran(int status, String output) {}

    /** @param root of the test's own, where everything goes */
    TestLab(Path root) throws IOException {
        manifests = Files.createDirectories(root.resolve("manifests"));
        directory = StateDirectory.of(root.resolve("lab"));
    }

    /** Skips the test, and says why, where labs cannot be made. */
    static void assume(Class<?> test) {
        try {
            HostCheck.requirePrivileges(test.getSimpleName());
            String name = "tapline-lab-check-" + ProcessHandle.current().pid();
            NetworkNamespace.create(name).close();
            NetworkNamespace.delete(name);
        } catch (UserError | LinuxException e) {
            System.err.println("SKIPPED " + test.getSimpleName() + ": " + e.getMessage());
            abort("SKIPPED " + test.getSimpleName() + ": " + e.getMessage());
        }
    }

    StateDirectory directory() {
        return directory;
    }

    void write(String file, String text) throws IOException {
        Files.writeString(manifests.resolve(file), text);
    }

    Ran up(String... more) {
        List<String> words = new ArrayList<>(List.of("up", "--isolated", "-f", manifests.toString()));
        words.addAll(List.of(more));
        return run(words);
    }

    Ran run(String... words) {
        return run(List.of(words));
    }

    private Ran run(List<String> words) {
        List<String> all = new ArrayList<>(words);
        all.addAll(1, List.of("--state-dir", directory.root().toString()));
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        int status = new CommandLine(new LabCommand())
                .setOut(out)
                .setErr(out)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (e instanceof UserError error) {
                        out.println(error.getMessage());
                        return error.exitCode();
                    }
                    throw e;
                })
                .execute(all.toArray(new String[0]));
        return new Ran(status, text.toString());
    }

    /** Whether a command line of the shell succeeds in a pod. */
    boolean shell(String pod, String line) {
        return run("exec", pod, "--", "sh", "-c", line).status() == 0;
    }

    /** Whether a page that contains a text can be had. */
    boolean gets(String pod, String url, String text) {
        return shell(pod, "curl --silent --max-time 10 " + url + " | grep -q '" + text + "'");
    }

    String address(String pod) {
        return new PodStore(directory)
                .readAll().values().stream()
                        .filter(record -> record.pod().qualifiedName().equals(pod))
                        .map(PodRecord::address)
                        .findFirst()
                        .orElseThrow();
    }

    /** The namespaces of this lab that there are. */
    List<String> namespaces() {
        return NetworkNamespace.list().stream()
                .filter(name -> name.startsWith(directory.prefix()))
                .toList();
    }

    @Override
    public void close() {
        run("down");
    }
}
