// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that tests read: this module's resources and the project's examples. */
public final class TestFiles {
    private TestFiles() {}

    /** The scenario with this name in {@code examples/replay}. */
    public static Path example(String name) {
        return root().resolve("examples/replay").resolve(name + ".yaml");
    }

    /** The project's directory: Surefire runs tests in the module's. */
    public static Path root() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    /** The text of a resource beside this class. */
    static String resource(String name) {
        return text(Path.of("src/test/resources/io/tapline/lab").resolve(name));
    }

    /** The text of a file. */
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
