// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.agent.ManifestDirectory;
import io.tapline.cli.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * What the agent writes from a moment on.
 *
 * @param from how long the file was at that moment, in bytes
 */
record AgentLog(Path file, int from) {
    private static final Duration PATIENCE = Duration.ofSeconds(20); // it looks every 10 s also when nobody tells it to

    /** From now on. */
    static AgentLog at(StateDirectory directory) throws IOException {
        Path file = directory.agentLog();
        return new AgentLog(file, Files.exists(file) ? Math.toIntExact(Files.size(file)) : 0);
    }

    /** Waits until the agent has taken over the manifests. */
    void awaitManifests() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String text = text();
        while (!text.contains(ManifestDirectory.TAKEN_OVER)) {
            if (text.contains(ManifestDirectory.NOT_TAKEN_OVER) || System.nanoTime() > deadline) {
                throw UserError.failure(
                        "the agent has not taken over the manifests; the old ones are in force; see " + file);
            }
            TaplineProcess.pause();
            text = text();
        }
    }

    private String text() throws IOException {
        byte[] all = Files.readAllBytes(file);
        return new String(Arrays.copyOfRange(all, Math.min(from, all.length), all.length), StandardCharsets.UTF_8);
    }
}
