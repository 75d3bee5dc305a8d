// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The Ethernet part of every packet that {@link Packets} builds.
 *
 * @param <B> the builder itself, so that calls chain
 */
public abstract class FrameBuilder<B extends FrameBuilder<B>> {
    static final int ETHERNET_BYTES = 14;
    static final int VNET_BYTES = 12;
    private static final int VLAN_BYTES = 4;

    private long srcMac = 0x02fe_0000_0001L;
    private long dstMac = 0x02fe_0000_0002L;
    private int vlanTag = -1;
    private int minimumBytes;

    FrameBuilder() {}

    abstract B self();

    abstract int etherType();

    abstract byte[] packet();

    /** Source MAC address; 02:fe:00:00:00:01 unless set. */
    public final B srcMac(String mac) {
        return srcMac(Addresses.mac(mac));
    }

    /** Source MAC address as the low 48 bits. */
    public final B srcMac(long mac) {
        srcMac = mac;
        return self();
    }

    /** Destination MAC address; 02:fe:00:00:00:02 unless set. */
    public final B dstMac(String mac) {
        return dstMac(Addresses.mac(mac));
    }

    /** Destination MAC address as the low 48 bits. */
    public final B dstMac(long mac) {
        dstMac = mac;
        return self();
    }

    /** Adds an 802.1Q tag with this VLAN identifier. */
    public final B vlan(int id) {
        vlanTag = id;
        return self();
    }

    /** Pads the frame with zeros behind the packet to at least {@code bytes} bytes, 60 being what Ethernet does. */
    public final B padTo(int bytes) {
        minimumBytes = bytes;
        return self();
    }

    /** Offset in bytes of the network header in {@link #bytes}. */
    public final int l3Offset() {
        return ETHERNET_BYTES + (vlanTag < 0 ? 0 : VLAN_BYTES);
    }

    /** The frame, without preamble and frame check sequence. */
    public final byte[] bytes() {
        byte[] packet = packet();
        ByteBuffer frame = ByteBuffer.allocate(Math.max(minimumBytes, l3Offset() + packet.length));
        putMac(frame, dstMac);
        putMac(frame, srcMac);
        if (vlanTag >= 0) {
            frame.putShort((short) 0x8100).putShort((short) vlanTag);
        }
        return frame.putShort((short) etherType()).put(packet).array();
    }

    /**
     * The frame behind the 12-byte virtio-net header with which a Linux TAP hands it over; see
     * {@link TransportBuilder#partialChecksum} and {@link TransportBuilder#gsoSize}.
     */
    public final byte[] vnetBytes() {
        byte[] frame = bytes();
        ByteBuffer whole = ByteBuffer.allocate(VNET_BYTES + frame.length).order(ByteOrder.nativeOrder());
        fillVnetHeader(whole);
        whole.putShort(10, (short) 1);
        return whole.put(VNET_BYTES, frame).array();
    }

    void fillVnetHeader(ByteBuffer header) {}

    static void putMac(ByteBuffer target, long mac) {
        target.putShort((short) (mac >>> 32)).putInt((int) mac);
    }
}
