// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.testkit.Property;
import java.math.BigInteger;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {
    @Test
    void keepsHostBitsAndClearsThemWhenAsked() {
        IpPrefix prefix = IpPrefix.parse("10.1.1.7/24");
        assertThat(prefix).hasToString("10.1.1.7/24");
        assertThat(prefix.network()).hasToString("10.1.1.0/24");
        assertThat(prefix.ipv4Mask()).isEqualTo(0xffffff00);
        assertThat(IpPrefix.parse("2001:db8::ffff:1/100").network()).hasToString("2001:db8::f000:0/100");
    }

    @Test
    void takesAnAddressAloneForAHost() {
        assertThat(IpPrefix.parse("10.1.1.7").length()).isEqualTo(32);
        assertThat(IpPrefix.parse("::1").length()).isEqualTo(128);
    }

    @Test
    void knowsTheWidestAndTheNarrowestMask() {
        assertThat(IpPrefix.ANY_IPV4.ipv4Mask()).isZero();
        assertThat(IpPrefix.parse("1.2.3.4/32").ipv4Mask()).isEqualTo(-1);
        assertThat(IpPrefix.ANY_IPV4.contains(IpAddress.parse("255.255.255.255")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.1.0/33",
                "10.1.1.0/",
                "10.1.1.0/-1",
                "10.1.1.0/+8",
                "10.1.1.0/8 ",
                "10.1.1.0/8/8",
                "10.1.1.0/0008",
                "/8",
                "::/129",
                "10.1.1/24"
            })
    void refusesWhatIsNotAPrefix(String text) {
        assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNotMixFamilies() {
        assertThat(IpPrefix.parse("::/0").contains(IpAddress.parse("10.1.1.1"))).isFalse();
        assertThat(IpPrefix.ANY_IPV4.contains(IpAddress.parse("::1"))).isFalse();
    }

    @Test
    void containsWhatSharesItsLeadingBits() {
        Property.holds("contains", 20_000, draw -> {
            boolean v4 = draw.chance();
            IpAddress one = v4 ? IpAddress.ofIpv4(draw.bits32()) : new IpAddress(draw.bits64(), draw.bits64());
            int bits = v4 ? 32 : 128;
            int flipped = draw.below(bits);
            int length = draw.between(0, bits);
            IpAddress other = flip(one, bits, flipped);
            assertThat(new IpPrefix(one, length).contains(other)).isEqualTo(flipped >= length);
        });
    }

    /** The address with its bit {@code at}, counted from the left, flipped. */
    private static IpAddress flip(IpAddress address, int bits, int at) throws Exception {
        byte[] octets = InetAddress.ofLiteral(address.toString()).getAddress();
        BigInteger value = new BigInteger(1, octets).flipBit(bits - 1 - at);
        long low = value.longValue();
        return bits == 32
                ? IpAddress.ofIpv4((int) low)
                : new IpAddress(value.shiftRight(64).longValue(), low);
    }
}
