// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.testkit.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
    @Test
    void parsesAndFormats() {
        assertThat(MacAddress.parse("02:FE:00:0a:00:01")).isEqualTo(0x02fe_000a_0001L);
        assertThat(MacAddress.format(0x02fe_000a_0001L)).isEqualTo("02:fe:00:0a:00:01");
        assertThat(MacAddress.parse("ff:ff:ff:ff:ff:ff")).isEqualTo(MacAddress.BROADCAST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02:fe:00:00:00",
                "02:fe:00:00:00:01:02",
                "2:fe:00:00:00:01",
                "02:fe:00:00:00:0g",
                "02-fe-00-00-00-01",
                "+2:fe:00:00:00:01",
                "02:fe:00:00:00:01 ",
                "02:fe:00:00:00:\u0661\u0661"
            })
    void refusesWhatIsNotSixOctets(String text) {
        assertThatThrownBy(() -> MacAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void knowsGroupAddresses() {
        assertThat(MacAddress.isGroup(MacAddress.BROADCAST)).isTrue();
        assertThat(MacAddress.isGroup(MacAddress.parse("01:00:5e:00:00:01"))).isTrue();
        assertThat(MacAddress.isGroup(MacAddress.parse("02:00:5e:00:00:01"))).isFalse();
    }

    @Test
    void writesWhatItReadsAndNothingMore() {
        Property.holds("six octets", 10_000, draw -> {
            long mac = draw.bits64() >>> 16;
            try (Loaded octets = Loaded.zeros(6)) {
                MacAddress.write(octets.address(), mac);
                assertThat(MacAddress.read(octets.address())).isEqualTo(mac);
                assertThat(octets.bytes()[0]).isEqualTo((byte) (mac >>> 40));
                assertThat(MacAddress.parse(MacAddress.format(mac))).isEqualTo(mac);
            }
        });
    }
}
