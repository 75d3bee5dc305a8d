// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** ARP for IPv4 over Ethernet (RFC 826). */
public final class Arp {
    /** Packet length in bytes. */
    public static final int BYTES = 28;
    /** Operation: who has the target address. */
    public static final int REQUEST = 1;
    /** Operation: the sender has it. */
    public static final int REPLY = 2;

    private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

    private Arp() {}

    /** Whether {@code available} bytes hold an ARP packet for IPv4 over Ethernet with a known operation. */
    public static boolean isValid(long arp, int available) {
        if (available < BYTES) {
            return false;
        }
        long fixed = ((long) Memory.i32(arp) << 16 & 0xffff_ffff_0000L) | Memory.u16(arp + 4);
        int operation = operation(arp);
        return fixed == ETHERNET_IPV4 && (operation == REQUEST || operation == REPLY);
    }

    /** {@link #REQUEST} or {@link #REPLY} in a valid packet. */
    public static int operation(long arp) {
        return Memory.u16(arp + 6);
    }

    /** Sender MAC address. */
    public static long senderMac(long arp) {
        return MacAddress.read(arp + 8);
    }

    /** Sender IPv4 address. */
    public static int senderIp(long arp) {
        return Memory.i32(arp + 14);
    }

    /** Target MAC address. */
    public static long targetMac(long arp) {
        return MacAddress.read(arp + 18);
    }

    /** Target IPv4 address. */
    public static int targetIp(long arp) {
        return Memory.i32(arp + 24);
    }

    /** Writes a whole packet. */
    public static void write(long arp, int operation, long senderMac, int senderIp, long targetMac, int targetIp) {
        Memory.putI32(arp, (int) (ETHERNET_IPV4 >>> 16));
        Memory.putU16(arp + 4, (int) ETHERNET_IPV4);
        Memory.putU16(arp + 6, operation);
        MacAddress.write(arp + 8, senderMac);
        Memory.putI32(arp + 14, senderIp);
        MacAddress.write(arp + 18, targetMac);
        Memory.putI32(arp + 24, targetIp);
    }
}
