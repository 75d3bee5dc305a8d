// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.testkit.Property;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @Test
    void parsesAndFormatsIpv4() {
        IpAddress address = IpAddress.parse("10.1.255.0");
        assertThat(address.isIpv4()).isTrue();
        assertThat(address.ipv4()).isEqualTo(0x0a01ff00);
        assertThat(address).hasToString("10.1.255.0").isEqualTo(IpAddress.ofIpv4(0x0a01ff00));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.1.1",
                "10.1.1.1.1",
                "10.1.1.",
                ".1.1.1",
                "10.1.1.256",
                "10.1.1.-1",
                "10.1.1.+1",
                "10.1.1.01",
                "10.1.1.1 ",
                "10.1.1.0x1",
                "10.1.1.1/32",
                "10.1.1.1234",
                "10.1.1.\u0661",
                "localhost"
            })
    void refusesWhatIsNotAnAddressAndNamesIt(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void givesBackEveryIpv4Address() {
        Property.holds("IPv4 text round trip", 20_000, draw -> {
            int bits = draw.bits32();
            assertThat(IpAddress.parseIpv4(IpAddress.formatIpv4(bits))).isEqualTo(bits);
            assertThat(IpAddress.ofIpv4(bits).ipv4()).isEqualTo(bits);
        });
    }

    @Test
    void refusesToCutIpv6DownTo32Bits() {
        IpAddress address = IpAddress.parse("2001:db8::1");
        assertThat(address.isIpv4()).isFalse();
        assertThatThrownBy(address::ipv4)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2001:db8::1");
    }

    @Test
    void ordersUnsigned() {
        List<IpAddress> ordered = List.of(
                IpAddress.parse("::1"),
                IpAddress.parse("1.2.3.4"),
                IpAddress.parse("200.2.3.4"),
                IpAddress.parse("2001:db8::"),
                IpAddress.parse("2001:db8::8000:0:0:0"),
                IpAddress.parse("ff02::1"));
        assertThat(ordered.reversed().stream().sorted()).containsExactlyElementsOf(ordered);
    }
}
