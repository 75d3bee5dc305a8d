// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.wire.Checksum;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.VirtioNet;

/**
 * A device that makes packets as fast as it can and swallows what it is sent. Nothing is allocated per packet, and
 * nothing is computed that the switch under test does not look at.
 */
public abstract class PacketSource implements PacketDevice {
    /** Bytes from Ethernet of each frame: a minimum frame of 64 bytes without its check sequence would be 60. */
    public static final int FRAME_BYTES = 64;

    /** Bytes of each packet. */
    protected static final int IP_BYTES = FRAME_BYTES - Ethernet.HEADER_BYTES;

    private static final double GOLDEN_RATIO = 0.6180339887;

    private final long destinationMac;

    /** Sends to a MAC address. */
    protected PacketSource(long destinationMac) {
        this.destinationMac = destinationMac;
    }

    /** Writes the next packet. */
    protected abstract void write(long frame);

    @Override
    public final int receive(FramePool pool, long[] frames, int from, int max) {
        for (int i = 0; i < max; i++) {
            long frame = pool.allocate();
            if (frame == 0) {
                return i;
            }
            write(frame);
            frames[from + i] = frame;
        }
        return max;
    }

    /** Writes the headers up to IPv4; returns where the next one begins. */
    protected final long writeIp(long frame, int protocol, int source, int destination) {
        Frame.length(frame, FRAME_BYTES);
        VirtioNet.clear(Frame.virtioNet(frame));
        long ethernet = Frame.ethernet(frame);
        Ethernet.write(ethernet, destinationMac, 2, Ethernet.TYPE_IPV4);
        long ip = ethernet + Ethernet.HEADER_BYTES;
        Memory.putI32(ip, (Ipv4.VERSION_AND_LENGTH << 24) | IP_BYTES);
        Memory.putI32(ip + 4, Ipv4.FLAG_DF);
        int ttlAndProtocol = 64 << 24 | protocol << 16;
        int sum = (Ipv4.VERSION_AND_LENGTH << 8) + IP_BYTES + Ipv4.FLAG_DF + (ttlAndProtocol >>> 16);
        sum = Checksum.add32(source, Checksum.add32(destination, sum));
        Memory.putI32(ip + 8, ttlAndProtocol | Checksum.finish(sum));
        Memory.putI32(ip + 12, source);
        Memory.putI32(ip + 16, destination);
        return ip + Ipv4.HEADER_BYTES;
    }

    /** Writes a TCP header as far as the switch looks at it. */
    protected static void writeTcp(long l4, int sourcePort, int destinationPort, int flags) {
        Memory.putI32(l4, sourcePort << 16 | destinationPort);
        Memory.putI32(l4 + 12, 5 << 28 | flags << 16 | 0xffff);
    }

    /** Writes the first packet of a TCP connection. */
    protected final void writeSyn(long frame, int source, int sourcePort, int destination, int destinationPort) {
        long l4 = writeIp(frame, Ipv4.PROTOCOL_TCP, source, destination);
        writeTcp(l4, sourcePort, destinationPort, Tcp.SYN);
    }

    @Override
    public int transmit(long frame) {
        return SENT;
    }

    @Override
    public int capabilities() {
        return TX_CHECKSUM | TX_TSO4 | TX_USO4;
    }

    /** A step that visits each of so many once per cycle, in an order that no hardware prefetcher guesses. */
    protected static int coprimeStride(int count) {
        int stride = Math.max(1, (int) (count * GOLDEN_RATIO));
        while (gcd(stride, count) != 1) {
            stride++;
        }
        return stride;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
