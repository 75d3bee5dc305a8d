// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class NetlinkAttributesTest {
    private final ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
    private final NetlinkWriter writer = new NetlinkWriter(buffer);

    @Test
    void areReadAsWritten() {
        writer.attribute(1, 0x1234_5678);
        writer.attribute(2, "eth0");
        writer.attribute(3, InetAddress.ofLiteral("fd00::1"));
        writer.attribute(4, Pod.GATEWAY_MAC.bytes());
        int nest = writer.beginNest(5);
        writer.attribute(6, 7);
        writer.endNest(nest);

        NetlinkAttributes attributes = new NetlinkAttributes(buffer.flip());
        assertThat(attributes.u32(1)).hasValue(0x1234_5678);
        assertThat(attributes.text(2)).contains("eth0");
        assertThat(attributes.address(3)).contains(InetAddress.ofLiteral("fd00::1"));
        assertThat(attributes.hardwareAddress(4)).contains(Pod.GATEWAY_MAC);
        assertThat(attributes.nested(5).u32(6)).hasValue(7);
    }

    @Test
    void mayBeMissing() {
        NetlinkAttributes attributes = new NetlinkAttributes(buffer.flip());
        assertThat(attributes.u8(1)).isEmpty();
        assertThat(attributes.u32(1)).isEmpty();
        assertThat(attributes.text(1)).isEmpty();
        assertThat(attributes.address(1)).isEmpty();
        assertThat(attributes.nested(1).u32(1)).isEmpty();
    }

    @Test
    void haveNoHardwareAddressOfAnotherLength() {
        writer.attribute(1, new byte[20]);
        assertThat(new NetlinkAttributes(buffer.flip()).hardwareAddress(1)).isEmpty();
    }

    @Test
    void endWhereALengthIsWrong() {
        writer.attribute(1, 10);
        buffer.putShort((short) 200).putShort((short) 2).putInt(20);
        assertThat(new NetlinkAttributes(buffer.flip()).u32(1)).hasValue(10);
        buffer.putShort(8, (short) 3);
        NetlinkAttributes attributes = new NetlinkAttributes(buffer.position(0));
        assertThat(attributes.u32(1)).hasValue(10);
        assertThat(attributes.u32(2)).isEmpty();
    }
}
