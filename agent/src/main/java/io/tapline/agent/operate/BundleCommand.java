// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.cli.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapline bundle}. */
@Command(
        name = "bundle",
        description = {
            "Collect what a bug report needs in one archive.",
            "Status, every view, metrics, the last lines of the log, and versions.",
            "It holds names and addresses of pods and policies, but no packets, no tokens and no keys."
        },
        mixinStandardHelpOptions = true)
final class BundleCommand implements Runnable {
    private static final Map<String, String> FILES = files();

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table (default), json or yaml: how to say what was written.")
    private ShowOptions.Form form = ShowOptions.Form.table;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The archive to write; tapline-bundle-TIME.zip if none is named.")
    private @Nullable Path file;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    BundleCommand() {}

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        for (String view : new String[] {
            "status",
            "pods",
            "interfaces",
            "routes",
            "neighbors",
            "acls",
            "services",
            "ipam",
            "events",
            "drops",
            "runtime",
            "config",
            "log-level"
        }) {
            files.put(view + ".json", "/v1/" + view);
        }
        files.put("sessions.json", "/v1/sessions?limit=10000");
        files.put("nat-sessions.json", "/v1/nat-sessions?limit=10000");
        files.put("readyz.txt", "/readyz?verbose");
        files.put("metrics.txt", "/metrics");
        files.put("agent.log", "/v1/log");
        return files;
    }

    @Override
    public void run() {
        Path archive = file == null ? Path.of("tapline-bundle-" + now() + ".zip") : file;
        agent.get("/v1/config", Map.of()); // is there anybody at all?
        Path unfinished = archive.resolveSibling(archive.getFileName() + ".part");
        try {
            collect(unfinished);
            Files.move(unfinished, archive, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw UserError.failure("cannot write " + archive + ": " + UserError.reason(e), e);
        } finally {
            remove(unfinished);
        }
        int entries = FILES.size() + 1;
        String json = Json.text(Map.of("file", archive.toString(), "entries", entries)) + "\n";
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case json -> out.print(json);
            case yaml -> out.print(Json.yaml(json));
            case table, wide -> out.println(archive + ": " + entries + " files");
        }
        out.flush();
    }

    private void collect(Path archive) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, String> entry : FILES.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(agent.send("GET", entry.getValue(), new byte[0]).body());
                zip.closeEntry();
            }
            zip.putNextEntry(new ZipEntry("machine.txt"));
            zip.write(machine().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
    }

    /** What is left when the agent, or the room on the disk, ends midway. */
    private static void remove(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw UserError.failure("cannot remove " + unfinished + ": " + UserError.reason(e), e);
        }
    }

    private static String now() {
        return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
    }

    private static String machine() throws IOException {
        return "time: " + Instant.now() + "\nkernel: "
                + Files.readString(Path.of("/proc/version")).strip() + "\nload: "
                + Files.readString(Path.of("/proc/loadavg")).strip() + "\nprocessors: "
                + Runtime.getRuntime().availableProcessors() + "\nmemory:\n"
                + Files.readString(Path.of("/proc/meminfo")).lines().limit(3).reduce("", (a, b) -> a + "  " + b + "\n")
                + "jdk: " + System.getProperty("java.runtime.version") + "\n";
    }
}
