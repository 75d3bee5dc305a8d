// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code tapline --version} prints: the version, the commit it was built from if known, the JDK it runs on. */
public final class Version implements IVersionProvider {

    /** For picocli. */
    public Version() {}

    /** The version with its commit, such as {@code 0.1.0 (commit 1a2b3c)}. */
    public static String number() {
        Properties build = buildProperties();
        return lines(build.getProperty("version", "unknown"), build.getProperty("commit", "unknown"))
                .getFirst()
                .substring("tapline ".length());
    }

    @Override
    public String[] getVersion() {
        Properties build = buildProperties();
        return lines(build.getProperty("version", "unknown"), build.getProperty("commit", "unknown"))
                .toArray(new String[0]);
    }

    static List<String> lines(String version, String commit) {
        List<String> lines = new ArrayList<>();
        lines.add("tapline " + version + (commit.equals("unknown") ? "" : " (commit " + commit + ")"));
        lines.add("JDK " + System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vendor"));
        return lines;
    }

    private static Properties buildProperties() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException("build.properties in the jar of module cli", e);
        }
    }
}
