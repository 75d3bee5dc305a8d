// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.Senders;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.testkit.Packets;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import io.tapline.wire.Tcp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only 10.1.1.2 with its own MAC address may send from the client's interface. */
class SourceCheckTest {
    private static final String OTHER_MAC = "00:00:00:00:00:66";

    private final TestSwitch node = new TestSwitch();

    @BeforeEach
    void guardTheClient() {
        SwitchConfig open = TestSwitch.config(TestSwitch.serverRules(8080));
        Senders client = Senders.of(MacAddress.parse(TestSwitch.POD_MAC), IpPrefix.parse("10.1.1.2/32"));
        node.vswitch.apply(new SwitchConfig(
                open.interfaces().stream()
                        .map(iface -> iface.index() == TestSwitch.CLIENT ? iface.withSenders(client) : iface)
                        .toList(),
                open.routes(),
                open.neighbors(),
                open.acls(),
                open.nat(),
                open.endpoints(),
                open.firstAclSession()));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private boolean passes(String mac, String source) {
        node.client.put(Packets.tcp()
                .srcMac(mac)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src(source, 40_000)
                .dst("10.1.1.3", 8080)
                .flags(Tcp.SYN)
                .bytes());
        node.run();
        return !node.server.take().isEmpty();
    }

    private boolean answersArp(String frameMac, String senderMac, String sender) {
        node.client.put(Packets.arpRequest()
                .srcMac(frameMac)
                .dstMac("ff:ff:ff:ff:ff:ff")
                .sender(senderMac, sender)
                .target("10.1.1.1")
                .bytes());
        node.run();
        return !node.client.take().isEmpty();
    }

    @Test
    void letsTheInterfacesOwnSenderPass() {
        assertThat(passes(TestSwitch.POD_MAC, "10.1.1.2")).isTrue();
    }

    @Test
    void dropsAnotherSourceAddress() {
        assertThat(passes(TestSwitch.POD_MAC, "10.1.1.4")).isFalse();
        assertThat(node.vswitch.counters().drops(DropReason.SOURCE_ADDRESS_SPOOFED))
                .isEqualTo(1);
        assertThat(node.vswitch.sessions().table().size()).as("sessions").isZero();
    }

    @Test
    void dropsAnotherSourceMacAddress() {
        assertThat(passes(OTHER_MAC, "10.1.1.2")).isFalse();
        assertThat(node.vswitch.counters().drops(DropReason.SOURCE_MAC_SPOOFED)).isEqualTo(1);
    }

    @Test
    void dropsArpThatSpeaksForAnother() {
        assertThat(answersArp(TestSwitch.POD_MAC, TestSwitch.POD_MAC, "10.1.1.4"))
                .isFalse();
        assertThat(answersArp(OTHER_MAC, OTHER_MAC, "10.1.1.2")).isFalse();
        assertThat(answersArp(TestSwitch.POD_MAC, OTHER_MAC, "10.1.1.2")).isFalse();
        assertThat(node.vswitch.counters().drops(DropReason.ARP_SENDER_SPOOFED)).isEqualTo(3);
        assertThat(answersArp(TestSwitch.POD_MAC, TestSwitch.POD_MAC, "10.1.1.2"))
                .as("its own addresses")
                .isTrue();
        assertThat(node.vswitch.counters().drops(DropReason.ARP_SENDER_SPOOFED)).isEqualTo(3);
    }

    @Test
    void leavesInterfacesWithoutSendersAlone() {
        node.server.put(Packets.tcp()
                .srcMac(OTHER_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.9.9.9", 1)
                .dst("10.1.1.2", 2)
                .flags(Tcp.SYN)
                .bytes());
        node.run();
        assertThat(node.vswitch.counters().drops(DropReason.SOURCE_ADDRESS_SPOOFED))
                .isZero();
        assertThat(node.vswitch.counters().drops(DropReason.SOURCE_MAC_SPOOFED)).isZero();
    }

    @Test
    void refusesAGroupAddressAsSender() {
        assertThatThrownBy(() -> Senders.of(MacAddress.BROADCAST))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("ff:ff:ff:ff:ff:ff");
    }
}
