// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.wire.IpAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodAddressPoolTest {
    private final NodeAddresses node = AddressPlan.DEFAULT.node(1);
    private final PodAddressPool pool = new PodAddressPool(node);

    @Test
    void givesEveryAddressOnceButNoReservedOne() {
        Set<IpAddress> given = new HashSet<>();
        for (int i = 0; i < node.maxPods(); i++) {
            given.add(pool.allocate("pod" + i));
        }
        assertThat(given).hasSize(252).allMatch(node.pods()::contains);
        assertThat(given.stream().map(IpAddress::toString))
                .contains("10.1.1.2", "10.1.1.253")
                .doesNotContain("10.1.1.0", "10.1.1.1", "10.1.1.254", "10.1.1.255");
        assertThatThrownBy(() -> pool.allocate("one more"))
                .isInstanceOfSatisfying(
                        IpamException.class, e -> assertThat(e.reason()).isEqualTo(IpamException.Reason.EXHAUSTED))
                .hasMessageContaining("all 252 pod addresses of 10.1.1.0/24");
    }

    @Test
    void usesTheLongestFreeAddressFirst() {
        IpAddress first = pool.allocate("a");
        pool.release(first, "a");
        for (int i = 1; i < node.maxPods(); i++) {
            assertThat(pool.allocate("b" + i)).isNotEqualTo(first);
        }
        assertThat(pool.allocate("last")).isEqualTo(first);
    }

    @Test
    void reportsConflicts() {
        IpAddress address = IpAddress.parse("10.1.1.9");
        pool.reserve(address, "a");
        pool.reserve(address, "a");
        assertThatThrownBy(() -> pool.reserve(address, "b"))
                .hasMessage("address 10.1.1.9 is claimed by b but belongs to a");
        assertThatThrownBy(() -> pool.reserve(IpAddress.parse("10.1.1.254"), "c"))
                .isInstanceOfSatisfying(
                        IpamException.class, e -> assertThat(e.reason()).isEqualTo(IpamException.Reason.FOREIGN));
        pool.release(address, "b");
        assertThat(pool.owners()).containsEntry(address, "a");
    }

    @Test
    void goesOnAfterTheLastOneGivenBeforeARestart() {
        IpAddress last = IpAddress.parse("10.1.1.200");
        pool.reserve(last, "a");
        pool.continueAfter(last);
        assertThat(pool.allocate("b")).hasToString("10.1.1.201");
        pool.continueAfter(IpAddress.parse("10.1.1.253"));
        assertThat(pool.allocate("c")).hasToString("10.1.1.2");
        assertThat(pool.available()).isEqualTo(249);
    }
}
