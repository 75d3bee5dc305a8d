// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpAddress;
import java.util.List;

/** The definition of an access list: the rules are tried one by one. */
final class FirstMatch {
    private FirstMatch() {}

    /** What rules look at. */
    record Header(IpAddress source, IpAddress destination, int protocol, int first, int second, boolean portsKnown) {
        int ports() {
            return first << 16 | second;
        }
    }

    static int of(List<AclRule> rules, Header header) {
        for (int i = 0; i < rules.size(); i++) {
            if (matches(rules.get(i), header)) {
                return i;
            }
        }
        return CompiledAcl.NO_MATCH;
    }

    private static boolean matches(AclRule rule, Header h) {
        if (rule.source().isIpv4() != h.source().isIpv4()
                || !rule.source().contains(h.source())
                || !rule.destination().contains(h.destination())) {
            return false;
        }
        if (rule.protocol() != AclRule.ANY_PROTOCOL && rule.protocol() != h.protocol()) {
            return false;
        }
        boolean asksForPorts = !rule.sourcePorts().equals(PortRange.ANY)
                || !rule.destinationPorts().equals(PortRange.ANY);
        return !asksForPorts
                || (h.portsKnown()
                        && contains(rule.sourcePorts(), h.first())
                        && contains(rule.destinationPorts(), h.second()));
    }

    private static boolean contains(PortRange range, int port) {
        return range.first() <= port && port <= range.last();
    }
}
