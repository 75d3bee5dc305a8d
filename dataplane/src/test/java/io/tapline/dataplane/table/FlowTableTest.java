// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.wire.Memory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {
    private static final int KEYS = 60;

    private static long source(int key) {
        return FlowTable.ip4Word(0x0a01_0000 + key);
    }

    private static final long DESTINATION = FlowTable.ip4Word(0x0a02_0001);

    private static long tuple(int key) {
        return FlowTable.ip4Tuple(1000 + key, 80, 6, 1);
    }

    private static int find(FlowTable table, int key) {
        int hash = FlowTable.hashIp4(source(key), DESTINATION, tuple(key));
        return table.findIp4(hash, source(key), DESTINATION, tuple(key));
    }

    private static int add(FlowTable table, int key) {
        int hash = FlowTable.hashIp4(source(key), DESTINATION, tuple(key));
        return table.add(hash, 0, source(key), 0, DESTINATION, tuple(key));
    }

    private static void addSecond(FlowTable table, int record, int key) {
        int hash = FlowTable.hashIp4(source(key), DESTINATION, tuple(key));
        table.addSecond(record, hash, source(key), DESTINATION, tuple(key));
    }

    /** So few records that the index is crowded and keys stand in one another's places all the time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 16})
    void findsWhatAMapFindsThroughCollisionsAndRemovals(int capacity) {
        for (int keys = 1; keys <= 2; keys++) {
            SplittableRandom random = new SplittableRandom(capacity);
            try (FlowTable table = new FlowTable("test", capacity, 1, keys)) {
                Map<Integer, Integer> records = new HashMap<>();
                for (int step = 0; step < 1000; step++) {
                    int key = random.nextInt(KEYS);
                    Integer record = records.get(key);
                    if (record != null) {
                        table.remove(record, 0);
                        records.remove(key);
                    } else {
                        int added = add(table, key);
                        assertThat(added == FlowTable.NONE)
                                .as("full at step %d", step)
                                .isEqualTo(records.size() == capacity);
                        if (added != FlowTable.NONE) {
                            assertThat(added).isBetween(0, capacity - 1);
                            assertThat(records).doesNotContainValue(added);
                            if (keys == 2) {
                                addSecond(table, added, key + KEYS);
                            }
                            table.append(added, 0, step);
                            records.put(key, added);
                        }
                    }
                    assertSame(table, records, keys);
                }
            }
        }
    }

    private static void assertSame(FlowTable table, Map<Integer, Integer> records, int keys) {
        assertThat(table.size()).isEqualTo(records.size());
        for (int key = 0; key < KEYS; key++) {
            Integer record = records.get(key);
            assertThat(find(table, key)).isEqualTo(record == null ? FlowTable.NONE : record * keys);
            int second = keys == 2 && record != null ? record * 2 + 1 : FlowTable.NONE;
            assertThat(find(table, key + KEYS)).isEqualTo(second);
        }
    }

    @Test
    void listsKeepTheOrderOfQueueing() {
        try (FlowTable table = new FlowTable("test", 8, 2)) {
            for (int key = 0; key < 4; key++) {
                table.append(add(table, key), 0, key);
            }
            table.move(0, 0, 0, 10);
            table.move(2, 0, 1, 11);
            table.remove(1, 0);
            assertThat(drain(table, 0)).containsExactly(3, 0);
            assertThat(table.enqueued(0)).isEqualTo(10);
            assertThat(drain(table, 1)).containsExactly(2);
            assertThat(table.size()).isZero();
        }
    }

    private static List<Integer> drain(FlowTable table, int list) {
        List<Integer> order = new ArrayList<>();
        for (int record = table.oldest(list); record != FlowTable.NONE; record = table.oldest(list)) {
            order.add(record);
            table.remove(record, list);
        }
        return order;
    }

    @Test
    void aRecordThatIsUsedAgainHasAnEmptyPayload() {
        try (FlowTable table = new FlowTable("test", 1, 1)) {
            int record = add(table, 1);
            table.append(record, 0, 0);
            Memory.putNativeI64(table.address(record) + FlowTable.PAYLOAD, -1);
            table.remove(record, 0);
            assertThat(table.isUsed(record)).isFalse();
            assertThat(add(table, 2)).isEqualTo(record);
            assertThat(Memory.nativeI64(table.address(record) + FlowTable.PAYLOAD))
                    .isZero();
            assertThat(table.highest()).isEqualTo(1);
        }
    }

    @Test
    void refusesSizesThatItCannotNumber() {
        for (int[] size : new int[][] {{0, 1}, {(1 << 28) + 1, 1}, {(1 << 27) + 1, 2}, {8, 3}, {8, 0}}) {
            assertThatThrownBy(() -> new FlowTable("flows", size[0], 1, size[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("flows: capacity " + size[0]);
        }
    }
}
