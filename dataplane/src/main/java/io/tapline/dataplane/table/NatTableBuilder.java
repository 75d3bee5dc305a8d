// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link NatTable} out of the one before: finds what has changed, takes out what is gone, and puts in what is
 * new. What stays is not touched. A table without a predecessor is made out of an empty one, so that there is one way.
 */
final class NatTableBuilder {
    private final NatConfig config;
    private final Map<String, Integer> interfaces;
    private final int maxInterface;
    private final NatTable previous;
    private final NatTargets.Builder targets;
    private final NatSlotTable.Builder slots;
    private final NatIndex.Builder index;

    /** Mappings of the configuration that are not as they were, with the numbers that they had or {@code NONE}. */
    private final List<Change> changes = new ArrayList<>();

    private record Change(NatMapping mapping, int number) {}

    NatTableBuilder(NatConfig config, Map<String, Integer> interfaces, int maxInterface, @Nullable NatTable previous) {
        this.config = config;
        this.interfaces = interfaces;
        this.maxInterface = maxInterface;
        this.previous = previous != null ? previous : empty(maxInterface);
        this.targets = new NatTargets.Builder(this.previous.targets());
        this.slots = new NatSlotTable.Builder(this.previous.slotTable());
        this.index = new NatIndex.Builder(this.previous.index());
    }

    private static NatTable empty(int maxInterface) {
        NatPool none = new NatPool(List.of(), new int[0], SourceNat.ALL_PORTS, List.of());
        return new NatTable(
                new NatConfig(true),
                NatTargets.EMPTY,
                NatSlotTable.EMPTY,
                NatIndex.EMPTY,
                Ip4PortMap.EMPTY,
                new NatPool[maxInterface + 1],
                none);
    }

    NatTable build() {
        removeMappings();
        Set<NatIdentity> kept = removeIdentities();
        for (Change change : changes) {
            put(change);
        }
        for (NatIdentity identity : config.identities()) {
            if (!kept.remove(identity)) {
                add(identity);
            }
        }
        @Nullable NatPool[] pools = sourceNats();
        NatPool twiceNat = twiceNat();
        NatTargets newTargets = targets.build();
        NatIndex newIndex = index.build();
        NatSlotTable newSlots = slots.build();
        NatTable table = new NatTable(config, newTargets, newSlots, newIndex, Ip4PortMap.EMPTY, pools, twiceNat);
        return newTargets.hasBothWays()
                ? new NatTable(config, newTargets, newSlots, newIndex, bothWays(table), pools, twiceNat)
                : table;
    }

    /**
     * Finds what has changed between the beginnings and the ends that the lists have in common, and removes mappings
     * that are gone.
     */
    private void removeMappings() {
        List<NatMapping> before = previous.config().mappings();
        List<NatMapping> after = config.mappings();
        int shorter = Math.min(before.size(), after.size());
        int from = 0;
        while (from < shorter && before.get(from).equals(after.get(from))) {
            from++;
        }
        int same = 0;
        while (same < shorter - from
                && before.get(before.size() - 1 - same).equals(after.get(after.size() - 1 - same))) {
            same++;
        }
        BitSet gone = new BitSet();
        for (NatMapping mapping : before.subList(from, before.size() - same)) {
            gone.set(previous.numberOf(mapping));
        }
        for (NatMapping mapping : after.subList(from, after.size() - same)) {
            int number = previous.numberOf(mapping);
            boolean had = number != NatTable.NONE && gone.get(number);
            if (had) {
                gone.clear(number);
            }
            if (!had || !previous.target(number).isOf(mapping)) {
                changes.add(new Change(mapping, had ? number : NatTable.NONE));
            }
        }
        gone.stream().forEach(this::remove);
    }

    /** Removes identities that are gone; the others. */
    private Set<NatIdentity> removeIdentities() {
        Set<NatIdentity> kept = new HashSet<>(previous.config().identities());
        kept.retainAll(new HashSet<>(config.identities()));
        for (NatIdentity identity : previous.config().identities()) {
            if (!kept.contains(identity)) {
                remove(previous.findExact(identity.address().ipv4(), identity.port(), identity.protocol()));
            }
        }
        return kept;
    }

    private void remove(int number) {
        NatTarget target = previous.target(number);
        index.remove(target);
        targets.remove(number);
        for (int i = 0; i < target.slotCount(); i++) {
            slots.release(target.slot(i));
        }
    }

    private void put(Change change) {
        NatMapping mapping = change.mapping();
        if (change.number() == NatTable.NONE) {
            int[] taken = new int[mapping.backends().size()];
            for (int i = 0; i < taken.length; i++) {
                taken[i] = slots.take(state(mapping.backends().get(i)));
            }
            add(mapping.name(), NatTarget.of(mapping, taken));
        } else {
            NatTarget old = previous.target(change.number());
            NatTarget target = NatTarget.of(mapping, keptSlots(mapping, old));
            index.replace(old, target);
            set(change.number(), target);
        }
    }

    /** Slots of a mapping's backends: those that it has had already keep theirs, those of the others are free. */
    private int[] keptSlots(NatMapping mapping, NatTarget old) {
        int[] kept = new int[mapping.backends().size()];
        BitSet stay = new BitSet();
        for (int i = 0; i < kept.length; i++) {
            NatBackend backend = mapping.backends().get(i);
            int before = old.find(backend.address().ipv4(), backend.port());
            boolean same = before >= 0 && old.table(before) == backend.table();
            kept[i] = same ? old.slot(before) : NatTable.NONE;
            stay.set(same ? before : old.backends());
        }
        for (int i = stay.nextClearBit(0); i < old.backends(); i = stay.nextClearBit(i + 1)) {
            slots.release(old.slot(i));
        }
        for (int i = 0; i < kept.length; i++) {
            int state = state(mapping.backends().get(i));
            if (kept[i] == NatTable.NONE) {
                kept[i] = slots.take(state);
            } else {
                slots.state(kept[i], state);
            }
        }
        return kept;
    }

    private static int state(NatBackend backend) {
        return backend.draining() ? NatTable.DRAINING : NatTable.ACTIVE;
    }

    private void add(NatIdentity identity) {
        add("NAT identity " + identity.address(), NatTarget.of(identity, slots.take(NatTable.ACTIVE)));
    }

    private void add(String name, NatTarget target) {
        int number = targets.newNumber();
        int stands = index.add(target, number);
        if (stands != number) {
            throw new ConfigException(name + ": the same outside address and port is given twice"
                    + describe(target.origin(), targets.origin(stands)));
        }
        set(number, target);
    }

    private void set(int number, NatTarget target) {
        targets.put(number, target);
        for (int i = 0; i < target.slotCount(); i++) {
            slots.of(target.slot(i), number, i);
        }
    }

    private static String describe(String one, String other) {
        return one.isEmpty() && other.isEmpty() ? "" : ", by '" + other + "' and '" + one + "'";
    }

    private @Nullable NatPool[] sourceNats() {
        @Nullable NatPool[] pools = new NatPool[maxInterface + 1];
        for (SourceNat nat : previous.config().sourceNats()) {
            nat.pool().forEach(address -> index.removePoolAddress(address.ipv4()));
        }
        for (SourceNat nat : config.sourceNats()) {
            Integer at = interfaces.get(nat.device());
            if (at == null) {
                throw new ConfigException("source NAT: there is no interface " + nat.device());
            }
            if (pools[at] != null) {
                throw new ConfigException("source NAT on " + nat.device() + ": given twice; list all addresses once");
            }
            nat.pool().forEach(address -> index.addPoolAddress(address.ipv4()));
            pools[at] = pool(nat.pool(), previous.pool(at), nat);
        }
        for (int i = 0; i <= maxInterface; i++) {
            NatPool old = previous.pool(i);
            if (old != null && pools[i] == null) {
                releaseOthers(old, List.of());
            }
        }
        return pools;
    }

    private NatPool twiceNat() {
        IpAddress anyAddress = IpAddress.ofIpv4(0);
        SourceNat all = SourceNat.of("", anyAddress);
        return pool(config.twiceNatPool(), previous.twiceNat(), all);
    }

    private NatPool pool(List<IpAddress> listed, @Nullable NatPool old, SourceNat nat) {
        List<IpAddress> addresses = listed.stream().distinct().toList();
        if (old != null) {
            releaseOthers(old, addresses);
        }
        int[] own = new int[addresses.size()];
        for (int i = 0; i < own.length; i++) {
            int before = old == null ? NatTable.NONE : old.find(addresses.get(i).ipv4());
            own[i] = old == null || before < 0 ? slots.take(NatTable.ACTIVE) : old.slot(before);
        }
        return new NatPool(addresses, own, nat.ports(), nat.excluded());
    }

    private void releaseOthers(NatPool old, List<IpAddress> stay) {
        for (int i = 0; i < old.size(); i++) {
            if (!stay.contains(IpAddress.ofIpv4(old.address(i)))) {
                slots.release(old.slot(i));
            }
        }
    }

    /** Of several mappings of a backend the first counts; there are hardly ever any, so this is made anew each time. */
    private Ip4PortMap bothWays(NatTable table) {
        Ip4PortMap.Builder map = Ip4PortMap.EMPTY.builder();
        for (NatMapping mapping : config.mappings()) {
            NatTarget target = mapping.out2inOnly() ? null : table.find(mapping);
            for (int i = 0; target != null && i < target.backends(); i++) {
                if (map.find(target.address(i), target.port(i), target.protocol()) == Ip4PortMap.NONE) {
                    map.put(target.address(i), target.port(i), target.protocol(), target.slot(i));
                }
            }
        }
        return map.build();
    }
}
