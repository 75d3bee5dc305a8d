// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs a check over many random cases:
 *
 * <pre>{@code
 * Property.holds("incremental update equals recomputation", 10_000, draw -> {
 *     byte[] packet = draw.bytes(20, 1500);
 *     ...
 * });
 * }</pre>
 *
 * <p>Each run has its own seed, counted up from a fresh one, or from {@code -Dtapline.seed=N}. The failure names the
 * seed of the failing run, so that a replay fails in its first run; before that the case is shrunk by halving every
 * range it draws from for as long as it goes on failing. {@code -Dtapline.runs=F} multiplies the number of runs by F.
 */
public final class Property {
    /** System property with the seed to start from. */
    public static final String SEED = "tapline.seed";
    /** System property with the factor for the number of runs. */
    public static final String RUNS = "tapline.runs";

    /** A check of one case. */
    @FunctionalInterface
    public interface Check {
        /** Draws a case and asserts something about it; any exception is a failure. */
        void run(Draw draw) throws Exception;
    }

    private Property() {}

    /** Runs {@code check} {@code runs} times and fails with the smallest failing case that halving finds. */
    public static void holds(String name, int runs, Check check) {
        long first = Long.getLong(SEED, new SplittableRandom().nextLong());
        long all = (long) runs * Integer.getInteger(RUNS, 1);
        for (long run = 0; run < all; run++) {
            Outcome outcome = Outcome.of(check, first + run, Draw.FULL_SCALE);
            if (outcome.failed()) {
                throw outcome.shrunk(check).report(name, run + 1, all);
            }
        }
    }

    private record Outcome(long seed, int scale, @Nullable Throwable failure) {
        static Outcome of(Check check, long seed, int scale) {
            try {
                check.run(new Draw(seed, scale));
                return new Outcome(seed, scale, null);
            } catch (Exception | AssertionError failure) {
                return new Outcome(seed, scale, failure);
            }
        }

        boolean failed() {
            return failure != null;
        }

        Outcome shrunk(Check check) {
            Outcome smallest = this;
            for (int smaller = scale / 2; ; smaller /= 2) {
                Outcome attempt = of(check, seed, smaller);
                if (attempt.failed()) {
                    smallest = attempt;
                }
                if (smaller == 0) {
                    return smallest;
                }
            }
        }

        AssertionError report(String name, long run, long runs) {
            String shrunk = scale < Draw.FULL_SCALE ? ", shrunk to " + scale + "/" + Draw.FULL_SCALE : "";
            String text = "property '%s' failed in run %d of %d%s; replay with -D%s=%d: %s"
                    .formatted(name, run, runs, shrunk, SEED, seed, failure);
            return new AssertionError(text, failure);
        }
    }
}
