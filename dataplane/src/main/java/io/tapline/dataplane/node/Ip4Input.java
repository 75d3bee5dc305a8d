// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.FeatureArcs;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.FragmentCache;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.Udp;
import io.tapline.wire.VirtioNet;
import org.jspecify.annotations.Nullable;

/**
 * {@code ip4-input}: believes nothing it has not checked, notes ports and TCP flags in the frame's metadata, and starts
 * the {@code ip4-unicast} arc of the receiving interface.
 *
 * <p>Bytes behind the IP packet (Ethernet padding) are cut off. Unlike VPP 18.01, the first failing check names the
 * error, the TTL is checked for every packet, and the fragment offset has all its 13 bits. Later fragments get the
 * ports of their first, if it came before them; a first fragment without its ports is dropped (RFC 1858).
 */
public final class Ip4Input extends Node {
    private static final int L4_OFFSET = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;
    private static final int L4_MIN_BYTES = 8;
    private static final int TCP_FLAGS_OFFSET = 13;
    private static final int CLASS_D = 0xe0;
    private static final int LOOPBACK = 127;

    private final Context context;
    private final FragmentCache fragments;

    /** The node of one worker, with its memory of fragments. */
    public Ip4Input(Context context, FragmentCache fragments) {
        super(NodeIndex.IP4_INPUT);
        this.context = context;
        this.fragments = fragments;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        FeatureArcs arcs = context.generation().arcs();
        int start = Feature.IP4_UNICAST_START.ordinal();
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().ip4(index(), frame);
            }
            DropReason fault = check(frame);
            if (fault == null && Frame.has(frame, Frame.FRAGMENT)) {
                fault = matchFragment(frame);
            }
            if (fault == null) {
                next[i] = arcs.next(Frame.rxInterface(frame), start);
            } else {
                next[i] = fault == DropReason.IP4_TTL_EXPIRED ? timeExceeded(frame) : drop(frame, fault);
            }
        }
    }

    /** Null when all is well: a constant per fault, so nothing is allocated. */
    private static @Nullable DropReason check(long frame) {
        int available = Frame.length(frame) - Ethernet.HEADER_BYTES;
        if (available < Ipv4.HEADER_BYTES) {
            return DropReason.IP4_TOO_SHORT;
        }
        long ip = Frame.ip(frame);
        int first = Memory.u8(ip);
        if (first != Ipv4.VERSION_AND_LENGTH) {
            return first >>> 4 == 4 ? DropReason.IP4_OPTIONS : DropReason.IP4_VERSION;
        }
        int length = Ipv4.totalLength(ip);
        if (length < Ipv4.HEADER_BYTES) {
            return DropReason.IP4_TOO_SHORT;
        }
        if (length > available) {
            return DropReason.IP4_BAD_LENGTH;
        }
        if (!checksumIsRight(ip)) {
            return DropReason.IP4_BAD_CHECKSUM;
        }
        Frame.length(frame, Ethernet.HEADER_BYTES + length);
        return checkAddresses(frame, ip, length);
    }

    private static @Nullable DropReason checkAddresses(long frame, long ip, int length) {
        int source = Ipv4.source(ip);
        int sourceNet = source >>> 24;
        if (sourceNet >= CLASS_D || sourceNet == LOOPBACK || sourceNet == 0) {
            return DropReason.IP4_MARTIAN_SOURCE;
        }
        if (Ipv4.destination(ip) >>> 24 >= CLASS_D) {
            return DropReason.IP4_MULTICAST;
        }
        int fragment = Ipv4.flagsAndOffset(ip);
        if ((fragment & Ipv4.OFFSET_MASK) == 1) {
            return DropReason.IP4_FRAGMENT_OFFSET_1;
        }
        noteL4(frame, ip, length - Ipv4.HEADER_BYTES, fragment);
        if (Ipv4.ttl(ip) == 0) {
            return DropReason.IP4_TTL_EXPIRED;
        }
        long virtio = Frame.virtioNet(frame);
        if (Memory.nativeU16(virtio) != 0 && !offloadsAgree(frame, virtio)) {
            return DropReason.VIRTIO_HEADER_INVALID;
        }
        return null;
    }

    /** Lets the fragments of a datagram share the ports that only the first has. */
    private @Nullable DropReason matchFragment(long frame) {
        if (Frame.has(frame, Frame.NON_FIRST_FRAGMENT)) {
            fragments.complete(frame, context.nowTicks());
            return null;
        }
        if (!Frame.has(frame, Frame.L4_VALID)) {
            return DropReason.IP4_FRAGMENT_TOO_SHORT;
        }
        fragments.note(frame, context.nowTicks());
        return null;
    }

    /** The sum over five words is all ones in either byte order, so no swap is needed (RFC 1071 section 2). */
    private static boolean checksumIsRight(long ip) {
        long a = Memory.nativeI64(ip);
        long b = Memory.nativeI64(ip + 8);
        long sum = (a & 0xffff_ffffL)
                + (a >>> 32)
                + (b & 0xffff_ffffL)
                + (b >>> 32)
                + (Memory.nativeI32(ip + 16) & 0xffff_ffffL);
        sum = (sum & 0xffff) + (sum >>> 16 & 0xffff) + (sum >>> 32);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (sum & 0xffff) + (sum >>> 16) == 0xffff;
    }

    private static void noteL4(long frame, long ip, int l4Bytes, int fragment) {
        int protocol = Ipv4.protocol(ip);
        int flags = Frame.flags(frame);
        int ports = 0;
        int tcpFlags = 0;
        if ((fragment & (Ipv4.OFFSET_MASK | Ipv4.FLAG_MF)) != 0) {
            flags |= Frame.FRAGMENT;
        }
        if ((fragment & Ipv4.OFFSET_MASK) != 0) {
            flags |= Frame.NON_FIRST_FRAGMENT;
        } else if (l4Bytes >= L4_MIN_BYTES) {
            flags |= Frame.L4_VALID;
            long l4 = ip + Ipv4.HEADER_BYTES;
            switch (protocol) {
                case Ipv4.PROTOCOL_TCP -> {
                    ports = Memory.i32(l4);
                    if (l4Bytes > TCP_FLAGS_OFFSET) {
                        tcpFlags = Tcp.flags(l4);
                        flags |= Frame.TCP_FLAGS_VALID;
                    }
                }
                case Ipv4.PROTOCOL_UDP, Ipv4.PROTOCOL_SCTP -> ports = Memory.i32(l4);
                case Ipv4.PROTOCOL_ICMP -> ports = Icmpv4.type(l4) << 16 | Icmpv4.code(l4);
                default -> ports = 0;
            }
        }
        Frame.l4(frame, L4_OFFSET, protocol, tcpFlags, ports);
        Frame.flags(frame, flags);
    }

    /**
     * Whether the offloads that the sender asks for fit the packet that it sent: the receiver's kernel would trust
     * them.
     */
    private static boolean offloadsAgree(long frame, long virtio) {
        int protocol = Frame.protocol(frame);
        int segmentation = VirtioNet.segmentation(virtio);
        if ((segmentation == VirtioNet.GSO_TCPV4 && protocol != Ipv4.PROTOCOL_TCP)
                || (segmentation == VirtioNet.GSO_UDP_L4 && protocol != Ipv4.PROTOCOL_UDP)
                || segmentation == VirtioNet.GSO_TCPV6) {
            return false;
        }
        if (!VirtioNet.needsChecksum(virtio)) {
            return true;
        }
        int offset = switch (protocol) {
            case Ipv4.PROTOCOL_TCP -> Tcp.CHECKSUM_OFFSET;
            case Ipv4.PROTOCOL_UDP -> Udp.CHECKSUM_OFFSET;
            default -> -1;
        };
        return VirtioNet.csumStart(virtio) == L4_OFFSET
                && VirtioNet.csumOffset(virtio) == offset
                && L4_OFFSET + offset + 2 <= Frame.length(frame)
                && !Frame.has(frame, Frame.FRAGMENT)
                && (segmentation != VirtioNet.GSO_TCPV4 || tcpHeaderFits(frame));
    }

    private static boolean tcpHeaderFits(long frame) {
        int l4Bytes = Frame.length(frame) - L4_OFFSET;
        if (l4Bytes < Tcp.HEADER_BYTES) {
            return false;
        }
        int header = Tcp.headerBytes(Frame.ethernet(frame) + L4_OFFSET);
        return header >= Tcp.HEADER_BYTES && header <= l4Bytes;
    }

    private int timeExceeded(long frame) {
        Frame.drop(frame, DropReason.IP4_TTL_EXPIRED, index());
        Frame.icmpError(frame, Icmpv4.TIME_EXCEEDED, 0, 0);
        return NodeIndex.IP4_ICMP_ERROR;
    }

    private int drop(long frame, DropReason reason) {
        Frame.drop(frame, reason, index());
        return NodeIndex.ERROR_DROP;
    }
}
