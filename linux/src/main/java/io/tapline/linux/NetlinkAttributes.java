// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The attributes of a netlink message or nest, by type; of several with one type the last. */
final class NetlinkAttributes {
    private static final int HEADER_LENGTH = 4;
    private static final int TYPE_MASK = 0x3fff; // without the flags "nested" and "network byte order"

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    /** Reads from the position of {@code buffer} to its limit. */
    NetlinkAttributes(ByteBuffer buffer) {
        int position = buffer.position();
        while (buffer.limit() - position >= HEADER_LENGTH) {
            int length = Short.toUnsignedInt(buffer.getShort(position));
            if (length < HEADER_LENGTH || length > buffer.limit() - position) {
                return;
            }
            int type = buffer.getShort(position + 2) & TYPE_MASK;
            values.put(type, slice(buffer, position + HEADER_LENGTH, length - HEADER_LENGTH));
            position += align(length);
        }
    }

    /** The next multiple of netlink's alignment. */
    static int align(int length) {
        return (length + 3) & ~3;
    }

    /** A part of {@code buffer}, in its byte order. */
    static ByteBuffer slice(ByteBuffer buffer, int position, int length) {
        return buffer.slice(position, length).order(buffer.order());
    }

    /** The value of an attribute. */
    Optional<ByteBuffer> value(int type) {
        return Optional.ofNullable(values.get(type)).map(value -> slice(value, 0, value.limit()));
    }

    /** An attribute of one byte. */
    OptionalInt u8(int type) {
        Optional<ByteBuffer> value = value(type);
        return value.isPresent() ? OptionalInt.of(value.get().get() & 0xff) : OptionalInt.empty();
    }

    /** An attribute of four bytes. */
    OptionalInt u32(int type) {
        Optional<ByteBuffer> value = value(type);
        return value.isPresent() ? OptionalInt.of(value.get().getInt()) : OptionalInt.empty();
    }

    /** A text attribute, without its closing zero. */
    Optional<String> text(int type) {
        return value(type)
                .map(value -> StandardCharsets.UTF_8.decode(value).toString())
                .map(text -> text.endsWith("\0") ? text.substring(0, text.length() - 1) : text);
    }

    /** An IPv4 or IPv6 address attribute. */
    Optional<InetAddress> address(int type) {
        return value(type).map(NetlinkAttributes::toAddress);
    }

    /** A hardware address attribute; empty too for devices whose addresses do not have 48 bits. */
    Optional<HardwareAddress> hardwareAddress(int type) {
        return value(type)
                .map(NetlinkAttributes::toBytes)
                .filter(bytes -> bytes.length == HardwareAddress.LENGTH)
                .map(HardwareAddress::of);
    }

    /** The attributes nested in this one; none if it is missing. */
    NetlinkAttributes nested(int type) {
        return new NetlinkAttributes(value(type).orElse(ByteBuffer.allocate(0)));
    }

    /** The remaining bytes as an address. */
    static InetAddress toAddress(ByteBuffer value) {
        try {
            return InetAddress.getByAddress(toBytes(value));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the kernel sent an address of " + value.limit() + " bytes", e);
        }
    }

    private static byte[] toBytes(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }
}
