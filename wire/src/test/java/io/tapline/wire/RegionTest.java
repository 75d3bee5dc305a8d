// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RegionTest {
    @Test
    void isZeroedAndAlignedToACacheLine() {
        try (Region region = Region.allocate("table", 1000)) {
            assertThat(region.address() % Region.ALIGNMENT_BYTES).isZero();
            assertThat(region.byteSize()).isEqualTo(1000);
            assertThat(Memory.bytes(region.address(), 1000)).containsOnly(0);
        }
    }

    @Test
    void cannotBeTouchedOnceClosed() {
        Region region = Region.allocate("closed", 64);
        region.close();
        region.close();
        assertThatThrownBy(() -> Memory.u8(region.address())).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void asksItsRuleAboutEveryAccess() {
        try (Region region = Region.allocate("halves", 64, (offset, length) -> offset + length <= 32)) {
            Memory.putI64(region.address() + 24, 1);
            assertThatThrownBy(() -> Memory.putI64(region.address() + 25, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("halves")
                    .hasMessageContaining("offset 25");
        }
    }

    @Test
    void namesTheRegionThatAnAccessLeaves() {
        try (Region region = Region.allocate("neighbours", 64)) {
            assertThatThrownBy(() -> Memory.i32(region.address() + 62))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("4 bytes")
                    .hasMessageContaining("neighbours [64 bytes");
        }
    }

    @Test
    void refusesASizeThatIsNotPositive() {
        assertThatThrownBy(() -> Region.allocate("nothing", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing");
    }

    @Test
    void namesTheRegionThatTheSystemHasNoMemoryFor() {
        assertThatThrownBy(() -> Region.allocate("everything", Long.MAX_VALUE / 2))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessageContaining("everything");
    }
}
