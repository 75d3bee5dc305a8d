// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tapline.agent.view.Check;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdUnitTest {
    private static final Path UNIT = Path.of("../packaging/tapline-agent.service");
    private static final Check WELL = new Check("worker", Check.State.OK, "forwards packets");
    private static final Check STUCK = new Check("worker", Check.State.FAILED, "stuck");

    @Test
    void isFedOnlyWhileTheNodeIsAlive() throws Exception {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        AtomicReference<Check> state = new AtomicReference<>(WELL);
        try (SystemdUnit unit = new SystemdUnit(heard::add, Optional.of(2000L))) {
            unit.ready("3 attached", () -> List.of(state.get()));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("READY=1\nSTATUS=3 attached");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
            state.set(STUCK);
            while (heard.poll(50, TimeUnit.MILLISECONDS) != null) {
                // what was sent before it got stuck
            }
            assertThat(heard).isEmpty();
            state.set(WELL);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
        }
        assertThat(heard).last().isEqualTo("STOPPING=1");
    }

    @Test
    void theUnitFileIsValid(@TempDir Path directory) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/systemd-analyze"))) {
            System.err.println("SKIPPED the check of the systemd unit: systemd-analyze is not installed");
            abort("systemd-analyze is not installed");
        }
        String unit = Files.readString(UNIT).replace("/opt/tapline/tapline", "/bin/true");
        Path copy = Files.writeString(directory.resolve("tapline-agent.service"), unit);
        Process verify = new ProcessBuilder("systemd-analyze", "verify", "--man=no", copy.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(verify.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines().filter(line -> line.contains("tapline-agent.service")))
                .isEmpty();
    }
}
