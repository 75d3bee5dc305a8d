// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Wireshark's own reading of a capture file, as a second opinion about files and frames. */
public final class Tshark {
    private static final List<String> VERIFY_CHECKSUMS =
            List.of("-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE");

    private Tshark() {}

    /** Skips the calling test, and says why, where {@code tshark} and {@code capinfos} are not installed. */
    public static void assumeInstalled() {
        for (String tool : List.of("tshark", "capinfos")) {
            boolean found = Pattern.compile(Pattern.quote(File.pathSeparator))
                    .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
            Assumptions.assumeTrue(
                    found, "SKIPPED: " + tool + " is not installed, so Wireshark's reading is unchecked");
        }
    }

    /**
     * One row per packet with these display-filter fields, checksums being verified. Several values of one field in one
     * packet are joined by a comma.
     */
    public static List<List<String>> fields(Path capture, String... fields) {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-T", "fields"));
        command.addAll(VERIFY_CHECKSUMS);
        command.addAll(List.of("-E", "separator=/t"));
        for (String field : fields) {
            command.addAll(List.of("-e", field));
        }
        List<List<String>> rows = new ArrayList<>();
        for (String line : run(command).lines().toList()) {
            rows.add(List.of(line.split("\t", -1)));
        }
        return rows;
    }

    /** What {@code capinfos} says about a capture file. */
    public static String capinfos(Path capture) {
        return run(List.of("capinfos", capture.toString()));
    }

    private static String run(List<String> command) {
        try {
            Path errors = Files.createTempFile("tshark", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .start();
                process.getOutputStream().close();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int status = process.waitFor();
                assertThat(status).as(() -> command + ": " + text(errors)).isZero();
                return output;
            } finally {
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
