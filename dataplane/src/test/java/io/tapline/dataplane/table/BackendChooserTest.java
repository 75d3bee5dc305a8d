// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackendChooserTest {
    private static final int CONNECTIONS = 200_000;
    /** Beyond this for nine degrees of freedom chance is to blame once in a thousand seeds. */
    private static final double CHI_SQUARE_9 = 27.9;

    private static BackendChooser chooser(int... numbersAndWeights) {
        int count = numbersAndWeights.length / 2;
        long[] identities = new long[count];
        int[] weights = new int[count];
        for (int i = 0; i < count; i++) {
            identities[i] = BackendChooser.mix(numbersAndWeights[i * 2]);
            weights[i] = numbersAndWeights[i * 2 + 1];
        }
        return new BackendChooser(identities, weights);
    }

    private static BackendChooser equal(int from, int to) {
        long[] identities = LongStream.range(from, to).map(BackendChooser::mix).toArray();
        int[] weights = IntStream.range(from, to).map(i -> 1).toArray();
        return new BackendChooser(identities, weights);
    }

    private static int[] counts(BackendChooser chooser, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] counts = new int[chooser.size()];
        for (int i = 0; i < CONNECTIONS; i++) {
            counts[chooser.choose(random.nextLong())]++;
        }
        return counts;
    }

    private static double chiSquare(int[] counts, double[] shares) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = CONNECTIONS * shares[i];
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        return sum;
    }

    @Test
    void sharesEqually() {
        double[] shares = new double[10];
        Arrays.fill(shares, 0.1);
        assertThat(chiSquare(counts(equal(0, 10), 1), shares)).isLessThan(CHI_SQUARE_9);
    }

    @Test
    void sharesByWeight() {
        int[] weights = {1, 2, 3, 4, 5, 6, 7, 8, 9, 55};
        int[] arguments =
                IntStream.range(0, 20).map(i -> i % 2 == 0 ? i : weights[i / 2]).toArray();
        double[] shares = IntStream.of(weights).mapToDouble(w -> w / 100.0).toArray();
        assertThat(chiSquare(counts(chooser(arguments), 2), shares)).isLessThan(CHI_SQUARE_9);
    }

    @Test
    void manyBackendsShareAboutEquallyToo() {
        int[] counts = counts(equal(0, 100), 3);
        // 65,536 classes are dealt out: 655 to each give or take 25, which is 4 %.
        assertThat(IntStream.of(counts).boxed()).allMatch(count -> count > 1640 && count < 2360);
    }

    @Test
    void onlyConnectionsOfABackendThatLeavesMove() {
        assertLeastMoves(equal(0, 10), equal(0, 9), 9);
        assertLeastMoves(equal(0, 100), equal(0, 99), 99);
    }

    @Test
    void onlyConnectionsToABackendThatJoinsMove() {
        assertLeastMoves(equal(0, 11), equal(0, 10), 10);
        assertLeastMoves(chooser(1, 5, 2, 7, 3, 2), chooser(1, 5, 2, 7), 2);
    }

    /** Whoever does not have the extra backend has the same one either way. */
    private static void assertLeastMoves(BackendChooser more, BackendChooser fewer, int extra) {
        SplittableRandom random = new SplittableRandom(4);
        int ofExtra = 0;
        for (int i = 0; i < CONNECTIONS; i++) {
            long hash = random.nextLong();
            int choice = more.choose(hash);
            if (choice == extra) {
                ofExtra++;
            } else {
                assertThat(fewer.choose(hash)).isEqualTo(choice);
            }
        }
        assertThat(ofExtra).isPositive();
    }

    @Test
    void aHigherWeightOnlyAttracts() {
        BackendChooser before = chooser(1, 5, 2, 5, 3, 5);
        BackendChooser after = chooser(1, 5, 2, 8, 3, 5);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < CONNECTIONS; i++) {
            long hash = random.nextLong();
            int choice = after.choose(hash);
            assertThat(choice == 1 || choice == before.choose(hash)).isTrue();
        }
    }

    @Test
    void choosesTheOnlyOneOrNone() {
        assertThat(equal(0, 1).choose(7)).isZero();
        assertThat(equal(0, 0).choose(7)).isEqualTo(-1);
    }
}
