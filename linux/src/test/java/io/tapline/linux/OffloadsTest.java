// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OffloadsTest {
    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    @Test
    void switchesEachOfATap() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap _ = Tap.create(namespace, TapOptions.named("eth0"))) {
            namespace.run(() -> {
                for (Offload offload : new Offload[] {Offload.GRO, Offload.GSO, Offload.TSO, Offload.TX_CHECKSUM}) {
                    assertThat(Offloads.isOn("eth0", offload))
                            .as("%s at first", offload)
                            .isTrue();
                    Offloads.set("eth0", offload, false);
                    assertThat(Offloads.isOn("eth0", offload))
                            .as("%s switched", offload)
                            .isFalse();
                }
            });
        }
    }

    @Test
    void switchesAllOffAndOnAgain() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap _ = Tap.create(namespace, TapOptions.named("eth0"))) {
            namespace.run(() -> Offloads.setAllOff("eth0"));
            assertThat(ethtool(namespace))
                    .contains("tx-checksumming: off", "tcp-segmentation-offload: off")
                    .contains("generic-segmentation-offload: off", "generic-receive-offload: off");
            namespace.run(() -> {
                Offloads.set("eth0", Offload.TX_CHECKSUM, true);
                Offloads.set("eth0", Offload.TSO, true);
            });
            assertThat(ethtool(namespace)).contains("tx-checksumming: on", "tcp-segmentation-offload: on");
        }
    }

    @Test
    void saysThatTheDriverDoesNotLetItBeChanged() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap _ = Tap.create(namespace, TapOptions.named("eth0").withOffloads(TapOffload.NONE))) {
            assertThatThrownBy(() -> namespace.run(() -> Offloads.set("eth0", Offload.TX_CHECKSUM, true)))
                    .hasMessage("ioctl(ETHTOOL_STXCSUM) on device \"eth0\": EOPNOTSUPP (Operation not supported); its"
                            + " driver keeps offload tx off");
        }
    }

    @Test
    void saysThatThereIsNoSuchDevice() {
        NetworkNamespace namespace = namespaces.create();
        assertThatThrownBy(() -> namespace.call(() -> Offloads.isOn("nosuch", Offload.GRO)))
                .hasMessage("ioctl(ETHTOOL_GGRO) on device \"nosuch\": ENODEV (No such device); no device of this"
                        + " namespace has this name");
    }

    @Test
    void saysThatAPrivilegeIsMissing() {
        NetworkNamespace namespace = namespaces.create();
        assertThatThrownBy(() -> namespace.run(() -> Privileges.callWithoutCapabilities(() -> {
                    Offloads.set("lo", Offload.GRO, false);
                    return 0;
                })))
                .hasMessageContaining("ioctl(ETHTOOL_SGRO) on device \"lo\": EPERM (Operation not permitted); run as"
                        + " root, or with CAP_NET_ADMIN");
    }

    private static String ethtool(NetworkNamespace namespace) {
        return Shell.run("ip", "netns", "exec", TestNamespaces.nameOf(namespace), "ethtool", "-k", "eth0");
    }
}
