// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.vpp;

import io.tapline.agent.view.Protocols;
import io.tapline.dataplane.NatMappingUse;
import io.tapline.dataplane.NatMappingUse.BackendUse;
import io.tapline.dataplane.NatSessionView;
import io.tapline.dataplane.Page;
import io.tapline.dataplane.SwitchUsage;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatRole;
import io.tapline.vswitch.LiveSwitch;
import java.util.Locale;

/** NAT44 as VPP shows it. */
final class VppNat {
    private final LiveSwitch vswitch;

    VppNat(LiveSwitch vswitch) {
        this.vswitch = vswitch;
    }

    String sessions() {
        StringBuilder out = new StringBuilder("NAT44 ED sessions:\n");
        int from = 0;
        while (from != Page.END) {
            Page<NatSessionView> page = vswitch.natSessions(from);
            page.entries().forEach(session -> append(out, session));
            from = page.next();
        }
        return out.toString();
    }

    private static void append(StringBuilder out, NatSessionView session) {
        NatSessionView.Tuple inside = session.inside();
        NatSessionView.Tuple outside = session.outside();
        out.append(String.format(
                "    i2o %s proto %s port %d fib %d%n",
                inside.source(), Protocols.name(session.protocol()), inside.sourcePort(), inside.table()));
        out.append(String.format(
                "    o2i %s proto %s port %d fib %d%n",
                outside.destination(), Protocols.name(session.protocol()), outside.destinationPort(), outside.table()));
        out.append(String.format("       external host %s:%d%n", outside.source(), outside.sourcePort()));
        out.append(String.format(
                "       %s, %s, last heard %d s ago, %d s left%n",
                session.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                session.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                session.idleSeconds(),
                session.leftSeconds()));
        out.append(session.origin().isEmpty() ? "" : "       " + session.origin() + "\n");
    }

    String mappings() {
        StringBuilder out = new StringBuilder("NAT44 static mappings:\n");
        for (NatMappingUse use : vswitch.natMappings()) {
            NatMapping mapping = use.mapping();
            out.append(String.format(
                    " %s external %s:%d %s{%s}%n",
                    Protocols.name(mapping.protocol()),
                    mapping.external(),
                    mapping.port(),
                    mapping.out2inOnly() ? "out2in-only " : "",
                    mapping.origin()));
            for (BackendUse backend : use.backends()) {
                out.append(String.format(
                        "  local %s:%d vrf %d probability %d%s sessions %d {%s}%n",
                        backend.backend().address(),
                        backend.backend().port(),
                        backend.backend().table(),
                        backend.backend().weight(),
                        backend.backend().draining() ? " draining" : "",
                        backend.count().sessions(),
                        backend.backend().origin()));
            }
        }
        return out.toString();
    }

    String interfaces() {
        StringBuilder out = new StringBuilder("NAT44 interfaces:\n");
        for (InterfaceConfig iface : vswitch.generation().config().interfaces()) {
            if (iface.nat() != NatRole.NONE) {
                out.append(" " + iface.name() + " "
                        + iface.nat().name().toLowerCase(Locale.ROOT).replace('_', ' ') + "\n");
            }
        }
        return out.toString();
    }

    String addresses() {
        StringBuilder out = new StringBuilder("NAT44 pool addresses:\n");
        for (SwitchUsage.AddressUse use : vswitch.usage().addresses()) {
            out.append(String.format(
                    "%s on %s%n  %d busy, %d ports to each remote endpoint%n",
                    use.address(), use.interfaceName(), use.sessions(), use.ports()));
        }
        out.append("NAT44 twice-nat pool addresses:\n");
        vswitch.generation()
                .config()
                .nat()
                .twiceNatPool()
                .forEach(address -> out.append(address).append('\n'));
        return out.toString();
    }

    String summary() {
        SwitchUsage.TableUse use = vswitch.usage().table(SwitchUsage.Table.NAT_SESSIONS);
        return "max translations per thread: " + use.capacity() + "\ntotal sessions: " + use.used()
                + "\ntotal static mappings: " + vswitch.natMappings().size() + "\n";
    }
}
