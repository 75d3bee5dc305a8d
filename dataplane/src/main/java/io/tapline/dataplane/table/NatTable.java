// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * NAT44's configuration, compiled. Immutable once published.
 *
 * <p>What a session may depend on - a backend of a mapping, an identity, an address of a pool - has a <em>slot</em>, a
 * small number that it keeps from generation to generation. A slot's word holds an incarnation, which counts up
 * whenever the slot is given to something new, and whether it is in use. A session remembers slot and incarnation, so
 * that after a change of configuration one comparison tells whether it may go on, and a change touches only the
 * sessions of what changed.
 */
public final class NatTable {
    /** Slot of sessions that depend on nothing. */
    public static final int FREE_SLOT = 0;
    /** State of a slot: nothing uses it. */
    public static final int ABSENT = 0;
    /** State of a slot: sessions may begin and go on. */
    public static final int ACTIVE = 1;
    /** State of a slot: TCP sessions may go on. */
    public static final int DRAINING = 2;
    /** The state within a slot's word. */
    public static final int STATE_MASK = 3;
    /** No target. */
    public static final int NONE = -1;

    private static final int INCARNATION = 4;
    private static final int MAPPED_ADDRESS = 0;
    private static final int POOL_ADDRESS = 1;

    private final boolean forwarding;
    private final boolean passesAll;
    private final NatTarget[] targets;
    private final Ip4PortMap forInternal;
    private final Ip4PortMap forExternal;
    private final Ip4PortMap byBackend;
    private final Ip4PortMap externals;
    private final boolean hasWholeAddresses;
    private final @Nullable NatPool[] pools;
    private final NatPool twiceNat;
    private final int[] slotWords;
    private final int[] slotTargets;
    private final int[] slotBackends;

    private NatTable(Builder builder) {
        forwarding = builder.config.forwarding();
        passesAll = forwarding
                && builder.config.mappings().isEmpty()
                && builder.config.identities().isEmpty()
                && builder.config.sourceNats().isEmpty();
        targets = builder.targets.toArray(NatTarget[]::new);
        forInternal = builder.forInternal;
        forExternal = builder.forExternal;
        byBackend = builder.byBackend;
        externals = builder.externals;
        hasWholeAddresses = builder.hasWholeAddresses;
        pools = builder.pools;
        twiceNat = builder.twiceNat;
        slotWords = builder.slotWords;
        slotTargets = builder.slotTargets;
        slotBackends = builder.slotBackends;
    }

    /**
     * Compiles a configuration.
     *
     * @param interfaces index by name
     * @param previous the table in force before, whose slots are kept; null for the first
     * @throws ConfigException naming the object and what is wrong with it
     */
    public static NatTable compile(
            NatConfig config, Map<String, Integer> interfaces, int maxInterface, @Nullable NatTable previous) {
        return new Builder(config, interfaces, maxInterface, previous).build();
    }

    /**
     * Whether no packet is translated that no session translates: nothing is mapped, and what matches nothing passes.
     */
    public boolean passesAll() {
        return passesAll;
    }

    /** Whether packets that match nothing pass. */
    public boolean forwarding() {
        return forwarding;
    }

    /**
     * Number of the mapping or identity of an outside address and port, the most specific; or {@link #NONE}.
     *
     * @param external whether for clients on the outside, else for those on the inside
     */
    public int find(int address, int port, int protocol, boolean external) {
        Ip4PortMap map = external ? forExternal : forInternal;
        int found = map.find(address, port, protocol);
        return found == NONE && hasWholeAddresses ? map.find(address, 0, 0) : found;
    }

    /** Number of the mapping that has exactly this outside address, port and protocol, or {@link #NONE}. */
    public int findExact(int address, int port, int protocol) {
        int found = forInternal.find(address, port, protocol);
        return found == NONE ? forExternal.find(address, port, protocol) : found;
    }

    private int findExact(int address, int port, int protocol, NatMapping.Audience audience) {
        Ip4PortMap map = audience == NatMapping.Audience.EXTERNAL ? forExternal : forInternal;
        return map.find(address, port, protocol);
    }

    /** Slot of the first backend at an inside address and port, or {@link #NONE}. */
    public int findBackend(int address, int port, int protocol) {
        int found = byBackend.find(address, port, protocol);
        return found == NONE && hasWholeAddresses ? byBackend.find(address, 0, 0) : found;
    }

    /** Whether an address is outside one of a mapping, identity or source pool. */
    public boolean isExternal(int address) {
        return externals.find(address, 0, 0) != NONE;
    }

    /** Whether an address is one of a source pool. */
    public boolean isPoolAddress(int address) {
        return externals.find(address, 0, 0) == POOL_ADDRESS;
    }

    /** A mapping or identity. */
    public NatTarget target(int number) {
        return targets[number];
    }

    /** Number of mappings and identities. */
    public int targets() {
        return targets.length;
    }

    /** The pool of source NAT on an interface, or null. */
    public @Nullable NatPool pool(int interfaceIndex) {
        return pools[interfaceIndex];
    }

    /** Addresses that stand for hidden clients; may be empty. */
    public NatPool twiceNat() {
        return twiceNat;
    }

    /** Number of slots, used or not. */
    public int slots() {
        return slotWords.length;
    }

    /** A slot's incarnation and state. */
    public int slotWord(int slot) {
        return slotWords[slot];
    }

    /** Whether two words of a slot are of the same owner, whatever its states. */
    public static boolean isSameOwner(int word, int other) {
        return (word ^ other) >>> 2 == 0;
    }

    /** Number of the mapping or identity that a slot belongs to, or {@link #NONE}. */
    public int slotTarget(int slot) {
        return slot < slotTargets.length ? slotTargets[slot] : NONE;
    }

    /** The backend that a slot stands for, within its mapping. */
    public int slotBackend(int slot) {
        return slotBackends[slot];
    }

    /** Collects a table, keeping what did not change. */
    private static final class Builder {
        private final NatConfig config;
        private final Map<String, Integer> interfaces;
        private final @Nullable NatTable previous;
        private final List<NatTarget> targets = new ArrayList<>();
        private final Ip4PortMap forInternal;
        private final Ip4PortMap forExternal;
        private final Ip4PortMap byBackend;
        private final Ip4PortMap externals;
        private final @Nullable NatPool[] pools;
        private final Deque<Integer> freeSlots = new ArrayDeque<>();
        private final BitSet kept = new BitSet();
        private NatPool twiceNat;
        private boolean hasWholeAddresses;
        private int[] slotWords;
        private int[] slotTargets = {};
        private int[] slotBackends = {};
        private int slotCount;

        Builder(NatConfig config, Map<String, Integer> interfaces, int maxInterface, @Nullable NatTable previous) {
            this.config = config;
            this.interfaces = interfaces;
            this.previous = previous;
            int entries = config.mappings().size() + config.identities().size();
            int backends = config.mappings().stream()
                    .mapToInt(mapping -> mapping.backends().size())
                    .sum();
            forInternal = new Ip4PortMap(entries);
            forExternal = new Ip4PortMap(entries);
            byBackend = new Ip4PortMap(backends);
            externals = new Ip4PortMap(entries
                    + config.sourceNats().stream()
                            .mapToInt(nat -> nat.pool().size())
                            .sum());
            pools = new NatPool[maxInterface + 1];
            slotWords = previous == null ? new int[] {INCARNATION | ACTIVE} : previous.slotWords.clone();
            slotCount = slotWords.length;
            twiceNat = new NatPool(List.of(), new int[0], SourceNat.ALL_PORTS, List.of());
        }

        NatTable build() {
            kept.set(FREE_SLOT);
            claimKeptSlots();
            for (SourceNat nat : config.sourceNats()) {
                nat.pool().forEach(address -> externals.add(address.ipv4(), 0, 0, POOL_ADDRESS));
            }
            for (NatMapping mapping : config.mappings()) {
                add(mapping);
            }
            for (NatIdentity identity : config.identities()) {
                add(identity);
            }
            for (SourceNat nat : config.sourceNats()) {
                add(nat);
            }
            twiceNat = twiceNatPool();
            slotWords = java.util.Arrays.copyOf(slotWords, slotCount);
            indexSlots();
            return new NatTable(this);
        }

        /** Finds the slots that stay with their owners, so that what is new can have the others. */
        private void claimKeptSlots() {
            if (previous == null) {
                return;
            }
            for (NatMapping mapping : config.mappings()) {
                NatTarget old = old(mapping);
                if (old != null) {
                    mapping.backends().forEach(backend -> keep(oldSlot(old, backend)));
                }
            }
            for (NatIdentity identity : config.identities()) {
                NatTarget old = old(identity);
                if (old != null) {
                    keep(old.slot(0));
                }
            }
            for (SourceNat nat : config.sourceNats()) {
                nat.pool().forEach(address -> keep(oldPoolSlot(oldPool(nat.device()), address.ipv4())));
            }
            config.twiceNatPool().forEach(address -> keep(oldPoolSlot(previous.twiceNat, address.ipv4())));
            for (int slot = 0; slot < slotCount; slot++) {
                if (!kept.get(slot)) {
                    slotWords[slot] &= ~STATE_MASK;
                    freeSlots.add(slot);
                }
            }
        }

        private void keep(int slot) {
            if (slot != NONE) {
                kept.set(slot);
            }
        }

        private @Nullable NatTarget old(NatMapping mapping) {
            int number = previous == null
                    ? NONE
                    : previous.findExact(
                            mapping.external().ipv4(), mapping.port(), mapping.protocol(), mapping.audience());
            NatTarget old = number == NONE || previous == null ? null : previous.target(number);
            boolean sameAudience = old != null
                    && old.mapping()
                            .filter(before -> before.audience() == mapping.audience())
                            .isPresent();
            return sameAudience ? old : null;
        }

        private @Nullable NatTarget old(NatIdentity identity) {
            int number = previous == null
                    ? NONE
                    : previous.findExact(identity.address().ipv4(), identity.port(), identity.protocol());
            NatTarget old = number == NONE || previous == null ? null : previous.target(number);
            return old != null && old.isIdentity() ? old : null;
        }

        private static int oldSlot(NatTarget old, io.tapline.dataplane.config.NatBackend backend) {
            int found = old.find(backend.address().ipv4(), backend.port());
            return found >= 0 && old.table(found) == backend.table() ? old.slot(found) : NONE;
        }

        private @Nullable NatPool oldPool(String device) {
            Integer index = interfaces.get(device);
            return previous == null || index == null ? null : previous.pools[index];
        }

        private static int oldPoolSlot(@Nullable NatPool pool, int address) {
            for (int i = 0; pool != null && i < pool.size(); i++) {
                if (pool.address(i) == address) {
                    return pool.slot(i);
                }
            }
            return NONE;
        }

        private int slot(int old, int state) {
            int slot = old;
            if (old == NONE) {
                Integer free = freeSlots.poll();
                slot = free == null ? newSlot() : free;
                slotWords[slot] += INCARNATION;
            }
            slotWords[slot] = (slotWords[slot] & ~STATE_MASK) | state;
            return slot;
        }

        private int newSlot() {
            if (slotCount == slotWords.length) {
                slotWords = java.util.Arrays.copyOf(slotWords, Math.max(16, slotCount * 2));
            }
            return slotCount++;
        }

        private void add(NatMapping mapping) {
            NatTarget old = old(mapping);
            int number = targets.size();
            boolean same = old != null && old.mapping().filter(mapping::equals).isPresent();
            if (same && old != null) {
                targets.add(old);
            } else {
                int[] slots = mapping.backends().stream()
                        .mapToInt(backend -> slot(
                                old == null ? NONE : oldSlot(old, backend), backend.draining() ? DRAINING : ACTIVE))
                        .toArray();
                targets.add(NatTarget.of(mapping, slots));
            }
            register(mapping.name(), targets.getLast(), number, mapping.audience());
            NatTarget target = targets.getLast();
            for (int i = 0; i < target.backends(); i++) {
                byBackend.add(target.address(i), target.port(i), mapping.protocol(), target.slot(i));
            }
        }

        private void add(NatIdentity identity) {
            NatTarget old = old(identity);
            int number = targets.size();
            targets.add(NatTarget.of(identity, slot(old == null ? NONE : old.slot(0), ACTIVE)));
            register("NAT identity " + identity.address(), targets.getLast(), number, NatMapping.Audience.ANY);
        }

        private void register(String name, NatTarget target, int number, NatMapping.Audience audience) {
            if (audience != NatMapping.Audience.EXTERNAL) {
                enter(forInternal, name, target, number);
            }
            if (audience != NatMapping.Audience.INTERNAL) {
                enter(forExternal, name, target, number);
            }
            externals.add(target.address(), 0, 0, MAPPED_ADDRESS);
            hasWholeAddresses |= target.protocol() == 0;
        }

        private void enter(Ip4PortMap map, String name, NatTarget target, int number) {
            int stands = map.add(target.address(), target.port(), target.protocol(), number);
            if (stands != number) {
                throw new ConfigException(name + ": the same outside address and port is given twice"
                        + describe(target.origin(), targets.get(stands).origin()));
            }
        }

        private static String describe(String one, String other) {
            return one.isEmpty() && other.isEmpty() ? "" : ", by '" + other + "' and '" + one + "'";
        }

        private void add(SourceNat nat) {
            Integer index = interfaces.get(nat.device());
            if (index == null) {
                throw new ConfigException("source NAT: there is no interface " + nat.device());
            }
            if (pools[index] != null) {
                throw new ConfigException("source NAT on " + nat.device() + ": given twice; list all addresses once");
            }
            pools[index] = pool(nat.pool(), oldPool(nat.device()), nat);
        }

        private NatPool twiceNatPool() {
            SourceNat all = new SourceNat(
                    "",
                    config.twiceNatPool().isEmpty() ? List.of(IpAddress.ofIpv4(0)) : config.twiceNatPool(),
                    SourceNat.ALL_PORTS,
                    List.of());
            return pool(config.twiceNatPool(), previous == null ? null : previous.twiceNat, all);
        }

        private NatPool pool(List<IpAddress> addresses, @Nullable NatPool old, SourceNat nat) {
            int[] slots = addresses.stream()
                    .mapToInt(address -> slot(oldPoolSlot(old, address.ipv4()), ACTIVE))
                    .toArray();
            return new NatPool(addresses, slots, nat.ports(), nat.excluded());
        }

        private void indexSlots() {
            slotTargets = new int[slotCount];
            slotBackends = new int[slotCount];
            java.util.Arrays.fill(slotTargets, NONE);
            for (int number = 0; number < targets.size(); number++) {
                NatTarget target = targets.get(number);
                int count = target.isIdentity() ? 1 : target.backends();
                for (int i = 0; i < count; i++) {
                    slotTargets[target.slot(i)] = number;
                    slotBackends[target.slot(i)] = i;
                }
            }
        }
    }
}
