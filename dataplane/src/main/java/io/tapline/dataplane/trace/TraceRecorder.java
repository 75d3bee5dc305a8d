// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Graph;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Region;
import io.tapline.wire.VirtioNet;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records what happens to chosen packets, in a ring of fixed slots of off-heap memory.
 *
 * <p>An arm chooses packets as they are received. While a packet is under way its slot collects one record per node;
 * when the packet leaves or is dropped, the trace is kept if an arm still wants it, else the slot is free again at
 * once. Kept traces give way oldest first, so that the ring never "fills and stops". Without an arm the cost is one
 * boolean per vector.
 *
 * <p>Threading: the worker thread records; {@link #read} may be called by any thread at any time and sees each trace
 * whole or not at all (a version number per slot, odd while the slot is written).
 */
public final class TraceRecorder implements AutoCloseable {
    /** Bytes per slot. */
    static final int SLOT_BYTES = 4096;
    /** Most bytes kept of the received frame. */
    static final int FRAME_BYTES = 512;
    /** Most bytes kept of a header at one node. */
    static final int HEADER_BYTES = 64;

    static final int NUMBER = 0;
    static final int USED = 8;
    static final int ARMS = 12;
    static final int TRUNCATED = 16;
    static final int CAPTURED = 20;
    static final int LENGTH = 24;
    static final int RX_INTERFACE = 28;
    static final int START_NANOS = 32;
    static final int OUTCOME = 40;
    static final int REASON = 44;
    static final int GENERATION = 48;
    static final int CAPTURE = 64;
    static final int RECORDS = CAPTURE + VirtioNet.HEADER_BYTES + FRAME_BYTES + 4;

    /** Outcome: the packet left by an interface. */
    public static final int SENT = 1;
    /** Outcome: the packet was dropped. */
    public static final int DROPPED = 2;
    /** Outcome: the switch took the packet for itself. */
    public static final int DELIVERED = 3;

    static final int KIND = 0;
    static final int NODE = 2;
    static final int SIZE = 4;
    static final int TIME = 8;
    static final int PAYLOAD = 16;

    static final int KIND_VIRTIO = 1;
    static final int KIND_ETHERNET = 2;
    static final int KIND_IP4 = 3;
    static final int KIND_ACL = 4;
    static final int KIND_NAT = 5;
    static final int KIND_LOOKUP = 6;
    static final int KIND_REWRITE = 7;
    static final int KIND_OUTPUT = 8;
    static final int KIND_ARP = 9;
    static final int KIND_DROP = 10;
    static final int KIND_ICMP_ERROR = 11;

    /** Most filters that wait at the same time. */
    static final int MAX_ARMS = 31;

    /** Slots for packets under way, so that a trace which is not kept in the end has not cost one that was. */
    private static final int SPARE_SLOTS = Graph.VECTOR_FRAMES;

    private final Region ring;
    private final int capacity;
    private final int slots;
    private final LongSupplier nanoClock;
    private final AtomicLongArray versions;
    private final @Nullable Generation[] generations;
    private final int[] free;
    private final int[] kept;
    private final List<TraceArm> arms = new ArrayList<>();
    private int freeCount;
    private int keptFrom;
    private int keptCount;
    private int oldestArm;
    private long packets;
    private boolean armed;

    /** A ring that keeps {@code capacity} traces, 1..65536; memory is mapped when first used. */
    public TraceRecorder(int capacity, LongSupplier nanoClock) {
        this.capacity = capacity;
        this.slots = capacity + SPARE_SLOTS;
        this.nanoClock = nanoClock;
        this.ring = Region.allocate("trace ring", (long) slots * SLOT_BYTES);
        this.versions = new AtomicLongArray(slots);
        this.generations = new Generation[slots];
        this.free = new int[slots];
        this.kept = new int[capacity];
        this.freeCount = slots;
        for (int i = 0; i < slots; i++) {
            free[i] = slots - 1 - i;
        }
    }

    /**
     * Traces the next {@code packets} packets that match, beside what is armed already. A filter that has its packets
     * gives way to this one; if {@value #MAX_ARMS} still wait, the oldest does. Worker thread.
     */
    public void arm(TraceFilter filter, int packetCount) {
        if (packetCount <= 0) {
            return;
        }
        int at = 0;
        while (at < arms.size() && !arms.get(at).isSpent()) {
            at++;
        }
        TraceArm arm = new TraceArm(filter, packetCount);
        if (at < arms.size()) {
            forget(1 << at);
            arms.set(at, arm);
        } else if (arms.size() < MAX_ARMS) {
            arms.add(arm);
        } else {
            forget(1 << oldestArm);
            arms.set(oldestArm, arm);
            oldestArm = (oldestArm + 1) % MAX_ARMS;
        }
        armed = true;
    }

    /** Stops tracing; what was kept stays, what is under way is forgotten. Worker thread. */
    public void disarm() {
        forget(-1);
        arms.clear();
        armed = false;
    }

    /** Packets under way are no longer wanted by the arms at these positions, which others will take. */
    private void forget(int positions) {
        for (int slot = 0; slot < slots; slot++) {
            long wanted = address(slot) + ARMS;
            // Slots that were never used are left unmapped.
            if (versions.getPlain(slot) != 0) {
                Memory.putNativeI32(wanted, Memory.nativeI32(wanted) & ~positions);
            }
        }
    }

    /** Forgets all kept traces. Worker thread. */
    public void clear() {
        while (keptCount > 0) {
            release(takeOldest());
        }
    }

    /** Whether any arm waits: when false, no frame needs to be looked at. */
    public boolean isArmed() {
        return armed;
    }

    /** Starts a trace of a received frame if an arm wants it. */
    public void begin(long frame, Generation generation) {
        int wanted = 0;
        for (int i = 0; i < arms.size(); i++) {
            TraceArm arm = arms.get(i);
            if (!arm.isSpent() && arm.matches(frame)) {
                wanted |= 1 << i;
            }
        }
        if (wanted == 0) {
            return;
        }
        int slot = freeCount > 0 ? free[--freeCount] : keptCount > 0 ? takeOldest() : -1;
        if (slot < 0) {
            return;
        }
        beginWriting(slot);
        generations[slot] = generation;
        long s = address(slot);
        int length = Frame.length(frame);
        int captured = Math.min(length, FRAME_BYTES);
        Memory.putNativeI64(s + NUMBER, 0);
        Memory.putNativeI32(s + USED, RECORDS);
        Memory.putNativeI32(s + ARMS, wanted);
        Memory.putNativeI32(s + TRUNCATED, 0);
        Memory.putNativeI32(s + REASON, -1);
        Memory.putNativeI32(s + CAPTURED, captured);
        Memory.putNativeI32(s + LENGTH, length);
        Memory.putNativeI32(s + RX_INTERFACE, Frame.rxInterface(frame));
        Memory.putNativeI64(s + START_NANOS, nanoClock.getAsLong());
        Memory.putNativeI64(s + GENERATION, generation.number());
        Memory.copy(Frame.virtioNet(frame), s + CAPTURE, VirtioNet.HEADER_BYTES + captured);
        Frame.traceSlot(frame, slot);
    }

    /** {@code virtio-input}: what the device handed over. */
    public void virtioInput(int node, long frame) {
        long r = record(KIND_VIRTIO, node, frame, 8 + VirtioNet.HEADER_BYTES);
        if (r != 0) {
            Memory.putNativeI32(r, Frame.rxInterface(frame));
            Memory.putNativeI32(r + 4, Frame.length(frame));
            Memory.copy(Frame.virtioNet(frame), r + 8, VirtioNet.HEADER_BYTES);
        }
    }

    /** {@code ethernet-input}: the Ethernet header, with a tag if there is one. */
    public void ethernet(int node, long frame) {
        long r = record(KIND_ETHERNET, node, frame, 4 + HEADER_BYTES);
        if (r != 0) {
            int length = Math.min(Frame.length(frame), Ethernet.HEADER_BYTES + Ethernet.VLAN_TAG_BYTES);
            Memory.putNativeI32(r, length);
            Memory.copy(Frame.ethernet(frame), r + 4, length);
        }
    }

    /** A node that shows the IPv4 packet. */
    public void ip4(int node, long frame) {
        long r = record(KIND_IP4, node, frame, 4 + HEADER_BYTES);
        if (r != 0) {
            copyIp4(frame, r);
        }
    }

    /** An access list node's verdict. */
    public void acl(int node, long frame, AclVerdict verdict) {
        long r = record(KIND_ACL, node, frame, 52);
        if (r != 0) {
            Memory.putNativeI32(r, verdict.interfaceIndex);
            Memory.putNativeI32(r + 4, verdict.nextIndex);
            Memory.putNativeI32(r + 8, verdict.action);
            Memory.putNativeI32(r + 12, verdict.aclIndex);
            Memory.putNativeI32(r + 16, verdict.ruleIndex);
            Memory.putNativeI32(r + 20, verdict.traceBits);
            Memory.putNativeI32(r + 24, verdict.source);
            Memory.putNativeI32(r + 28, verdict.destination);
            Memory.putNativeI32(r + 32, Frame.ports(frame));
            Memory.putNativeI32(r + 36, Frame.protocol(frame) << 8 | Frame.tcpFlags(frame));
            Memory.putNativeI32(r + 40, Frame.flags(frame));
            Memory.putNativeI32(r + 44, verdict.entry);
            Memory.putNativeI32(r + 48, verdict.lists);
        }
    }

    /** A NAT44 node's verdict, and how the packet looks now. */
    public void nat(int node, long frame, NatVerdict verdict) {
        long r = record(KIND_NAT, node, frame, 52);
        if (r != 0) {
            long ip = Frame.ip(frame);
            Memory.putNativeI32(r, Frame.rxInterface(frame));
            Memory.putNativeI32(r + 4, verdict.nextIndex);
            Memory.putNativeI32(r + 8, verdict.session);
            Memory.putNativeI32(r + 12, verdict.created ? 1 : 0);
            Memory.putNativeI32(r + 16, verdict.slot);
            Memory.putNativeI32(r + 20, verdict.target);
            Memory.putNativeI32(r + 24, verdict.source);
            Memory.putNativeI32(r + 28, verdict.destination);
            Memory.putNativeI32(r + 32, verdict.ports);
            Memory.putNativeI32(r + 36, Ipv4.source(ip));
            Memory.putNativeI32(r + 40, Ipv4.destination(ip));
            Memory.putNativeI32(r + 44, verdict.portsAfter);
            Memory.putNativeI32(r + 48, Frame.protocol(frame));
        }
    }

    /** {@code ip4-lookup} or {@code ip4-load-balance}. */
    public void lookup(int node, long frame, int table, int number, int dpo) {
        long r = record(KIND_LOOKUP, node, frame, 20 + HEADER_BYTES);
        if (r != 0) {
            Memory.putNativeI32(r, table);
            Memory.putNativeI32(r + 4, number);
            Memory.putNativeI32(r + 8, Frame.flowHash(frame));
            Memory.putNativeI32(r + 12, dpo);
            copyIp4(frame, r + 16);
        }
    }

    /** {@code ip4-rewrite}, after the rewrite. */
    public void rewrite(int node, long frame, int number, int gateway) {
        long r = record(KIND_REWRITE, node, frame, 20 + HEADER_BYTES);
        if (r != 0) {
            Memory.putNativeI32(r, Frame.txInterface(frame));
            Memory.putNativeI32(r + 4, number);
            Memory.putNativeI32(r + 8, gateway);
            Memory.putNativeI32(r + 12, Frame.flowHash(frame));
            copyEthernet(frame, r + 16, HEADER_BYTES);
        }
    }

    /** An interface's output: the frame as it leaves. */
    public void output(int node, long frame) {
        int captured = Math.min(Frame.length(frame), FRAME_BYTES);
        long r = record(KIND_OUTPUT, node, frame, 12 + captured);
        if (r != 0) {
            Memory.putNativeI32(r, Frame.txInterface(frame));
            Memory.putNativeI32(r + 4, Frame.length(frame));
            copyEthernet(frame, r + 8, captured);
        }
    }

    /** {@code arp-input}: the ARP packet. */
    public void arp(int node, long frame) {
        long r = record(KIND_ARP, node, frame, 4 + HEADER_BYTES);
        if (r != 0) {
            copyIp4(frame, r);
        }
    }

    /**
     * {@code ip4-icmp-error}: why the packet is dropped, and whether its sender is told. What follows in the trace is
     * the error's way; the outcome stays that of the packet.
     */
    public void icmpError(int node, long frame, boolean sent) {
        Memory.putNativeI32(address(Frame.traceSlot(frame)) + REASON, Frame.dropReason(frame));
        long r = record(KIND_ICMP_ERROR, node, frame, 20 + HEADER_BYTES);
        if (r != 0) {
            Memory.putNativeI32(r, Frame.dropReporter(frame));
            Memory.putNativeI32(r + 4, Frame.dropReason(frame));
            Memory.putNativeI32(r + 8, Frame.icmpError(frame));
            Memory.putNativeI32(r + 12, sent ? 1 : 0);
            copyIp4(frame, r + 16);
        }
    }

    /** {@code error-drop}: why and by whom. */
    public void drop(int node, long frame) {
        long r = record(KIND_DROP, node, frame, 8);
        if (r != 0) {
            Memory.putNativeI32(r, Frame.dropReporter(frame));
            Memory.putNativeI32(r + 4, Frame.dropReason(frame));
        }
    }

    /** Ends a frame's trace: kept if an arm accepts the outcome, else forgotten. */
    public void finish(long frame, int outcome) {
        int slot = Frame.traceSlot(frame);
        Frame.flags(frame, Frame.flags(frame) & ~Frame.TRACED);
        long s = address(slot);
        // A packet that an ICMP error answers was dropped, whatever became of the error.
        int answered = Memory.nativeI32(s + REASON);
        int reason = answered < 0 && outcome == DROPPED ? Frame.dropReason(frame) : answered;
        if (!accepted(Memory.nativeI32(s + ARMS), reason >= 0, reason)) {
            release(slot);
            return;
        }
        Memory.putNativeI32(s + OUTCOME, reason >= 0 ? DROPPED : outcome);
        Memory.putNativeI32(s + REASON, reason);
        Memory.putNativeI64(s + NUMBER, ++packets);
        if (keptCount == capacity) {
            release(takeOldest());
        }
        kept[(keptFrom + keptCount++) % capacity] = slot;
        versions.setRelease(slot, versions.getPlain(slot) + 1);
    }

    /** The kept traces, oldest first. Any thread. */
    public List<PacketTrace> read() {
        ArrayDeque<PacketTrace> traces = new ArrayDeque<>();
        byte[] copy = new byte[SLOT_BYTES];
        for (int slot = 0; slot < slots; slot++) {
            long before = versions.getAcquire(slot);
            if (before == 0 || (before & 1) != 0) {
                continue;
            }
            Memory.copyOut(address(slot), copy, 0, SLOT_BYTES);
            Generation generation = generations[slot];
            VarHandle.acquireFence();
            if (versions.getPlain(slot) == before && generation != null) {
                new TraceDecoder(copy, generation).decode().ifPresent(traces::add);
            }
        }
        return traces.stream()
                .sorted(Comparator.comparingLong(PacketTrace::number))
                .toList();
    }

    @Override
    public void close() {
        ring.close();
    }

    private boolean accepted(int wanted, boolean dropped, int reason) {
        boolean accepted = false;
        boolean waiting = false;
        for (int i = 0; i < arms.size(); i++) {
            TraceArm arm = arms.get(i);
            if (!accepted && (wanted >>> i & 1) != 0) {
                accepted = arm.accept(dropped, reason);
            }
            waiting |= !arm.isSpent();
        }
        armed = waiting;
        return accepted;
    }

    private int takeOldest() {
        int slot = kept[keptFrom];
        keptFrom = (keptFrom + 1) % capacity;
        keptCount--;
        return slot;
    }

    /** Makes the version odd before anything in the slot changes. */
    private void beginWriting(int slot) {
        versions.setPlain(slot, versions.getPlain(slot) | 1);
        VarHandle.storeStoreFence();
    }

    private void release(int slot) {
        beginWriting(slot);
        Memory.putNativeI64(address(slot) + NUMBER, 0);
        free[freeCount++] = slot;
    }

    /** Claims a record; 0 when the slot has no room left, which the trace then says. */
    private long record(int kind, int node, long frame, int payloadBytes) {
        long s = address(Frame.traceSlot(frame));
        int used = Memory.nativeI32(s + USED);
        int size = PAYLOAD + (payloadBytes + 7 & ~7);
        if (used + size > SLOT_BYTES) {
            Memory.putNativeI32(s + TRUNCATED, 1);
            return 0;
        }
        long r = s + used;
        Memory.putNativeU16(r + KIND, kind);
        Memory.putNativeU16(r + NODE, node);
        Memory.putNativeI32(r + SIZE, size);
        Memory.putNativeI64(r + TIME, nanoClock.getAsLong());
        Memory.putNativeI32(s + USED, used + size);
        return r + PAYLOAD;
    }

    private static void copyIp4(long frame, long target) {
        int length = Math.min(Frame.length(frame) - Ethernet.HEADER_BYTES, HEADER_BYTES);
        Memory.putNativeI32(target, Math.max(0, length));
        if (length > 0) {
            Memory.copy(Frame.ethernet(frame) + Ethernet.HEADER_BYTES, target + 4, length);
        }
    }

    private static void copyEthernet(long frame, long target, int most) {
        int length = Math.min(Frame.length(frame), most);
        Memory.putNativeI32(target, length);
        Memory.copy(Frame.ethernet(frame), target + 4, length);
    }

    private long address(int slot) {
        return ring.address() + (long) slot * SLOT_BYTES;
    }
}
