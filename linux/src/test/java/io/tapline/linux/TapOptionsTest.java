// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TapOptionsTest {
    private final TapOptions options = TapOptions.named("eth0");

    @Test
    void defaultToOneQueueWithAllOffloads() {
        assertThat(options.multiQueue()).isFalse();
        assertThat(options.persistent()).isFalse();
        assertThat(options.offloads()).isEqualTo(TapOffload.ALL);
        assertThat(options.sendBufferBytes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "a:b", "sixteen-bytes-xx", "ünïcödé-name"})
    void refuseNamesThatNoDeviceCanHave(String name) {
        assertThatThrownBy(() -> TapOptions.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + name
                        + "\" cannot name a device: 1 to 15 bytes are allowed, without spaces, '/' and ':'");
    }

    @Test
    void refuseOffloadsThatTheKernelCannotCombine() {
        assertThatThrownBy(() -> options.withOffloads(Set.of(TapOffload.TSO4)))
                .hasMessage("tap \"eth0\": offloads [TSO4] need CHECKSUM too");
        assertThatThrownBy(() -> options.withOffloads(Set.of(TapOffload.CHECKSUM, TapOffload.USO4)))
                .hasMessage("tap \"eth0\": USO4 and USO6 go together only");
    }

    @Test
    void refuseASendBufferWithoutRoom() {
        assertThatThrownBy(() -> options.withSendBufferBytes(0))
                .hasMessage("tap \"eth0\": sendBufferBytes must be positive, not 0");
    }
}
