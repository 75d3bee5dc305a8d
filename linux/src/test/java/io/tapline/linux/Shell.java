// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs the tools that see the kernel's state without our code. */
final class Shell {
    private Shell() {}

    /** The output of a command, which must succeed. */
    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as(() -> String.join(" ", command) + "\n" + output)
                    .isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The output of {@code ip -j} for this namespace. */
    static String ip(NetworkNamespace namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", TestNamespaces.nameOf(namespace), "-d", "-j"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Sends pings, which must all be answered. */
    static void ping(NetworkNamespace from, String address) {
        run("ip", "netns", "exec", TestNamespaces.nameOf(from), "ping", "-n", "-c3", "-i0.2", "-W3", address);
    }
}
