// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.wire.IpAddress;
import java.util.Optional;

/**
 * The IPv4 packet as one node saw it.
 *
 * @param headerBytes header length in bytes as the header claims it
 * @param length total length in bytes
 * @param rightChecksum what the checksum should be
 * @param flags the three top bits of the fragment field: 4 reserved, 2 do not fragment, 1 more fragments
 * @param fragmentOffset in units of eight bytes
 * @param transport what follows, if enough of it was captured and it is not a later fragment
 */
public record Ip4Header(
        int version,
        int headerBytes,
        int tos,
        int length,
        int id,
        int flags,
        int fragmentOffset,
        int ttl,
        int protocol,
        int checksum,
        int rightChecksum,
        String source,
        String destination,
        Optional<Transport> transport) {
    /** Flag: do not fragment. */
    public static final int DONT_FRAGMENT = 2;
    /** Flag: more fragments. */
    public static final int MORE_FRAGMENTS = 1;

    /** What follows the IPv4 header. */
    public sealed interface Transport {}

    /** TCP, without its options. */
    public record Tcp(
            int sourcePort,
            int destinationPort,
            int sequence,
            int acknowledgement,
            int flags,
            int headerBytes,
            int window,
            int checksum)
            implements Transport {}

    /** UDP. */
    public record Udp(int sourcePort, int destinationPort, int length, int checksum) implements Transport {}

    /** ICMP. */
    public record Icmp(int type, int code, int checksum, int identifier, int sequence) implements Transport {}

    /** The packet in {@code bytes} from {@code offset} on; empty when there are fewer than 20 bytes. */
    static Optional<Ip4Header> parse(byte[] bytes, int offset, int end) {
        if (end - offset < 20) {
            return Optional.empty();
        }
        int headerBytes = (bytes[offset] & 15) * 4;
        int fragment = u16(bytes, offset + 6);
        return Optional.of(new Ip4Header(
                (bytes[offset] & 0xff) >>> 4,
                headerBytes,
                bytes[offset + 1] & 0xff,
                u16(bytes, offset + 2),
                u16(bytes, offset + 4),
                fragment >>> 13,
                fragment & 0x1fff,
                bytes[offset + 8] & 0xff,
                bytes[offset + 9] & 0xff,
                u16(bytes, offset + 10),
                checksum(bytes, offset, Math.min(end, offset + Math.max(20, headerBytes))),
                IpAddress.formatIpv4(i32(bytes, offset + 12)),
                IpAddress.formatIpv4(i32(bytes, offset + 16)),
                (fragment & 0x1fff) == 0
                        ? transport(bytes[offset + 9], bytes, offset + headerBytes, end)
                        : Optional.empty()));
    }

    private static Optional<Transport> transport(int protocol, byte[] bytes, int at, int end) {
        int available = end - at;
        if (protocol == 6 && available >= 20) {
            return Optional.of(new Tcp(
                    u16(bytes, at),
                    u16(bytes, at + 2),
                    i32(bytes, at + 4),
                    i32(bytes, at + 8),
                    bytes[at + 13] & 0xff,
                    (bytes[at + 12] & 0xff) >>> 4 << 2,
                    u16(bytes, at + 14),
                    u16(bytes, at + 16)));
        }
        if (protocol == 17 && available >= 8) {
            return Optional.of(new Udp(u16(bytes, at), u16(bytes, at + 2), u16(bytes, at + 4), u16(bytes, at + 6)));
        }
        if (protocol == 1 && available >= 8) {
            return Optional.of(new Icmp(
                    bytes[at] & 0xff,
                    bytes[at + 1] & 0xff,
                    u16(bytes, at + 2),
                    u16(bytes, at + 4),
                    u16(bytes, at + 6)));
        }
        return Optional.empty();
    }

    private static int checksum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i + 1 < to; i += 2) {
            sum += i == from + 10 ? 0 : u16(bytes, i);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~(sum + (sum >>> 16)) & 0xffff;
    }

    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    static int i32(byte[] bytes, int at) {
        return u16(bytes, at) << 16 | u16(bytes, at + 2);
    }
}
