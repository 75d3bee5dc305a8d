// SPDX-License-Identifier: Apache-2.0
package io.tapline.source.yaml;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Loads text files for readers that explain to users what is wrong. */
public final class TextFile {
    private TextFile() {}

    /**
     * The content of a UTF-8 file.
     *
     * @param what for messages: what the file should be, such as {@code scenario}
     * @throws Mistake of the file as a whole, when it is not there, not readable, not text or too large
     */
    public static String read(Path path, String what) {
        try {
            if (Files.isDirectory(path)) {
                throw whole("is a directory; name a " + what + " file in it");
            }
            if (Files.isRegularFile(path) && Files.size(path) > YamlTree.MAX_FILE_BYTES) {
                throw whole("is larger than " + (YamlTree.MAX_FILE_BYTES >> 20) + " MiB");
            }
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw whole("there is no such file");
        } catch (AccessDeniedException e) {
            throw whole("must not be read by this user");
        } catch (CharacterCodingException e) {
            throw whole("is not UTF-8 text");
        } catch (IOException e) {
            throw whole("cannot be read: " + e.getMessage());
        }
    }

    private static Mistake whole(String message) {
        return new Mistake(Place.WHOLE, message);
    }
}
