// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.SwitchUsage.AddressUse;
import io.tapline.dataplane.SwitchUsage.InterfaceUse;
import io.tapline.dataplane.SwitchUsage.PortShortage;
import io.tapline.dataplane.SwitchUsage.Table;
import io.tapline.dataplane.SwitchUsage.TableUse;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.FragmentCache;
import io.tapline.dataplane.table.NatCounts.Count;
import io.tapline.dataplane.table.NatPool;
import io.tapline.dataplane.table.NatPorts;
import io.tapline.dataplane.table.NatState;
import io.tapline.dataplane.table.NatTable;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads how full the worker's tables are. The worker copies a few numbers per interface; whoever asked makes sense of
 * them.
 */
final class UsageReader {
    private static final int FIELDS = 4;

    /** What the worker copied. */
    record Copy(
            List<TableUse> tables,
            int[] owners,
            NatState nat,
            NatPorts.Shortage shortage,
            int nowTicks,
            Generation of) {}

    private UsageReader() {}

    /** Copies. Worker thread. */
    static Copy copy(
            AclSessions acl,
            NatState nat,
            FragmentCache fragments,
            Neighbors neighbors,
            int nowTicks,
            Generation generation) {
        int count = nat.sessions().interfaces();
        int[] owners = new int[count * FIELDS];
        for (int i = 0; i < count; i++) {
            owners[i * FIELDS] = acl.size(i);
            owners[i * FIELDS + 1] = nat.sessions().owned(i);
            owners[i * FIELDS + 2] = nat.sessions().sharing(i);
            owners[i * FIELDS + 3] = fragments.size(i);
        }
        List<TableUse> tables = List.of(
                use(Table.ACL_SESSIONS, acl.table()),
                use(Table.NAT_SESSIONS, nat.sessions().table()),
                new TableUse(
                        Table.NAT_AFFINITIES,
                        nat.affinity().size(),
                        nat.affinity().capacity()),
                new TableUse(Table.FRAGMENTS, fragments.size(), fragments.capacity()),
                new TableUse(Table.NEIGHBORS, neighbors.size(), neighbors.capacity()));
        return new Copy(tables, owners, nat, nat.ports().shortage(), nowTicks, generation);
    }

    private static TableUse use(Table name, FlowTable table) {
        return new TableUse(name, table.size(), table.capacity());
    }

    /** Makes sense of a copy. Any thread. */
    static SwitchUsage decode(Copy copy) {
        return new SwitchUsage(copy.tables(), interfaces(copy), addresses(copy), shortage(copy));
    }

    private static List<InterfaceUse> interfaces(Copy copy) {
        List<InterfaceUse> uses = new ArrayList<>();
        int[] owners = copy.owners();
        for (int i = 0; i < owners.length / FIELDS; i++) {
            int at = i * FIELDS;
            if ((owners[at] | owners[at + 1] | owners[at + 3]) != 0) {
                uses.add(new InterfaceUse(
                        i,
                        copy.of().interfaces().name(i),
                        copy.of()
                                .interfaces()
                                .config(i)
                                .map(InterfaceConfig::owner)
                                .orElse(""),
                        owners[at],
                        owners[at + 1],
                        copy.nat().sessionsPerInterface(),
                        owners[at + 2],
                        owners[at + 3]));
            }
        }
        return uses;
    }

    private static List<AddressUse> addresses(Copy copy) {
        List<AddressUse> uses = new ArrayList<>();
        NatTable nat = copy.of().nat();
        for (InterfaceConfig config : copy.of().config().interfaces()) {
            NatPool pool = nat.pool(config.index());
            for (int i = 0; pool != null && i < pool.size(); i++) {
                int slot = pool.slot(i);
                Count count = copy.nat().sessions().counts().of(slot, nat.slotWord(slot));
                uses.add(new AddressUse(
                        config.name(),
                        IpAddress.ofIpv4(pool.address(i)),
                        pool.portCount(),
                        count.sessions(),
                        count.sessionsMade()));
            }
        }
        return uses;
    }

    private static Optional<PortShortage> shortage(Copy copy) {
        NatPorts.Shortage last = copy.shortage();
        if (last.count() == 0) {
            return Optional.empty();
        }
        return Optional.of(new PortShortage(
                IpAddress.ofIpv4(last.address()),
                IpAddress.ofIpv4(last.remote()),
                last.remotePort(),
                last.protocol(),
                copy.of().interfaces().name(last.owner()),
                (copy.nowTicks() - last.ticks()) / AclSessions.TICKS_PER_SECOND,
                last.count()));
    }
}
