// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.dataplane.config.OnChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
    @Test
    void documentsEveryKeyWithItsDefault() {
        AgentConfig documented = AgentConfig.parse("x", AgentConfig.documentation());
        assertThat(documented)
                .usingRecursiveComparison()
                .ignoringFields("entries")
                .isEqualTo(AgentConfig.defaults());
        assertThat(documented.entries()).allMatch(AgentConfig.Entry::given).hasSameSizeAs(Knob.values());
        assertThat(documented.node().limits()).isEqualTo(SwitchLimits.DEFAULT);
        assertThat(documented.node().settings().natTimeouts()).isEqualTo(NatTimeouts.DEFAULT);
        assertThat(Knob.paths())
                .allMatch(path -> AgentConfig.documentation().contains(path.substring(path.indexOf('.') + 1) + ": "));
    }

    @Test
    void servesOperatorsOnlyWhereItIsSafe() {
        AgentConfig plain = AgentConfig.parse("x", "socket: /run/x/agent.sock\napi: {listen: '127.0.0.1:9920'}");
        assertThat(plain.api().socket()).hasToString("/run/x/api.sock");
        assertThat(plain.api().listener().orElseThrow().address().getPort()).isEqualTo(9920);
        assertThatThrownBy(() -> AgentConfig.parse("x", "api: {listen: '0.0.0.0:9920'}"))
                .hasMessageContaining("x:1: api.listen: 0.0.0.0:9920 is open to other machines: give api.tlsKeyStore");
        assertThatThrownBy(() -> AgentConfig.parse("x", "api: {listen: '9920'}"))
                .hasMessageContaining("ADDRESS:PORT");
        assertThatThrownBy(() -> AgentConfig.parse("x", "api: {listen: 'localhost:1'}"))
                .hasMessageContaining("'localhost' is not an IP address");
        assertThatThrownBy(() -> AgentConfig.parse("x", "api: {listen: '127.0.0.1:1', tlsKeyStore: k}"))
                .hasMessageContaining("needs both");
    }

    @Test
    void readsWhatIsWritten() {
        AgentConfig config = AgentConfig.parse("x", "nodeId: 3\nipam:\n  podSubnetCIDR: 10.5.0.0/16\nmtu: 1400\n");
        assertThat(config.node().settings().addresses().pods()).hasToString("10.5.3.0/24");
        assertThat(config.node().settings().mtu()).isEqualTo(1400);
        assertThat(AgentConfig.parse("x", "ipam: {contivCIDR: 10.128.0.0/14}")
                        .node()
                        .settings()
                        .addresses()
                        .pods())
                .hasToString("10.128.0.128/25");
        assertThat(AgentConfig.parse("x", "onPolicyChange: drain 30s").node().onPolicyChange())
                .isEqualTo(OnChange.drain(30));
        assertThat(AgentConfig.parse("x", "")).isEqualTo(AgentConfig.defaults());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mtu: 1400\\nmtuu: 3 | f.yaml:2: mtuu: unknown key",
                "ipam:\\n  podSubnetCIDR: 10.1.0.0/33 | f.yaml:2: ipam.podSubnetCIDR:",
                "mtu: x | f.yaml:1: mtu: 'x' is not a whole number",
                "mtu: 10 | f.yaml:1: mtu: 10 is outside 68..65535",
                "nodeId: 300 | f.yaml:1: nodeId: node id 300 is outside 1..254",
                "mtu: [1] | f.yaml:1: mtu: must be a single value",
                "mtu: 1400\\nmtu: 1500 | f.yaml:2",
                "'ipam: {contivCIDR: 10.128.0.0/14, vxlanCIDR: 10.0.0.0/24}' | ipam.vxlanCIDR: has no meaning beside",
                "'ipam: {vxlanCIDR: 10.1.0.0/24}' | podSubnetCIDR 10.1.0.0/16 overlaps vxlanCIDR",
                "'uplink: {nodePorts: 30000-70000}' | uplink.nodePorts: '30000-70000' is not a range within 1-65534",
                "'uplink: {sourceNatPorts: 32000-40000}' | overlap node ports 30000-32767",
                "'uplink: {gateway: router}' | f.yaml:1: uplink.gateway:",
                "'uplink: {vrfID: 1}' | f.yaml:1: uplink.vrfID: table 1 of the uplink must be another",
                "[] | must be a map",
                "hostPolicies: true | hostPolicies: must be a map",
                "hostPolicies: {namespace: Hosts} | f.yaml:1: hostPolicies.namespace: 'Hosts' is not the name of",
                "hostPolicies: {namespace: h, reachOwnPods: no} | hostPolicies.reachOwnPods: 'no' is neither true nor",
                "hostPolicies: {reachOwnPods: false} | hostPolicies.reachOwnPods: has no meaning without",
                "sessions: {max: 10} | f.yaml:1: sessions.max: 10 is outside 1024..16777216",
                "nat: {udpSeconds: 0} | f.yaml:1: nat.udpSeconds: 0 is outside 1..604800",
                "onPolicyChange: drop | f.yaml:1: onPolicyChange: 'drop' is none of re-evaluate, keep and drain Ns",
                "onPolicyChange: drain 0s | f.yaml:1: onPolicyChange: 'drain 0s' is none of",
                "a: b: c | f.yaml:1: this is not YAML"
            })
    void refusesMistakesWithTheirPlace(String text, String message) {
        assertThatThrownBy(() -> AgentConfig.parse("f.yaml", text.replace("\\n", "\n")))
                .isInstanceOf(ConfigFileException.class)
                .hasMessageContaining(message);
    }
}
