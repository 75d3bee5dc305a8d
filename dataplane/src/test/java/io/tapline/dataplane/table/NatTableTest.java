// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatMapping.Audience;
import io.tapline.dataplane.config.NatMapping.TwiceNat;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A table made out of the one before says what a table made anew would say, and keeps what stays in its slot. */
class NatTableTest {
    private static final int ADDRESSES = 6;
    private static final int PORTS = 4;
    private static final int PODS = 5;
    private static final Map<String, Integer> INTERFACES = Map.of("uplink", 1, "other", 2);

    private static IpAddress external(int i) {
        return IpAddress.ofIpv4(0x0a60_0000 + i);
    }

    private static IpAddress pod(int i) {
        return IpAddress.ofIpv4(0x0a01_0100 + i);
    }

    private static NatTable compile(NatConfig config, NatTable previous) {
        return NatTable.compile(config, INTERFACES, 3, previous);
    }

    private static NatTable compileAnew(NatConfig config) {
        return NatTable.compile(config, INTERFACES, 3, null);
    }

    /** Edits a configuration at random; what it makes need not be valid. */
    private static final class Editor {
        private final SplittableRandom random;
        private final List<NatMapping> mappings = new ArrayList<>();
        private final List<NatIdentity> identities = new ArrayList<>();
        private final List<SourceNat> sourceNats = new ArrayList<>();
        private final List<IpAddress> twiceNat = new ArrayList<>();

        Editor(SplittableRandom random) {
            this.random = random;
        }

        private NatMapping mapping() {
            boolean whole = random.nextInt(8) == 0;
            int protocol = whole ? 0 : random.nextBoolean() ? Ipv4.PROTOCOL_TCP : Ipv4.PROTOCOL_UDP;
            int port = whole ? 0 : 80 + random.nextInt(PORTS);
            return NatMapping.of(external(random.nextInt(ADDRESSES)), port, protocol, backends(whole))
                    .withAudience(Audience.values()[random.nextInt(3)])
                    .withOut2inOnly(random.nextInt(3) > 0)
                    .withTwiceNat(TwiceNat.values()[random.nextInt(3)])
                    .withOrigin("mapping " + random.nextInt(100));
        }

        private List<NatBackend> backends(boolean whole) {
            List<NatBackend> backends = new ArrayList<>();
            for (int i = whole ? 1 : random.nextInt(4); i > 0; i--) {
                int pod = random.nextInt(PODS);
                backends.removeIf(backend -> backend.address().equals(pod(pod)));
                NatBackend backend = NatBackend.of(pod(pod), whole ? 0 : 8080).withTable(random.nextInt(2));
                backends.add(random.nextInt(4) == 0 ? backend.drained() : backend);
            }
            return backends;
        }

        private void edit() {
            int at = mappings.isEmpty() ? 0 : random.nextInt(mappings.size());
            switch (random.nextInt(9)) {
                case 0 -> mappings.subList(at, mappings.isEmpty() ? 0 : at + 1).clear();
                case 1, 2 -> mappings.add(at, mapping());
                case 3 -> mappings.add(mapping());
                case 4 -> {
                    if (!mappings.isEmpty()) {
                        NatMapping old = mappings.get(at);
                        mappings.set(at, old.withBackends(backends(old.protocol() == 0)));
                    }
                }
                case 5 -> {
                    if (!mappings.isEmpty()) {
                        mappings.add(mappings.remove(at));
                    }
                }
                case 6 -> {
                    identities.clear();
                    for (int i = random.nextInt(3); i > 0; i--) {
                        int port = random.nextBoolean() ? 0 : 80 + random.nextInt(PORTS);
                        identities.add(NatIdentity.of(external(random.nextInt(ADDRESSES)), port, port == 0 ? 0 : 6));
                    }
                }
                case 7 -> {
                    sourceNats.clear();
                    for (String device : random.nextBoolean() ? List.of("uplink") : List.of("other", "uplink")) {
                        List<IpAddress> pool = new ArrayList<>(List.of(external(random.nextInt(ADDRESSES))));
                        pool.add(external(random.nextInt(ADDRESSES)));
                        sourceNats.add(new SourceNat(device, pool, SourceNat.ALL_PORTS, List.of()));
                    }
                }
                default -> {
                    twiceNat.clear();
                    twiceNat.add(external(random.nextInt(ADDRESSES)));
                }
            }
        }

        NatConfig next() {
            for (int i = random.nextInt(4); i >= 0; i--) {
                edit();
            }
            return new NatConfig(random.nextBoolean())
                    .withMappings(mappings)
                    .withSourceNats(sourceNats, identities)
                    .withTwiceNatPool(twiceNat);
        }

        void restore(NatConfig config) {
            mappings.clear();
            mappings.addAll(config.mappings());
            identities.clear();
            identities.addAll(config.identities());
            sourceNats.clear();
            sourceNats.addAll(config.sourceNats());
            twiceNat.clear();
            twiceNat.addAll(config.twiceNatPool());
        }
    }

    @Test
    void saysWhatATableMadeAnewSays() {
        int refused = 0;
        for (long seed = 1; seed <= 150; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Editor editor = new Editor(random);
            NatConfig inForce = new NatConfig(true);
            NatTable table = compileAnew(inForce);
            for (int step = 0; step < 40; step++) {
                String where = "seed " + seed + " step " + step;
                NatConfig config = editor.next();
                NatTable anew;
                try {
                    anew = compileAnew(config);
                } catch (ConfigException e) {
                    NatTable before = table;
                    assertThatThrownBy(() -> compile(config, before)).as(where).isInstanceOf(ConfigException.class);
                    editor.restore(inForce);
                    refused++;
                    continue;
                }
                NatTable after = compile(config, table);
                assertSame(after, anew, where);
                assertSlots(after, table, where);
                inForce = config;
                table = after;
            }
        }
        assertThat(refused).as("configurations that contradict themselves").isBetween(500, 4000);
    }

    private static void assertSame(NatTable table, NatTable anew, String where) {
        assertThat(table.passesAll()).as(where).isEqualTo(anew.passesAll());
        assertThat(table.forwarding()).as(where).isEqualTo(anew.forwarding());
        assertThat(table.hidesClients()).as(where).isEqualTo(anew.hidesClients());
        for (int protocol : new int[] {0, Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP}) {
            for (int i = 0; i <= ADDRESSES; i++) {
                int address = external(i).ipv4();
                assertThat(table.isExternal(address)).as(where).isEqualTo(anew.isExternal(address));
                assertThat(table.isPoolAddress(address)).as(where).isEqualTo(anew.isPoolAddress(address));
                for (int port = 79; port <= 80 + PORTS; port++) {
                    assertThat(describe(table, table.find(address, port, protocol, true)))
                            .as(where)
                            .isEqualTo(describe(anew, anew.find(address, port, protocol, true)));
                    assertThat(describe(table, table.find(address, port, protocol, false)))
                            .as(where)
                            .isEqualTo(describe(anew, anew.find(address, port, protocol, false)));
                }
            }
            for (int i = 0; i <= PODS; i++) {
                int address = pod(i).ipv4();
                assertThat(table.isBackend(address, 8080, protocol))
                        .as(where)
                        .isEqualTo(anew.isBackend(address, 8080, protocol));
                assertThat(describeSlot(table, table.findBothWays(address, 8080, protocol)))
                        .as(where)
                        .isEqualTo(describeSlot(anew, anew.findBothWays(address, 8080, protocol)));
            }
        }
    }

    private static String describe(NatTable table, int number) {
        if (number == NatTable.NONE) {
            return "none";
        }
        NatTarget target = table.target(number);
        return target.isIdentity() ? "identity " + target.address() + ":" + target.port() : target.mapping() + "";
    }

    private static String describeSlot(NatTable table, int slot) {
        return slot == NatTable.NONE
                ? "none"
                : table.slotBackend(slot) + " of " + describe(table, table.slotTarget(slot));
    }

    private static int slotOf(NatTable table, NatMapping mapping, NatBackend backend) {
        NatTarget target = table.find(mapping);
        int index = target == null ? -1 : target.find(backend.address().ipv4(), backend.port());
        return target != null && index >= 0 && target.table(index) == backend.table()
                ? target.slot(index)
                : NatTable.NONE;
    }

    /** Whoever stays keeps its slot and incarnation; whoever is new has another; nobody shares; the rest is absent. */
    private static void assertSlots(NatTable table, NatTable before, String where) {
        Set<Integer> used = new HashSet<>(Set.of(NatTable.FREE_SLOT));
        for (NatMapping mapping : table.config().mappings()) {
            NatTarget target = Objects.requireNonNull(table.find(mapping));
            for (int i = 0; i < mapping.backends().size(); i++) {
                NatBackend backend = mapping.backends().get(i);
                int slot = target.slot(i);
                assertThat(used.add(slot))
                        .as("%s: slot %d is one backend's", where, slot)
                        .isTrue();
                assertThat(describeSlot(table, slot)).as(where).isEqualTo(i + " of " + target.mapping());
                assertThat(table.slotWord(slot) & NatTable.STATE_MASK)
                        .as(where)
                        .isEqualTo(backend.draining() ? NatTable.DRAINING : NatTable.ACTIVE);
                int oldSlot = slotOf(before, mapping, backend);
                boolean same = slot < before.slots()
                        && NatTable.isSameOwner(before.slotWord(slot), table.slotWord(slot))
                        && (before.slotWord(slot) & NatTable.STATE_MASK) != NatTable.ABSENT;
                assertThat(same).as("%s: slot %d of %s", where, slot, backend).isEqualTo(oldSlot != NatTable.NONE);
                if (oldSlot != NatTable.NONE) {
                    assertThat(slot).as(where).isEqualTo(oldSlot);
                }
            }
        }
        for (NatIdentity identity : table.config().identities()) {
            int number = table.findExact(identity.address().ipv4(), identity.port(), identity.protocol());
            assertThat(used.add(table.target(number).slot(0))).as(where).isTrue();
        }
        for (int i = 0; i <= 3; i++) {
            NatPool pool = i < 3 ? table.pool(i) : table.twiceNat();
            NatPool old = i < 3 ? before.pool(i) : before.twiceNat();
            for (int j = 0; pool != null && j < pool.size(); j++) {
                assertThat(used.add(pool.slot(j))).as(where).isTrue();
                int oldAt = old == null ? -1 : old.find(pool.address(j));
                if (old != null && oldAt >= 0) {
                    assertThat(pool.slot(j)).as(where).isEqualTo(old.slot(oldAt));
                }
            }
        }
        for (int slot = 0; slot < table.slots(); slot++) {
            boolean absent = (table.slotWord(slot) & NatTable.STATE_MASK) == NatTable.ABSENT;
            assertThat(absent).as("%s: slot %d is free", where, slot).isEqualTo(!used.contains(slot));
        }
    }

    @Test
    void doesNotGrowWhenBackendsComeAndGo() {
        NatMapping web = NatMapping.of(external(0), 80, Ipv4.PROTOCOL_TCP, List.of(NatBackend.of(pod(0), 8080)));
        NatTable table = compileAnew(new NatConfig(true).withMappings(List.of(web)));
        for (int i = 1; i < 1000; i++) {
            NatMapping next = web.withBackends(List.of(NatBackend.of(pod(i % 50), 8080)));
            table = compile(new NatConfig(true).withMappings(i % 3 == 0 ? List.of() : List.of(next)), table);
        }
        assertThat(table.slots()).isLessThanOrEqualTo(3);
    }

    @Test
    void theTableBeforeStaysWhatItWas() {
        NatMapping web = NatMapping.of(external(0), 80, Ipv4.PROTOCOL_TCP, List.of(NatBackend.of(pod(0), 8080)));
        NatConfig config = new NatConfig(true).withMappings(List.of(web));
        NatTable table = compileAnew(config);
        compile(new NatConfig(true), table);
        compile(new NatConfig(true).withMappings(List.of(web.withBackends(List.of()))), table);
        assertSame(table, compileAnew(config), "after two that were not published");
        NatBackend backend = web.backends().getFirst();
        assertThat(slotOf(table, web, backend)).isEqualTo(slotOf(compileAnew(config), web, backend));
    }
}
