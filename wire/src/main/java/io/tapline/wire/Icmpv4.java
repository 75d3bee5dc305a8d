// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** ICMP for IPv4 (RFC 792). */
public final class Icmpv4 {
    /** Header length in bytes: type, code, checksum and four bytes that depend on the type. */
    public static final int HEADER_BYTES = 8;
    /** Offset in bytes of the checksum field. */
    public static final int CHECKSUM_OFFSET = 2;
    /** Type: echo reply. */
    public static final int ECHO_REPLY = 0;
    /** Type: destination unreachable. */
    public static final int UNREACHABLE = 3;
    /** Type: echo request. */
    public static final int ECHO_REQUEST = 8;
    /** Type: time exceeded. */
    public static final int TIME_EXCEEDED = 11;
    /** Type: parameter problem. */
    public static final int PARAMETER_PROBLEM = 12;
    /** Code of {@link #UNREACHABLE}: no route to the network. */
    public static final int CODE_NET_UNREACHABLE = 0;
    /** Code of {@link #UNREACHABLE}: the host does not answer. */
    public static final int CODE_HOST_UNREACHABLE = 1;
    /** Code of {@link #UNREACHABLE}: nothing speaks the protocol. */
    public static final int CODE_PROTOCOL_UNREACHABLE = 2;
    /** Code of {@link #UNREACHABLE}: nothing listens on the port. */
    public static final int CODE_PORT_UNREACHABLE = 3;
    /** Code of {@link #UNREACHABLE}: too big, and fragmentation is forbidden (RFC 1191). */
    public static final int CODE_FRAGMENTATION_NEEDED = 4;
    /** Code of {@link #UNREACHABLE}: a filter forbids it (RFC 1812). */
    public static final int CODE_ADMINISTRATIVELY_PROHIBITED = 13;

    private Icmpv4() {}

    /** Message type. */
    public static int type(long icmp) {
        return Memory.u8(icmp);
    }

    /** Message code. */
    public static int code(long icmp) {
        return Memory.u8(icmp + 1);
    }

    /** Checksum field. */
    public static int checksum(long icmp) {
        return Memory.u16(icmp + CHECKSUM_OFFSET);
    }

    /** Identifier of an echo message. */
    public static int identifier(long icmp) {
        return Memory.u16(icmp + 4);
    }

    /** Sequence number of an echo message. */
    public static int sequence(long icmp) {
        return Memory.u16(icmp + 6);
    }

    /** Whether {@code type} reports an error, so that no error may be sent about it (RFC 1122 section 3.2.2). */
    public static boolean isError(int type) {
        return switch (type) {
            case UNREACHABLE, 4, 5, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    /**
     * Whether {@code type} asks a question that a reply of {@link #replyType} answers: echo, timestamp, information and
     * address mask requests.
     */
    public static boolean isRequest(int type) {
        return replyType(type) >= 0;
    }

    /** The type of the reply to a request of {@code type}, or -1 when the type is not a request. */
    public static int replyType(int type) {
        return switch (type) {
            case ECHO_REQUEST -> ECHO_REPLY;
            case 13 -> 14;
            case 15 -> 16;
            case 17 -> 18;
            default -> -1;
        };
    }

    /** The type of the request that a reply of {@code type} answers, or -1 when the type is not a reply. */
    public static int requestType(int type) {
        return switch (type) {
            case ECHO_REPLY -> ECHO_REQUEST;
            case 14 -> 13;
            case 16 -> 15;
            case 18 -> 17;
            default -> -1;
        };
    }
}
