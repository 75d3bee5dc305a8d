// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
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
 *
 * <p>Mappings and identities keep their numbers likewise. So a table shares nearly all its memory with the one before
 * when little has changed, and is made in less than a millisecond.
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

    /** What a slot's word counts up by. */
    static final int INCARNATION = 4;

    private final NatConfig config;
    private final boolean passesAll;
    private final boolean hasWholeAddresses;
    private final NatTargets targets;
    private final NatSlotTable slots;
    private final NatIndex index;
    private final Ip4PortMap bothWays;
    private final @Nullable NatPool[] pools;
    private final NatPool twiceNat;

    NatTable(
            NatConfig config,
            NatTargets targets,
            NatSlotTable slots,
            NatIndex index,
            Ip4PortMap bothWays,
            @Nullable NatPool[] pools,
            NatPool twiceNat) {
        this.config = config;
        this.passesAll = config.forwarding()
                && config.mappings().isEmpty()
                && config.identities().isEmpty()
                && config.sourceNats().isEmpty();
        this.hasWholeAddresses = targets.hasWholeAddresses();
        this.targets = targets;
        this.slots = slots;
        this.index = index;
        this.bothWays = bothWays;
        this.pools = pools;
        this.twiceNat = twiceNat;
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
        return new NatTableBuilder(config, interfaces, maxInterface, previous).build();
    }

    /**
     * Whether no packet is translated that no session translates: nothing is mapped, and what matches nothing passes.
     */
    public boolean passesAll() {
        return passesAll;
    }

    /** Whether packets that match nothing pass. */
    public boolean forwarding() {
        return config.forwarding();
    }

    /** Whether a mapping hides all its clients. */
    public boolean hidesClients() {
        return targets.hidesClients();
    }

    /**
     * Number of the mapping or identity of an outside address and port, the most specific; or {@link #NONE}.
     *
     * @param external whether for clients on the outside, else for those on the inside
     */
    public int find(int address, int port, int protocol, boolean external) {
        int found = index.find(address, port, protocol, external);
        return found == NONE && hasWholeAddresses ? index.find(address, 0, 0, external) : found;
    }

    /** What {@link #touch} wants of an outside address and port. */
    public static long hash(int address, int port, int protocol) {
        return Ip4PortMap.hash(address, port, protocol);
    }

    /** Reads where {@link #find} will begin. The caller keeps the sum of the results. */
    public long touch(long hash, boolean external) {
        return index.touch(hash, external);
    }

    /** Number of the mapping or identity that has exactly this outside address, port and protocol, or {@link #NONE}. */
    public int findExact(int address, int port, int protocol) {
        int found = index.find(address, port, protocol, false);
        return found == NONE ? index.find(address, port, protocol, true) : found;
    }

    /** The compiled form of a mapping with this outside address, port, protocol and audience, or null. */
    public @Nullable NatTarget find(NatMapping mapping) {
        int number = numberOf(mapping);
        return number == NONE ? null : targets.get(number);
    }

    int numberOf(NatMapping mapping) {
        boolean external = mapping.audience() == NatMapping.Audience.EXTERNAL;
        int number = index.find(mapping.external().ipv4(), mapping.port(), mapping.protocol(), external);
        boolean same = number != NONE
                && !targets.get(number).isIdentity()
                && targets.get(number).audience() == mapping.audience();
        return same ? number : NONE;
    }

    /** Whether a mapping has a backend at an inside address and port. */
    public boolean isBackend(int address, int port, int protocol) {
        return index.backends().find(address, port, protocol) != NONE
                || (hasWholeAddresses && index.backends().find(address, 0, 0) != NONE);
    }

    /** Slot of a backend whose mapping works both ways, the first of the configuration; or {@link #NONE}. */
    public int findBothWays(int address, int port, int protocol) {
        int found = bothWays.find(address, port, protocol);
        return found == NONE && hasWholeAddresses ? bothWays.find(address, 0, 0) : found;
    }

    /** Whether an address is outside one of a mapping, identity or source pool. */
    public boolean isExternal(int address) {
        return index.externals().find(address, 0, 0) != NONE;
    }

    /** Whether an address is one of a source pool. */
    public boolean isPoolAddress(int address) {
        int found = index.externals().find(address, 0, 0);
        return found != NONE && (found & NatIndex.POOL) != 0;
    }

    /** A mapping or identity. */
    public NatTarget target(int number) {
        return targets.get(number);
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
        return slots.size();
    }

    /** A slot's incarnation and state. */
    public int slotWord(int slot) {
        return slots.word(slot);
    }

    /** Whether two words of a slot are of the same owner, whatever its states. */
    public static boolean isSameOwner(int word, int other) {
        return (word ^ other) >>> 2 == 0;
    }

    /** Number of the mapping or identity that a slot belongs to, or {@link #NONE}. */
    public int slotTarget(int slot) {
        return slots.target(slot);
    }

    /** The backend that a slot stands for, within its mapping. */
    public int slotBackend(int slot) {
        return slots.backend(slot);
    }

    NatConfig config() {
        return config;
    }

    NatTargets targets() {
        return targets;
    }

    NatSlotTable slotTable() {
        return slots;
    }

    NatIndex index() {
        return index;
    }

    @Nullable
    NatPool[] pools() {
        return pools;
    }
}
