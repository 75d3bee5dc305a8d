// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InetPrefixTest {
    @Test
    void readsPrefixesAndAddressesAlone() {
        assertThat(InetPrefix.parse("10.1.1.0/24"))
                .isEqualTo(new InetPrefix(InetAddress.ofLiteral("10.1.1.0"), 24))
                .hasToString("10.1.1.0/24");
        assertThat(InetPrefix.parse("10.1.1.7")).hasToString("10.1.1.7/32");
        assertThat(InetPrefix.parse("fd00::7").length()).isEqualTo(128);
        assertThat(InetPrefix.parse("fd00::/64").isIpv6()).isTrue();
        assertThat(InetPrefix.parse("0.0.0.0/0").isIpv6()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.1.0/33", "fd00::/129", "10.1.1.0/-1", "10.1.1.0/x", "10.1.1.0/", "localhost/8", ""})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> InetPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAddressAndRangeOfABadLength() {
        assertThatThrownBy(() -> InetPrefix.parse("10.1.1.0/33"))
                .hasMessage("prefix length of 10.1.1.0 must be 0 to 32, not 33");
    }
}
