// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.vpp;

import io.tapline.dataplane.Page;
import io.tapline.dataplane.SessionView;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.vswitch.LiveSwitch;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Access lists as VPP shows them, each rule with its origin behind. */
final class VppAcls {
    private static final int MAX_LIST = 0xffff;

    private final LiveSwitch vswitch;

    VppAcls(LiveSwitch vswitch) {
        this.vswitch = vswitch;
    }

    private SwitchConfig config() {
        return vswitch.generation().config();
    }

    String lists(List<String> rest) {
        int wanted = rest.isEmpty() ? -1 : VppCommands.number(rest.getLast(), MAX_LIST);
        StringBuilder out = new StringBuilder();
        for (AclConfig acl : config().acls()) {
            if (wanted < 0 || acl.index() == wanted) {
                append(out, acl);
            }
        }
        return out.toString();
    }

    private void append(StringBuilder out, AclConfig acl) {
        out.append("acl-index " + acl.index() + " count " + acl.rules().size() + " tag {" + acl.name() + "}\n");
        for (int i = 0; i < acl.rules().size(); i++) {
            AclRule rule = acl.rules().get(i);
            out.append(String.format("%11d: ", i))
                    .append(rule.source().isIpv4() ? "ipv4 " : "ipv6 ")
                    .append(rule.action().name().toLowerCase(Locale.ROOT).replace('_', '+'))
                    .append(" src " + rule.source() + " dst " + rule.destination() + " proto " + rule.protocol())
                    .append(" sport " + ports(rule.sourcePorts()) + " dport " + ports(rule.destinationPorts()))
                    .append(
                            rule.origin().text().isEmpty()
                                    ? ""
                                    : "  {" + rule.origin().text() + "}")
                    .append('\n');
        }
        out.append("  applied inbound on sw_if_index: " + places(acl.index(), InterfaceConfig::inputAcls) + "\n");
        out.append("  applied outbound on sw_if_index: " + places(acl.index(), InterfaceConfig::outputAcls) + "\n");
        out.append("  carried from sw_if_index: " + places(acl.index(), InterfaceConfig::senderAcls) + "\n");
    }

    private static String ports(PortRange range) {
        return range.first() == range.last() ? Integer.toString(range.first()) : range.first() + "-" + range.last();
    }

    private String places(int acl, Function<InterfaceConfig, List<Integer>> lists) {
        return config().interfaces().stream()
                .filter(iface -> lists.apply(iface).contains(acl))
                .map(iface -> Integer.toString(iface.index()))
                .collect(Collectors.joining(", "));
    }

    String interfaces() {
        StringBuilder out = new StringBuilder();
        for (InterfaceConfig iface : config().interfaces()) {
            out.append("sw_if_index " + iface.index() + " (" + iface.name() + "):\n");
            line(out, "input acl(s)", iface.inputAcls());
            line(out, "output acl(s)", iface.outputAcls());
            line(out, "sender acl(s)", iface.senderAcls());
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String name, List<Integer> lists) {
        if (!lists.isEmpty()) {
            out.append(
                    "  " + name + ": " + lists.stream().map(Object::toString).collect(Collectors.joining(", ")) + "\n");
        }
    }

    String sessions() {
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (from != Page.END) {
            Page<SessionView> page = vswitch.sessions(from);
            for (SessionView session : page.entries()) {
                out.append(String.format(
                        "  [%d] sw_if_index %d proto %d %s:%d <-> %s:%d age %d s idle %d s timeout class %d%n",
                        session.number(),
                        session.interfaceIndex(),
                        session.protocol(),
                        session.source(),
                        session.sourcePort(),
                        session.destination(),
                        session.destinationPort(),
                        session.ageSeconds(),
                        session.idleSeconds(),
                        session.timeoutClass()));
            }
            from = page.next();
        }
        return "Sessions total: " + out.toString().lines().count() + "\n" + out;
    }
}
