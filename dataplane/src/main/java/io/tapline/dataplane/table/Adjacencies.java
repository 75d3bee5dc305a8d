// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Ethernet;
import java.util.Arrays;

/**
 * The ways out of the switch: for each, the interface, the neighbour and the 14 bytes of Ethernet header to write (VPP:
 * ip_adjacency_t). Immutable once built.
 */
public final class Adjacencies {
    private int count;
    private int[] interfaces = new int[16];
    private int[] gateways = new int[16];
    private int[] numbers = new int[16];
    private long[] rewriteHigh = new long[16];
    private long[] rewriteLow = new long[16];

    /**
     * Adds an adjacency.
     *
     * @param interfaceIndex egress interface
     * @param gateway neighbour's IPv4 address, 0 for a glean
     * @param number what VPP-style traces print
     * @param destinationMac neighbour's MAC address, 0 while unknown
     * @param sourceMac the switch's own MAC address there
     * @return its index
     */
    public int add(int interfaceIndex, int gateway, int number, long destinationMac, long sourceMac) {
        if (count == interfaces.length) {
            grow();
        }
        interfaces[count] = interfaceIndex;
        gateways[count] = gateway;
        numbers[count] = number;
        rewriteHigh[count] = rewriteHigh(destinationMac, sourceMac);
        rewriteLow[count] = rewriteLow(sourceMac);
        return count++;
    }

    /** Egress interface. */
    public int interfaceIndex(int adjacency) {
        return interfaces[adjacency];
    }

    /** Neighbour's IPv4 address, 0 for a glean. */
    public int gateway(int adjacency) {
        return gateways[adjacency];
    }

    /** What VPP-style traces print as {@code dpo-idx}. */
    public int number(int adjacency) {
        return numbers[adjacency];
    }

    /** First eight bytes of the Ethernet header, in network order. */
    public long rewriteHigh(int adjacency) {
        return rewriteHigh[adjacency];
    }

    /** Last six bytes of the Ethernet header, in network order, in the low 48 bits. */
    public long rewriteLow(int adjacency) {
        return rewriteLow[adjacency];
    }

    /** First eight bytes of an IPv4 frame's Ethernet header. */
    public static long rewriteHigh(long destinationMac, long sourceMac) {
        return destinationMac << 16 | sourceMac >>> 32;
    }

    /** Last six bytes of an IPv4 frame's Ethernet header. */
    public static long rewriteLow(long sourceMac) {
        return (sourceMac & 0xffff_ffffL) << 16 | Ethernet.TYPE_IPV4;
    }

    private void grow() {
        int size = count * 2;
        interfaces = Arrays.copyOf(interfaces, size);
        gateways = Arrays.copyOf(gateways, size);
        numbers = Arrays.copyOf(numbers, size);
        rewriteHigh = Arrays.copyOf(rewriteHigh, size);
        rewriteLow = Arrays.copyOf(rewriteLow, size);
    }
}
