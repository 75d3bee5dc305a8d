// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RuleTest {
    private static final Rule LOCAL = Rule.lookup(0, Rule.Match.ALL, Route.TABLE_LOCAL);

    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    @Test
    void isReadBackAsItWasAdded() {
        NetworkNamespace namespace = namespaces.create();
        Rule.Match address = Rule.Match.ALL.withTo(InetPrefix.parse("192.0.2.1/32"));
        Rule steer = Rule.lookup(40, address.withDevice(Rule.Match.LOCAL).withPorts(6, 30000, 32767), 1000);
        Rule drop = Rule.blackhole(41, address.withDevice("eth0").withPorts(17, 53, 53));
        Rule all = Rule.lookup(42, Rule.Match.ALL, Route.TABLE_MAIN);
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            rtnetlink.apply(Request.add(steer), Request.add(drop), Request.add(all));
            assertThat(rtnetlink.rules()).startsWith(LOCAL, steer, drop, all);
            assertThat(Shell.run("ip", "-n", TestNamespaces.nameOf(namespace), "rule"))
                    .contains("from all to 192.0.2.1 iif lo ipproto tcp dport 30000-32767 lookup 1000")
                    .contains("from all to 192.0.2.1 iif eth0 [detached] ipproto udp dport 53 blackhole");
            assertThat(rtnetlink.attempt(List.of(Request.add(steer))).getFirst().errno())
                    .isEqualTo(Errno.EEXIST);
            rtnetlink.apply(Request.delete(steer), Request.delete(drop));
            assertThat(rtnetlink.rules()).startsWith(LOCAL, all).hasSize(4);
        }
    }

    @Test
    void saysWhatItDoes() {
        Rule.Match match =
                Rule.Match.ALL.withTo(InetPrefix.parse("192.0.2.1/32")).withPorts(6, 80, 81);
        assertThat(Rule.lookup(7, match, 9)).hasToString("rule 7 to 192.0.2.1/32 ipproto 6 dport 80-81 lookup 9");
        assertThat(Rule.blackhole(8, Rule.Match.ALL.withDevice("eth0"))).hasToString("rule 8 iif eth0 blackhole");
    }
}
