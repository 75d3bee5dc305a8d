// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/**
 * Where a measurement was made, without which a figure says little.
 *
 * @param tapline version and commit
 * @param jdk version of the JDK
 * @param cpu model of the processor
 * @param cpus how many of them this process may use
 * @param kernel name and release
 * @param loadBefore the load average of the minute before
 */
public record Machine(String tapline, String jdk, String cpu, int cpus, String kernel, String loadBefore) {
    private static final String UNKNOWN = "unknown";

    /** This machine now. */
    public static Machine here(CommandLine command) {
        return new Machine(
                version(command),
                System.getProperty("java.runtime.version", UNKNOWN),
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name", UNKNOWN) + " " + System.getProperty("os.version", UNKNOWN),
                firstWord(Path.of("/proc/loadavg")));
    }

    /** One line, as the head of a table. */
    public String text() {
        return tapline + ", JDK " + jdk + ", " + cpus + " x " + cpu + ", " + kernel + ", load average " + loadBefore;
    }

    /** A result as the document that {@code -o json} prints. */
    public Map<String, Object> document(String kind, Object results) {
        return Map.of("apiVersion", "tapline.io/v1alpha1", "kind", kind, "machine", this, "results", results);
    }

    private static String version(CommandLine command) {
        CommandLine root = command;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        String[] lines;
        try {
            lines = root.getCommandSpec().versionProvider().getVersion();
        } catch (Exception e) {
            throw new IllegalStateException("the version of this command cannot be read", e);
        }
        return lines.length == 0 ? UNKNOWN : lines[0];
    }

    private static String cpuModel() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch", UNKNOWN));
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static String firstWord(Path file) {
        try {
            return Files.readString(file).split(" ", 2)[0];
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
