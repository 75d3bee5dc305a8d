// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.testkit.Property;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6TextTest {
    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:DB8::A, 2001:db8::a",
        "2001:0db8:0000:0000:0001:0000:0000:0001, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:192.0.2.33, 1:2:3:4:5:6:c000:221",
        "fe80:0:0:0:0:0:0:0, fe80::",
        "::ffff:10.1.1.2, 10.1.1.2",
    })
    void parsesAndFormatsByRfc5952(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":",
                ":::",
                "1:",
                ":1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "1::2::3",
                "1:2:3:4::5:6:7:8",
                "12345::",
                "g::",
                "::1%eth0",
                "[::1]",
                "::1/64",
                "::1.2.3",
                "::1.2.3.256",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1: :2::",
                "::\u0661"
            })
    void refusesWhatIsNotAnAddress(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an IP address");
    }

    @Test
    void namesTheWholeTextWhenItsIpv4PartIsBad() {
        assertThatThrownBy(() -> IpAddress.parse("64:ff9b::1.2.3.256")).hasMessageContaining("'64:ff9b::1.2.3.256'");
    }

    @Test
    void agreesWithTheJdkOnEveryAddress() {
        Property.holds("IPv6 text round trip", 20_000, draw -> {
            long high = draw.bits64() & mask(draw.below(256));
            long low = draw.bits64() & mask(draw.below(256));
            IpAddress address = new IpAddress(high, low);
            String text = address.toString();
            assertThat(IpAddress.parse(text)).isEqualTo(address);
            ByteBuffer bytes = ByteBuffer.wrap(InetAddress.ofLiteral(text).getAddress());
            if (bytes.remaining() == 16) {
                assertThat(new IpAddress(bytes.getLong(), bytes.getLong())).isEqualTo(address);
            }
        });
    }

    /** Bytes of 0 where a bit is 0, so that runs of zero groups are frequent. */
    private static long mask(int bits) {
        long mask = 0;
        for (int i = 0; i < 8; i++) {
            mask = (mask << 8) | ((bits >> i & 1) * 0xffL);
        }
        return mask;
    }
}
