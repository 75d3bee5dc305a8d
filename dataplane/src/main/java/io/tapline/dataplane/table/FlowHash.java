// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

/**
 * The IPv4 flow hash of VPP (ip4_compute_flow_hash with hash_v3_mix32 and hash_v3_finalize32, after Bob Jenkins), so
 * that paths and VXLAN source ports come out as VPP's do.
 */
public final class FlowHash {
    private FlowHash() {}

    /**
     * The hash over source, destination, ports and protocol. Never 0: 0 in a frame means "not computed".
     *
     * @param ports source port in the high half, destination port in the low half
     */
    public static int ip4(int source, int destination, int protocol, int ports) {
        int a = Integer.reverseBytes(source);
        int b = Integer.reverseBytes(destination) ^ protocol;
        int c = Integer.reverseBytes(ports);
        a -= c;
        a ^= Integer.rotateLeft(c, 4);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 6);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 8);
        b += a;
        a -= c;
        a ^= Integer.rotateLeft(c, 16);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 19);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 4);
        b += a;
        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
        return c == 0 ? 1 : c;
    }
}
