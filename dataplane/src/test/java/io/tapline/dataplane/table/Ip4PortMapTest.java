// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Ip4PortMapTest {
    private record Key(int address, int port, int protocol) {}

    private static Key key(SplittableRandom random, int addresses) {
        return new Key(0x0a60_0000 + random.nextInt(addresses), random.nextInt(3), random.nextBoolean() ? 6 : 17);
    }

    private static void assertSame(Ip4PortMap map, Map<Key, Integer> expected, int addresses, String seed) {
        assertThat(map.size()).as(seed).isEqualTo(expected.size());
        for (int address = 0; address < addresses; address++) {
            for (int port = 0; port < 3; port++) {
                for (int protocol : new int[] {6, 17}) {
                    Key key = new Key(0x0a60_0000 + address, port, protocol);
                    assertThat(map.find(key.address(), port, protocol))
                            .as("%s, %s", seed, key)
                            .isEqualTo(expected.getOrDefault(key, Ip4PortMap.NONE));
                }
            }
        }
    }

    @Test
    void isWhatAMapIsAndNeverChangesAgain() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int addresses = 1 + random.nextInt(800);
            Ip4PortMap map = Ip4PortMap.EMPTY;
            Map<Key, Integer> expected = new HashMap<>();
            for (int generation = 0; generation < 12; generation++) {
                Ip4PortMap before = map;
                Map<Key, Integer> expectedBefore = new HashMap<>(expected);
                Ip4PortMap.Builder builder = map.builder();
                boolean shrinks = random.nextInt(3) == 0;
                for (int i = random.nextInt(addresses * 4); i >= 0; i--) {
                    Key key = key(random, addresses);
                    if (random.nextInt(4) < (shrinks ? 3 : 1)) {
                        builder.remove(key.address(), key.port(), key.protocol());
                        expected.remove(key);
                    } else {
                        builder.put(key.address(), key.port(), key.protocol(), i);
                        expected.put(key, i);
                    }
                }
                map = builder.build();
                assertSame(map, expected, addresses, "seed " + seed);
                assertSame(before, expectedBefore, addresses, "the map before, seed " + seed);
            }
        }
    }

    @Test
    void isTheSameMapWhenNothingChanges() {
        Ip4PortMap.Builder builder = Ip4PortMap.EMPTY.builder();
        builder.put(1, 2, 6, 3);
        Ip4PortMap map = builder.build();
        Ip4PortMap.Builder again = map.builder();
        again.put(1, 2, 6, 3);
        again.remove(7, 2, 6);
        assertThat(again.build()).isSameAs(map);
    }
}
