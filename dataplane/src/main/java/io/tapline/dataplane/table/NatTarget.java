// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.wire.IpPrefix;
import java.util.Optional;

/** A mapping or an identity, compiled. Immutable. */
public final class NatTarget {
    private final Optional<NatMapping> mapping;
    private final NatIdentity identity;
    private final boolean isIdentity;
    private final int[] addresses;
    private final int[] ports;
    private final int[] tables;
    private final int[] slots;
    private final int[] taking;
    private final BackendChooser chooser;
    private final int affinitySeconds;
    private final NatMapping.TwiceNat twiceNat;
    private final NatMapping.WithoutBackends withoutBackends;
    private final NatMapping.Audience audience;
    private final boolean out2inOnly;
    private final boolean[] hidden;
    private final int[] allowedNetworks;
    private final int[] allowedMasks;

    private NatTarget(Optional<NatMapping> mapping, NatIdentity identity, int[] slots) {
        this.mapping = mapping;
        this.identity = identity;
        this.isIdentity = mapping.isEmpty();
        this.slots = slots;
        var backends = mapping.map(NatMapping::backends).orElse(java.util.List.of());
        this.addresses =
                backends.stream().mapToInt(backend -> backend.address().ipv4()).toArray();
        this.ports = backends.stream().mapToInt(NatBackend::port).toArray();
        this.tables = backends.stream().mapToInt(NatBackend::table).toArray();
        this.taking = java.util.stream.IntStream.range(0, backends.size())
                .filter(i -> !backends.get(i).draining())
                .toArray();
        long[] identities = new long[taking.length];
        int[] weights = new int[taking.length];
        for (int i = 0; i < taking.length; i++) {
            identities[i] = BackendChooser.mix((long) addresses[taking[i]] << 16 | ports[taking[i]]);
            weights[i] = backends.get(taking[i]).weight();
        }
        this.chooser = new BackendChooser(identities, weights);
        this.affinitySeconds = mapping.map(NatMapping::affinitySeconds).orElse(0);
        this.twiceNat = mapping.map(NatMapping::twiceNat).orElse(NatMapping.TwiceNat.OFF);
        this.withoutBackends = mapping.map(NatMapping::withoutBackends).orElse(NatMapping.WithoutBackends.FORWARD);
        this.hidden = new boolean[backends.size()];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = backends.get(i).hideClient();
        }
        var allowed = mapping.map(NatMapping::allowedSources).orElse(java.util.List.of());
        this.allowedNetworks = allowed.stream()
                .mapToInt(prefix -> prefix.network().address().ipv4())
                .toArray();
        this.allowedMasks = allowed.stream().mapToInt(IpPrefix::ipv4Mask).toArray();
        this.audience = mapping.map(NatMapping::audience).orElse(NatMapping.Audience.ANY);
        this.out2inOnly = mapping.map(NatMapping::out2inOnly).orElse(true);
    }

    static NatTarget of(NatMapping mapping, int[] slots) {
        return new NatTarget(
                Optional.of(mapping),
                new NatIdentity(mapping.external(), mapping.port(), mapping.protocol(), mapping.origin()),
                slots);
    }

    static NatTarget of(NatIdentity identity, int slot) {
        return new NatTarget(Optional.empty(), identity, new int[] {slot});
    }

    /** Whether it leaves packets as they are. */
    public boolean isIdentity() {
        return isIdentity;
    }

    /** What a mapping was compiled from; empty for an identity. */
    public Optional<NatMapping> mapping() {
        return mapping;
    }

    /** Outside IPv4 address. */
    public int address() {
        return identity.address().ipv4();
    }

    /** Outside port; 0 for the whole address. */
    public int port() {
        return identity.port();
    }

    /** Protocol; 0 for the whole address. */
    public int protocol() {
        return identity.protocol();
    }

    /** How long a client that pauses stays with its backend; 0: not at all. */
    public int affinitySeconds() {
        return affinitySeconds;
    }

    /** What it was made from. */
    public String origin() {
        return identity.origin();
    }

    /** When the source is translated too. */
    public NatMapping.TwiceNat twiceNat() {
        return twiceNat;
    }

    /** What new connections meet when no backend takes any. */
    public NatMapping.WithoutBackends withoutBackends() {
        return withoutBackends;
    }

    /** For whose connections it is. */
    public NatMapping.Audience audience() {
        return audience;
    }

    /** Whether it was compiled from this mapping. */
    boolean isOf(NatMapping other) {
        return mapping.isPresent() && mapping.get().equals(other);
    }

    /** Number of slots: one for each backend, or an identity's. */
    int slotCount() {
        return slots.length;
    }

    /** Whether connections that a backend begins are left alone. */
    public boolean out2inOnly() {
        return out2inOnly;
    }

    /** Whether a backend never sees its clients' addresses. */
    public boolean hidesClient(int backend) {
        return hidden[backend];
    }

    /** Whether connections from an address are accepted. */
    public boolean allows(int source) {
        for (int i = 0; i < allowedNetworks.length; i++) {
            if ((source & allowedMasks[i]) == allowedNetworks[i]) {
                return true;
            }
        }
        return allowedNetworks.length == 0;
    }

    /** Number of backends. */
    public int backends() {
        return addresses.length;
    }

    /** Number of backends that take new connections. */
    public int takingBackends() {
        return taking.length;
    }

    /** Spreads a hash of fewer good bits over all 64. */
    public static long spread(long hash) {
        return BackendChooser.mix(hash);
    }

    /** The backend for a new connection with this hash, or -1 when none takes any. */
    public int choose(long hash) {
        int choice = chooser.choose(hash);
        return choice < 0 ? -1 : taking[choice];
    }

    /** Whether a backend takes new connections. */
    public boolean isTaking(int backend) {
        return java.util.Arrays.binarySearch(taking, backend) >= 0;
    }

    /** IPv4 address of a backend. */
    public int address(int backend) {
        return addresses[backend];
    }

    /** Port of a backend; 0 for the whole address. */
    public int port(int backend) {
        return ports[backend];
    }

    /** Forwarding table of a backend, or -1 for the receiver's. */
    public int table(int backend) {
        return tables[backend];
    }

    /** Slot of a backend, or of an identity as its backend 0: see {@link NatTable#slotWord}. */
    public int slot(int backend) {
        return slots[backend];
    }

    /** The backend with this address and port, or -1. */
    public int find(int address, int port) {
        for (int i = 0; i < addresses.length; i++) {
            if (addresses[i] == address && ports[i] == port) {
                return i;
            }
        }
        return -1;
    }
}
