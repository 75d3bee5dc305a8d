// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Draw;
import io.tapline.testkit.Property;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NeighborsTest {
    private record Key(int interfaceIndex, int address) {}

    @Test
    void aNeighbourIsFoundWhereItIsAndNowhereElse() {
        Neighbors neighbors = new Neighbors(4);
        int entry = neighbors.add(1, 0x0a01_0002);
        assertThat(neighbors.find(1, 0x0a01_0002)).isEqualTo(entry);
        assertThat(neighbors.find(2, 0x0a01_0002)).isEqualTo(Neighbors.NONE);
        assertThat(neighbors.find(1, 0x0a01_0003)).isEqualTo(Neighbors.NONE);
        assertThat(neighbors.isResolved(entry)).isFalse();
    }

    @Test
    void anAnswerEndsTheAsking() {
        Neighbors neighbors = new Neighbors(4);
        int entry = neighbors.add(1, 0x0a01_0002);
        neighbors.requested(entry, 10);
        neighbors.requested(entry, 20);
        assertThat(neighbors.requests(entry)).isEqualTo(2);
        assertThat(neighbors.requestedNanos(entry)).isEqualTo(20);
        neighbors.confirm(entry, 0x0200_0000_0001L, 30);
        assertThat(neighbors.isResolved(entry)).isTrue();
        assertThat(neighbors.mac(entry)).isEqualTo(0x0200_0000_0001L);
        assertThat(neighbors.requests(entry)).isZero();
        assertThat(neighbors.confirmedNanos(entry)).isEqualTo(30);
    }

    @Test
    void framesWaitInOrderUpToTheLimit() {
        Neighbors neighbors = new Neighbors(2);
        int one = neighbors.add(1, 1);
        int other = neighbors.add(1, 2);
        for (int i = 0; i < Neighbors.HOLD_FRAMES; i++) {
            assertThat(neighbors.hold(one, 100 + i)).isTrue();
        }
        assertThat(neighbors.hold(one, 999)).as("beyond the limit").isFalse();
        assertThat(neighbors.hold(other, 200)).as("of another neighbour").isTrue();
        assertThat(neighbors.heldTotal()).isEqualTo(Neighbors.HOLD_FRAMES + 1);
        for (int i = 0; i < Neighbors.HOLD_FRAMES; i++) {
            assertThat(neighbors.held(one, i)).isEqualTo(100 + i);
        }
        neighbors.clearHeld(one);
        assertThat(neighbors.heldCount(one)).isZero();
        assertThat(neighbors.heldTotal()).isEqualTo(1);
    }

    @Test
    void anEntryThatIsUsedAgainKnowsNothingOfItsPredecessor() {
        Neighbors neighbors = new Neighbors(1);
        int entry = neighbors.add(1, 1);
        neighbors.requested(entry, 5);
        neighbors.confirm(entry, 0x0200_0000_0001L, 6);
        neighbors.remove(entry);
        assertThat(neighbors.isUsed(entry)).isFalse();
        assertThat(neighbors.add(2, 2)).isEqualTo(entry);
        assertThat(neighbors.isResolved(entry)).isFalse();
        assertThat(neighbors.mac(entry)).isZero();
        assertThat(neighbors.requests(entry)).isZero();
        assertThat(neighbors.interfaceIndex(entry)).isEqualTo(2);
    }

    @Test
    void isAMapOfLimitedSize() {
        Property.holds("neighbours are a map", 50, NeighborsTest::compare);
    }

    private static void compare(Draw draw) {
        int capacity = draw.between(1, 40);
        Neighbors neighbors = new Neighbors(capacity);
        Map<Key, Integer> model = new HashMap<>();
        for (int i = 0; i < 2000; i++) {
            Key key = new Key(draw.below(3), draw.below(30));
            Integer known = model.get(key);
            assertThat(neighbors.find(key.interfaceIndex(), key.address()))
                    .isEqualTo(known == null ? Neighbors.NONE : known);
            if (known != null && draw.chance()) {
                neighbors.remove(known);
                model.remove(key);
            } else if (known == null) {
                int entry = neighbors.add(key.interfaceIndex(), key.address());
                assertThat(entry == Neighbors.NONE).as("full").isEqualTo(model.size() == capacity);
                if (entry != Neighbors.NONE) {
                    assertThat(model).doesNotContainValue(entry);
                    model.put(key, entry);
                }
            }
            assertThat(neighbors.size()).isEqualTo(model.size());
        }
        model.forEach((key, entry) -> {
            assertThat(neighbors.isUsed(entry)).isTrue();
            assertThat(neighbors.interfaceIndex(entry)).isEqualTo(key.interfaceIndex());
            assertThat(neighbors.address(entry)).isEqualTo(key.address());
        });
    }
}
