// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares long output with files; {@code -Dgolden.update} rewrites them instead. */
final class Golden {
    private static final Path DIRECTORY = Path.of("src/test/resources/io/tapline/lab/golden");

    private Golden() {}

    static void assertSame(String name, String actual) {
        Path file = DIRECTORY.resolve(name);
        if (System.getProperty("golden.update") != null) {
            try {
                Files.createDirectories(DIRECTORY);
                Files.writeString(file, actual);
            } catch (IOException e) {
                throw new UncheckedIOException(file.toString(), e);
            }
        }
        assertThat(actual)
                .as("differs from %s; if it should, run with -Dgolden.update and read the diff", file)
                .isEqualTo(TestFiles.text(file));
    }
}
