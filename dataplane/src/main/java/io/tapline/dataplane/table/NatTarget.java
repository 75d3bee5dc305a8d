// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.wire.IpPrefix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A mapping or an identity, compiled. Immutable.
 *
 * <p>What the first packet of a connection needs stands close together: with thousands of services nothing of it is in
 * the processor's caches.
 */
public final class NatTarget {
    private static final int[] NONE = {};

    /** Per backend: address; port, {@link #TAKING} and {@link #HIDES_CLIENT}; forwarding table; slot. */
    private static final int CELLS = 4;

    private static final int FEW = 8;
    private static final int PORT_MASK = 0xffff;
    private static final int TAKING = 1 << 16;
    private static final int HIDES_CLIENT = 1 << 17;

    private final int address;
    private final int port;
    private final int protocol;
    private final boolean isIdentity;
    private final boolean out2inOnly;
    private final boolean drawsAll;
    private final int affinitySeconds;
    private final int[] cells;
    private final int[] allowed;
    private final NatMapping.TwiceNat twiceNat;
    private final NatMapping.WithoutBackends withoutBackends;
    private final NatMapping.Audience audience;
    private final int[] taking;
    private final BackendChooser chooser;
    private final Optional<NatMapping> mapping;
    private final String origin;

    private NatTarget(NatMapping mapping, int[] slots) {
        this.address = mapping.external().ipv4();
        this.port = mapping.port();
        this.protocol = mapping.protocol();
        this.isIdentity = false;
        this.out2inOnly = mapping.out2inOnly();
        this.affinitySeconds = mapping.affinitySeconds();
        this.twiceNat = mapping.twiceNat();
        this.withoutBackends = mapping.withoutBackends();
        this.audience = mapping.audience();
        this.mapping = Optional.of(mapping);
        this.origin = mapping.origin();
        this.allowed = prefixes(mapping.allowedSources());
        List<NatBackend> backends = mapping.backends();
        this.cells = new int[backends.size() * CELLS];
        for (int i = 0; i < backends.size(); i++) {
            fill(i * CELLS, backends.get(i), slots[i]);
        }
        this.taking = takingOf(backends);
        this.chooser = chooser(backends);
        this.drawsAll = taking.length > 0 && taking.length == backends.size() && chooser.isPlainDraw();
    }

    private NatTarget(NatIdentity identity, int slot) {
        this.address = identity.address().ipv4();
        this.port = identity.port();
        this.protocol = identity.protocol();
        this.isIdentity = true;
        this.out2inOnly = true;
        this.drawsAll = false;
        this.affinitySeconds = 0;
        this.cells = new int[] {0, 0, 0, slot};
        this.allowed = NONE;
        this.twiceNat = NatMapping.TwiceNat.OFF;
        this.withoutBackends = NatMapping.WithoutBackends.FORWARD;
        this.audience = NatMapping.Audience.ANY;
        this.taking = NONE;
        this.chooser = new BackendChooser(new long[0], NONE);
        this.mapping = Optional.empty();
        this.origin = identity.origin();
    }

    private static int[] takingOf(List<NatBackend> backends) {
        int[] taking = new int[backends.size()];
        int count = 0;
        for (int i = 0; i < taking.length; i++) {
            if (!backends.get(i).draining()) {
                taking[count++] = i;
            }
        }
        return Arrays.copyOf(taking, count);
    }

    private BackendChooser chooser(List<NatBackend> backends) {
        long[] identities = new long[taking.length];
        int[] weights = new int[taking.length];
        for (int i = 0; i < taking.length; i++) {
            identities[i] = identity(taking[i]);
            weights[i] = backends.get(taking[i]).weight();
        }
        return new BackendChooser(identities, weights);
    }

    private void fill(int at, NatBackend backend, int slot) {
        cells[at] = backend.address().ipv4();
        cells[at + 1] = backend.port() | (backend.draining() ? 0 : TAKING) | (backend.hideClient() ? HIDES_CLIENT : 0);
        cells[at + 2] = backend.table();
        cells[at + 3] = slot;
    }

    /** Network and mask of each. */
    private static int[] prefixes(List<IpPrefix> prefixes) {
        return prefixes.isEmpty()
                ? NONE
                : prefixes.stream()
                        .flatMapToInt(prefix ->
                                IntStream.of(prefix.network().address().ipv4(), prefix.ipv4Mask()))
                        .toArray();
    }

    static NatTarget of(NatMapping mapping, int[] slots) {
        return new NatTarget(mapping, slots);
    }

    static NatTarget of(NatIdentity identity, int slot) {
        return new NatTarget(identity, slot);
    }

    /** Reads both ends of what a connection's first packet needs of it. The caller keeps the sum of the results. */
    public long touch() {
        return (long) address + (twiceNat == NatMapping.TwiceNat.OFF ? 0 : 1);
    }

    /** Reads both ends of its backends. */
    public long touchBackends() {
        return cells.length == 0 ? 0 : cells[0] + cells[cells.length - 1];
    }

    /** Whether {@link #choose} costs little and alone decides. */
    public boolean drawsFew() {
        return drawsAll && affinitySeconds == 0 && cells.length <= FEW * CELLS;
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
        return address;
    }

    /** Outside port; 0 for the whole address. */
    public int port() {
        return port;
    }

    /** Protocol; 0 for the whole address. */
    public int protocol() {
        return protocol;
    }

    /** How long a client that pauses stays with its backend; 0: not at all. */
    public int affinitySeconds() {
        return affinitySeconds;
    }

    /** What it was made from. */
    public String origin() {
        return origin;
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
        return cells.length / CELLS;
    }

    /** Whether connections that a backend begins are left alone. */
    public boolean out2inOnly() {
        return out2inOnly;
    }

    /** Whether a backend never sees its clients' addresses. */
    public boolean hidesClient(int backend) {
        return (cells[backend * CELLS + 1] & HIDES_CLIENT) != 0;
    }

    /** Whether connections from an address are accepted. */
    public boolean allows(int source) {
        for (int i = 0; i < allowed.length; i += 2) {
            if ((source & allowed[i + 1]) == allowed[i]) {
                return true;
            }
        }
        return allowed.length == 0;
    }

    /** Number of backends. */
    public int backends() {
        return isIdentity ? 0 : cells.length / CELLS;
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
        if (drawsAll) {
            return draw(hash);
        }
        int choice = chooser.choose(hash);
        return choice < 0 ? -1 : taking[choice];
    }

    /** As {@link BackendChooser}, which is far away, out of what a connection needs of its backend anyway. */
    private int draw(long hash) {
        int best = 0;
        long highest = BackendChooser.number(hash, identity(0));
        for (int i = 1; i < cells.length / CELLS; i++) {
            long number = BackendChooser.number(hash, identity(i));
            best = number > highest ? i : best;
            highest = Math.max(highest, number);
        }
        return best;
    }

    private long identity(int backend) {
        int at = backend * CELLS;
        return BackendChooser.mix((long) cells[at] << 16 | (cells[at + 1] & PORT_MASK));
    }

    /** Whether a backend takes new connections. */
    public boolean isTaking(int backend) {
        return (cells[backend * CELLS + 1] & TAKING) != 0;
    }

    /** IPv4 address of a backend. */
    public int address(int backend) {
        return cells[backend * CELLS];
    }

    /** Port of a backend; 0 for the whole address. */
    public int port(int backend) {
        return cells[backend * CELLS + 1] & PORT_MASK;
    }

    /** Forwarding table of a backend, or -1 for the receiver's. */
    public int table(int backend) {
        return cells[backend * CELLS + 2];
    }

    /** Slot of a backend, or of an identity as its backend 0: see {@link NatTable#slotWord}. */
    public int slot(int backend) {
        return cells[backend * CELLS + 3];
    }

    /** The backend with this address and port, or -1. */
    public int find(int address, int port) {
        for (int i = 0; i < backends(); i++) {
            if (address(i) == address && port(i) == port) {
                return i;
            }
        }
        return -1;
    }
}
