// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Property;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadBalancesTest {
    private final LoadBalances balances = new LoadBalances();

    private Map<Integer, Integer> buckets(int index) {
        Map<Integer, Integer> buckets = new HashMap<>();
        for (int hash = 0; hash < balances.bucketCount(index); hash++) {
            buckets.merge(balances.select(index, hash), 1, Integer::sum);
        }
        return buckets;
    }

    @Test
    void onePathNeedsNoHash() {
        int index = balances.add(new int[] {7}, new int[] {200}, 3);
        assertThat(balances.isSingle(index)).isTrue();
        assertThat(balances.select(index, 0xdead_beef)).isEqualTo(7);
        assertThat(balances.number(index)).isEqualTo(3);
    }

    @Test
    void weightsThatAddUpToAPowerOfTwoAreExact() {
        int index = balances.add(new int[] {1, 2, 3}, new int[] {10, 5, 5}, 0);
        assertThat(balances.bucketCount(index)).isEqualTo(4);
        assertThat(buckets(index)).isEqualTo(Map.of(1, 2, 2, 1, 3, 1));
    }

    @Test
    void everyHashSelectsABucketWhateverItsSign() {
        int index = balances.add(new int[] {4, 5}, new int[] {1, 1}, 0);
        assertThat(balances.select(index, -1)).isEqualTo(5);
        assertThat(balances.select(index, Integer.MIN_VALUE)).isEqualTo(4);
    }

    @Test
    void eachPathHasItsShareAsNearlyAsBucketsAllow() {
        Property.holds("shares", 300, draw -> {
            int count = draw.between(2, LoadBalances.MAX_BUCKETS);
            int[] paths = new int[count];
            int[] weights = new int[count];
            for (int i = 0; i < count; i++) {
                paths[i] = 1000 + i;
                weights[i] = draw.between(1, 255);
            }
            int index = balances.add(paths, weights, 0);
            int size = balances.bucketCount(index);
            assertThat(Integer.bitCount(size)).as("a power of two").isEqualTo(1);
            assertThat(size).isBetween(2, LoadBalances.MAX_BUCKETS);
            int total = Arrays.stream(weights).sum();
            Map<Integer, Integer> buckets = buckets(index);
            for (int i = 0; i < count; i++) {
                double share = (double) weights[i] * size / total;
                assertThat((double) buckets.getOrDefault(paths[i], 0))
                        .as("buckets of weight %d of %d", weights[i], total)
                        .isBetween(share - 1, share + 1);
            }
        });
    }

    @Test
    void oneMoreLeavesTheOthersAsTheyWere() {
        for (int i = 0; i < 100; i++) {
            assertThat(balances.add(new int[] {i, i + 1}, new int[] {1, 1}, i)).isEqualTo(i);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(buckets(i)).isEqualTo(Map.of(i, 1, i + 1, 1));
            assertThat(balances.number(i)).isEqualTo(i);
        }
    }
}
