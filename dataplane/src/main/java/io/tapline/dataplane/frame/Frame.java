// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.frame;

import io.tapline.dataplane.DropReason;
import io.tapline.wire.Memory;
import io.tapline.wire.VirtioNet;

/**
 * A frame: one packet in a slot of off-heap memory, addressed by a {@code long}.
 *
 * <pre>
 *  0            64           128          dataOffset-12   dataOffset            slotBytes
 *  | metadata   | (spare)    | headroom   | virtio-net hdr | Ethernet ... payload  |
 * </pre>
 *
 * The metadata fits one cache line, but for what only later fragments have; the virtio-net header, the Ethernet and
 * IPv4 headers and the ports and flags of TCP share another. Everything here is a plain field access: no checks, no
 * ordering. One thread owns a frame at a time.
 */
public final class Frame {
    /** Bytes before the headroom. */
    public static final int METADATA_BYTES = 128;
    /** Where Ethernet starts in a fresh frame; the virtio-net header before it begins a cache line. */
    public static final int DATA_OFFSET = 256 + VirtioNet.HEADER_BYTES;

    /** Flag: a trace is being recorded; {@link #traceSlot} says where. */
    public static final int TRACED = 1;
    /** Flag: made by the switch itself, so that its TTL is not decremented. */
    public static final int LOCALLY_ORIGINATED = 1 << 1;
    /**
     * Flag: {@link #sourcePort} and {@link #destinationPort} hold what the packet says, or for a later fragment what
     * the first fragment of its datagram said.
     */
    public static final int L4_VALID = 1 << 2;
    /** Flag: {@link #tcpFlags} holds what the packet says. */
    public static final int TCP_FLAGS_VALID = 1 << 3;
    /** Flag: a fragment other than the first. */
    public static final int NON_FIRST_FRAGMENT = 1 << 4;
    /** Flag: any fragment, the first included. */
    public static final int FRAGMENT = 1 << 5;
    /** Flag: tells the sender of a packet that it is refused; access lists let it pass. */
    public static final int REFUSAL = 1 << 18;
    /** Flag: the slot belongs to the pool of super-frames. */
    public static final int LARGE_SLOT = 1 << 6;

    /** Flag: NAT has translated its way towards the inside: destination, and perhaps source. */
    public static final int NAT_INWARD = 1 << 16;
    /** Flag: belongs to a connection from outside, on its way back there: its source needs no translation any more. */
    public static final int NAT_OUTWARD = 1 << 17;

    /** Mark of a session on the way in: the packet goes the way of the connection's first. */
    public static final int INPUT_FORWARD = 1 << 31;
    /** Mark of a session on the way in: the packet made it. */
    public static final int INPUT_MADE = 1 << 30;

    private static final int FLAGS = 0;
    private static final int LENGTH = 4;
    private static final int DATA = 8;
    private static final int L4 = 12;
    private static final int PROTOCOL = 14;
    private static final int TCP_FLAGS = 15;
    private static final int PORTS = 16;
    private static final int RX = 20;
    private static final int TX = 22;
    private static final int ADJACENCY = 24;
    private static final int TABLE = 28;
    private static final int FLOW_HASH = 32;
    private static final int REASON = 36;
    private static final int REPORTER = 38;
    private static final int ICMP = 40;
    private static final int INPUT_SESSION = ICMP;
    private static final int TRACE_SLOT = 44;
    private static final int NEXT_HOP = 48;
    private static final int NEIGHBOR = 52;
    private static final int GENERATION = 56;
    private static final int FRAGMENT_IDENTIFIER = 64;

    private Frame() {}

    /** Prepares a fresh slot: no flags but {@code slotFlags}, no data. */
    static void reset(long frame, int slotFlags) {
        Memory.putNativeI32(frame + FLAGS, slotFlags);
        Memory.putNativeI32(frame + LENGTH, 0);
        Memory.putNativeI32(frame + DATA, DATA_OFFSET);
    }

    /** Marks a frame as received: metadata cleared but for the slot's flags. */
    public static void received(long frame, int length, int rxInterface) {
        Memory.putNativeI32(frame + FLAGS, flags(frame) & LARGE_SLOT);
        Memory.putNativeI32(frame + LENGTH, length);
        Memory.putNativeI64(frame + 12, 0);
        Memory.putNativeI32(frame + RX, (rxInterface & 0xffff) | 0xffff_0000);
        Memory.putNativeI32(frame + TABLE, -1);
        Memory.putNativeI32(frame + FLOW_HASH, 0);
        Memory.putNativeI64(frame + REASON, 0);
    }

    /** The flag bits. */
    public static int flags(long frame) {
        return Memory.nativeI32(frame + FLAGS);
    }

    /** Replaces the flag bits. */
    public static void flags(long frame, int flags) {
        Memory.putNativeI32(frame + FLAGS, flags);
    }

    /** Whether any bit of {@code mask} is set. */
    public static boolean has(long frame, int mask) {
        return (flags(frame) & mask) != 0;
    }

    /** Bytes from Ethernet to the end. */
    public static int length(long frame) {
        return Memory.nativeI32(frame + LENGTH);
    }

    /** Sets the number of bytes. */
    public static void length(long frame, int bytes) {
        Memory.putNativeI32(frame + LENGTH, bytes);
    }

    /** Offset in the slot of the Ethernet header. */
    public static int dataOffset(long frame) {
        return Memory.nativeI32(frame + DATA);
    }

    /**
     * Moves the start of data towards the slot's start by {@code bytes} and lengthens the frame by as much; a negative
     * number cuts that many bytes off the front.
     */
    public static void prepend(long frame, int bytes) {
        Memory.putNativeI32(frame + DATA, dataOffset(frame) - bytes);
        length(frame, length(frame) + bytes);
    }

    /** Address of the Ethernet header. */
    public static long ethernet(long frame) {
        return frame + dataOffset(frame);
    }

    /** Where the Ethernet header of a fresh frame goes: for devices that fill slots before they know the length. */
    public static long ethernetOfEmpty(long frame) {
        return frame + DATA_OFFSET;
    }

    /** Address of the virtio-net header. */
    public static long virtioNet(long frame) {
        return ethernet(frame) - VirtioNet.HEADER_BYTES;
    }

    /** Address of the IP header: the frame is untagged. */
    public static long ip(long frame) {
        return ethernet(frame) + 14;
    }

    /**
     * What {@link #l4} stored, in one read: to be taken apart by {@link #portsOf}, {@link #tcpFlagsOf} and
     * {@link #protocolOf}.
     */
    public static long l4Word(long frame) {
        return Memory.nativeI64(frame + L4);
    }

    /** Ports of an {@link #l4Word}: source in the high half. */
    public static int portsOf(long l4Word) {
        return (int) (l4Word >>> 32);
    }

    /** TCP flags of an {@link #l4Word}. */
    public static int tcpFlagsOf(long l4Word) {
        return (int) (l4Word >>> 24) & 0xff;
    }

    /** Protocol of an {@link #l4Word}. */
    public static int protocolOf(long l4Word) {
        return (int) (l4Word >>> 16) & 0xff;
    }

    /** Offset from Ethernet of the L4 header. */
    public static int l4Offset(long frame) {
        return Memory.nativeU16(frame + L4);
    }

    /** IP protocol number. */
    public static int protocol(long frame) {
        return Memory.u8(frame + PROTOCOL);
    }

    /** TCP flags, when {@link #TCP_FLAGS_VALID}. */
    public static int tcpFlags(long frame) {
        return Memory.u8(frame + TCP_FLAGS);
    }

    /** Stores what {@code ip4-input} found: where L4 is, its protocol, TCP flags and ports. */
    public static void l4(long frame, int offset, int protocol, int tcpFlags, int ports) {
        Memory.putNativeI64(
                frame + L4,
                (long) ports << 32
                        | (long) (tcpFlags & 0xff) << 24
                        | (long) (protocol & 0xff) << 16
                        | (offset & 0xffff));
    }

    /** Replaces the ports. */
    public static void ports(long frame, int ports) {
        Memory.putNativeI32(frame + PORTS, ports);
    }

    /** Source port in the high half, destination port in the low half; for ICMP type and code. */
    public static int ports(long frame) {
        return Memory.nativeI32(frame + PORTS);
    }

    /** Source port, or ICMP type. */
    public static int sourcePort(long frame) {
        return ports(frame) >>> 16;
    }

    /** Destination port, or ICMP code. */
    public static int destinationPort(long frame) {
        return ports(frame) & 0xffff;
    }

    /** Interface that the frame came in by. */
    public static int rxInterface(long frame) {
        return Memory.nativeU16(frame + RX);
    }

    /** Sets the interface that the frame is to be treated as coming from. */
    public static void rxInterface(long frame, int index) {
        Memory.putNativeU16(frame + RX, index);
    }

    /** Interface that the frame leaves by, once known. */
    public static int txInterface(long frame) {
        return Memory.nativeU16(frame + TX);
    }

    /** Sets the egress interface. */
    public static void txInterface(long frame, int index) {
        Memory.putNativeU16(frame + TX, index);
    }

    /** Adjacency index, or at {@code ip4-load-balance} that of the load balance. */
    public static int adjacency(long frame) {
        return Memory.nativeI32(frame + ADJACENCY);
    }

    /** Sets the adjacency. */
    public static void adjacency(long frame, int adjacency) {
        Memory.putNativeI32(frame + ADJACENCY, adjacency);
    }

    /**
     * Table of the next lookup in the low half, lookups made so far above it; -1 for the receiving interface's table.
     */
    public static int table(long frame) {
        return Memory.nativeI32(frame + TABLE);
    }

    /** Sets the table of the next lookup. */
    public static void table(long frame, int table) {
        Memory.putNativeI32(frame + TABLE, table);
    }

    /** Flow hash, 0 when none was computed. */
    public static int flowHash(long frame) {
        return Memory.nativeI32(frame + FLOW_HASH);
    }

    /** Sets the flow hash. */
    public static void flowHash(long frame, int hash) {
        Memory.putNativeI32(frame + FLOW_HASH, hash);
    }

    /** Says why and by which node the frame is to be dropped. */
    public static void drop(long frame, DropReason reason, int reporterNode) {
        Memory.putNativeI32(frame + REASON, reporterNode << 16 | reason.ordinal());
    }

    /** Ordinal of the drop reason. */
    public static int dropReason(long frame) {
        return Memory.nativeU16(frame + REASON);
    }

    /** Index of the node that gave the drop reason. */
    public static int dropReporter(long frame) {
        return Memory.nativeU16(frame + REPORTER);
    }

    /**
     * Notes which access list session the packet belongs to on its way in.
     *
     * @param session its number
     * @param marks {@link #INPUT_FORWARD} and {@link #INPUT_MADE}, or 0
     */
    public static void inputSession(long frame, int session, int marks) {
        Memory.putNativeI32(frame + INPUT_SESSION, marks | (session + 1));
    }

    /**
     * What {@link #inputSession(long, int, int)} noted, 0 for nothing; see {@link #sessionOf}. Shares its place with
     * {@link #icmpError}: it means nothing once that was set.
     */
    public static int inputSession(long frame) {
        return Memory.nativeI32(frame + INPUT_SESSION);
    }

    /** The session's number in what {@link #inputSession(long)} says. */
    public static int sessionOf(int inputSession) {
        return (inputSession & ~(INPUT_FORWARD | INPUT_MADE)) - 1;
    }

    /** The ICMP error to send: type, code and the 32-bit word that follows the checksum, which is 16 bits at most. */
    public static void icmpError(long frame, int type, int code, int data) {
        Memory.putNativeI32(frame + ICMP, type << 24 | code << 16 | (data & 0xffff));
    }

    /** What {@link #icmpError} stored: type in the top octet, then code, then 16 bits of data. */
    public static int icmpError(long frame) {
        return Memory.nativeI32(frame + ICMP);
    }

    /** Trace slot, when {@link #TRACED}. */
    public static int traceSlot(long frame) {
        return Memory.nativeI32(frame + TRACE_SLOT);
    }

    /** Starts tracing into a slot. */
    public static void traceSlot(long frame, int slot) {
        Memory.putNativeI32(frame + TRACE_SLOT, slot);
        flags(frame, flags(frame) | TRACED);
    }

    /** IPv4 address of the neighbour that gets the packet. */
    public static int nextHop(long frame) {
        return Memory.nativeI32(frame + NEXT_HOP);
    }

    /** Entry of the dynamic neighbour to rewrite for, or -1 when the adjacency knows its neighbour. */
    public static int neighbor(long frame) {
        return Memory.nativeI32(frame + NEIGHBOR);
    }

    /** Sets the next hop: its address and, if it is a dynamic neighbour that ARP has found, its entry, else -1. */
    public static void nextHop(long frame, int address, int neighbor) {
        Memory.putNativeI32(frame + NEXT_HOP, address);
        Memory.putNativeI32(frame + NEIGHBOR, neighbor);
    }

    /** Identifier of the ICMP message that a later fragment belongs to, when {@link #L4_VALID}. */
    public static int fragmentIdentifier(long frame) {
        return Memory.nativeI32(frame + FRAGMENT_IDENTIFIER);
    }

    /** Sets the identifier. */
    public static void fragmentIdentifier(long frame, int identifier) {
        Memory.putNativeI32(frame + FRAGMENT_IDENTIFIER, identifier);
    }

    /** Number of the generation that judged a held frame. */
    public static long generation(long frame) {
        return Memory.nativeI64(frame + GENERATION);
    }

    /** Sets the generation. */
    public static void generation(long frame, long generation) {
        Memory.putNativeI64(frame + GENERATION, generation);
    }
}
