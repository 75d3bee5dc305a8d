// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareAddressTest {
    @Test
    void readsAndWritesTheUsualForm() {
        HardwareAddress address = HardwareAddress.parse("02:FE:00:00:00:9a");
        assertThat(address.value()).isEqualTo(0x02fe_0000_009aL);
        assertThat(address).hasToString("02:fe:00:00:00:9a");
        assertThat(address.bytes()).containsExactly(2, 0xfe, 0, 0, 0, 0x9a);
        assertThat(HardwareAddress.of(address.bytes())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02:fe:00:00:00", "02:fe:00:00:00:001", "02-fe-00-00-00-01", "02:fe:00:00:00:0g"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> HardwareAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a hardware address: \"" + text + "\" (expected the form 02:fe:00:00:00:01)");
    }

    @Test
    void refusesOtherLengths() {
        assertThatThrownBy(() -> HardwareAddress.of(new byte[8]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a hardware address has 6 bytes, not 8");
        assertThatThrownBy(() -> new HardwareAddress(1L << 48)).hasMessageContaining("0x1000000000000");
        assertThatThrownBy(() -> new HardwareAddress(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
