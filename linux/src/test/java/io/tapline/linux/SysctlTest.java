// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SysctlTest {
    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    @Test
    void isOfOneNamespaceOnly() {
        NetworkNamespace first = namespaces.create();
        NetworkNamespace second = namespaces.create();
        String key = "ipv4/ping_group_range";
        String before = Sysctl.read(second, key);
        Sysctl.write(first, key, "0 2147483647");
        assertThat(Sysctl.read(first, key).split("\\s+", -1)).containsExactly("0", "2147483647");
        assertThat(Sysctl.read(second, key)).isEqualTo(before);
    }

    @Test
    void isOfADevice() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap _ = Tap.create(namespace, TapOptions.named("eth0.5"))) {
            Sysctl.write(namespace, "ipv4/conf/eth0.5/rp_filter", "2");
            assertThat(Sysctl.read(namespace, "ipv4/conf/eth0.5/rp_filter")).isEqualTo("2");
        }
    }

    @Test
    void saysWhatIsWrong() {
        NetworkNamespace namespace = namespaces.create();
        assertThatThrownBy(() -> Sysctl.read(namespace, "ipv4/nosuch"))
                .hasMessage("open on sysctl net/ipv4/nosuch: ENOENT (No such file or directory); it does not exist");
        assertThatThrownBy(() -> Sysctl.write(namespace, "ipv4/conf/all/rp_filter", "yes"))
                .hasMessage("write on sysctl net/ipv4/conf/all/rp_filter: EINVAL (Invalid argument); it does not take"
                        + " \"yes\"");
        assertThatThrownBy(() -> Sysctl.write(namespace, "ipv4/tcp_available_congestion_control", "x"))
                .hasMessageStartingWith("open on sysctl net/ipv4/tcp_available_congestion_control: EACCES")
                .hasMessageContaining("may not be written");
    }

    @Test
    void refusesOtherKeys() {
        for (String key : new String[] {"", "ipv4", "ipv4/../../kernel/hostname", "/ipv4/x", "ipv4//x", "ipv4/x/"}) {
            assertThatThrownBy(() -> Sysctl.read(key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not a key below /proc/sys/net/: \"" + key
                            + "\" (expected the form ipv4/conf/all/rp_filter)");
        }
    }
}
