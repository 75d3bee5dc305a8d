// SPDX-License-Identifier: Apache-2.0
package io.tapline.source.yaml;

import java.util.Collection;
import java.util.Comparator;

/** Guesses what a misspelt word should have been. */
public final class Suggestion {
    private Suggestion() {}

    /** {@code "; did you mean 'KNOWN'?"}, or nothing when no known word is near. */
    public static String of(String word, Collection<String> known) {
        int farthest = Math.max(1, word.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .filter(candidate -> distance(word, candidate) <= farthest)
                .map(candidate -> "; did you mean '" + candidate + "'?")
                .orElse("");
    }

    /** Levenshtein distance: insertions, deletions and substitutions; capitals count as small letters. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (sameLetter(a.charAt(i - 1), b.charAt(j - 1)) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static boolean sameLetter(char a, char b) {
        return Character.toLowerCase(a) == Character.toLowerCase(b);
    }
}
