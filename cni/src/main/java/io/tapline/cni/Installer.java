// SPDX-License-Identifier: Apache-2.0
package io.tapline.cni;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Puts the plug-in where container runtimes look for it: a launcher {@code tapline}, and beside it in {@code .tapline}
 * the code and a start-up cache made for this JVM. The network configuration comes last, in one step: as soon as it is
 * there, runtimes take the node for ready.
 *
 * @param binDirectory where runtimes look for plug-ins
 * @param confDirectory where they look for networks
 * @param socket the agent's socket
 * @param pending where deletions wait while there is no agent
 * @param javaHome the JVM that runs the plug-in
 */
public record Installer(Path binDirectory, Path confDirectory, Path socket, Path pending, Path javaHome) {
    /** The name of the plug-in: {@code type} in a network configuration. */
    public static final String NAME = "tapline";
    /** The network configuration's file; runtimes take the first by name. */
    public static final String CONFLIST = "10-tapline.conflist";

    private static final String HIDDEN = ".tapline";
    private static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC", // one thread, a few megabytes
            "-XX:TieredStopAtLevel=1", // over before the optimizing compiler would pay
            "-XX:-UsePerfData", // no file in /tmp
            "-Xmx32m",
            "-Xlog:disable", // standard output belongs to CNI
            "-Xlog:all=error:stderr");

    /**
     * Installs launcher, code and cache, then the network configuration.
     *
     * @param conflist the text of the network configuration
     */
    public void install(String conflist) throws IOException {
        Path hidden = binDirectory.resolve(HIDDEN);
        Files.createDirectories(hidden);
        Files.createDirectories(confDirectory);
        Path jar = hidden.resolve("tapline-cni.jar");
        Path cache = hidden.resolve("tapline-cni.aot");
        Files.deleteIfExists(cache);
        writeJar(jar);
        boolean cached = train(jar, cache);
        replace(binDirectory.resolve(NAME), launcher(jar, cached ? List.of("-XX:AOTCache=" + cache) : List.of()), true);
        replace(confDirectory.resolve(CONFLIST), conflist, false);
    }

    /** Removes what was installed, the network configuration first. */
    public void uninstall() throws IOException {
        Files.deleteIfExists(confDirectory.resolve(CONFLIST));
        Files.deleteIfExists(binDirectory.resolve(NAME));
        Path hidden = binDirectory.resolve(HIDDEN);
        if (Files.isDirectory(hidden)) {
            try (Stream<Path> files = Files.list(hidden)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(hidden);
        }
    }

    private String launcher(Path jar, List<String> moreOptions) {
        StringBuilder text =
                new StringBuilder("#!/bin/sh\n# Tapline's CNI plug-in; made by 'tapline cni install'.\nexec ");
        text.append(quoted(java().toString()));
        JVM_OPTIONS.forEach(option -> text.append(' ').append(option));
        moreOptions.forEach(option -> text.append(' ').append(quoted(option)));
        properties().forEach(property -> text.append(' ').append(quoted(property)));
        text.append(" -cp ").append(quoted(jar.toString()));
        return text.append(' ').append(Plugin.class.getName()).append('\n').toString();
    }

    private List<String> properties() {
        return List.of(
                "-D" + Plugin.SOCKET_PROPERTY + "=" + socket.toAbsolutePath(),
                "-D" + Plugin.PENDING_PROPERTY + "=" + pending.toAbsolutePath());
    }

    private Path java() {
        return javaHome.resolve("bin").resolve("java");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** Makes the start-up cache from a run against a stand-in for the agent; false if this JVM cannot. */
    private boolean train(Path jar, Path cache) throws IOException {
        List<String> command = Stream.of(
                        Stream.of(java().toString()),
                        JVM_OPTIONS.stream(),
                        Stream.of("-XX:AOTCacheOutput=" + cache, "-cp", jar.toString(), TrainingRun.class.getName()))
                .flatMap(options -> options)
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        try {
            return process.waitFor() == 0 && Files.exists(cache);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the start-up cache was made", e);
        }
    }

    /** A jar of this package's classes alone, whatever they are loaded from. */
    private static void writeJar(Path jar) throws IOException {
        Path temporary = jar.resolveSibling(jar.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(temporary);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (Class<?> type : List.of(
                    Plugin.class,
                    Answer.class,
                    Request.class,
                    AgentClient.class,
                    PendingFile.class,
                    TrainingRun.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                entries.putNextEntry(new JarEntry(name));
                try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
                    if (in == null) {
                        throw new IOException("the class path has no " + name);
                    }
                    in.transferTo(entries);
                }
                entries.closeEntry();
            }
        }
        Files.move(temporary, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void replace(Path file, String text, boolean executable) throws IOException {
        // A name that no runtime takes for a network configuration.
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(
                temporary, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
