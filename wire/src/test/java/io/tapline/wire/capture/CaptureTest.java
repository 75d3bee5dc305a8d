// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import io.tapline.testkit.Property;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CaptureTest {
    private static final byte[] FRAME = Packets.echoRequest().bytes();
    private static final int SECTION_BYTES = 28;

    static Stream<Arguments> classicKinds() {
        return Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)
                .flatMap(order -> Stream.of(
                        Arguments.of(order, 0xa1b2c3d4, 7_000_005_000L),
                        Arguments.of(order, 0xa1b23c4d, 7_000_000_005L)));
    }

    @ParameterizedTest
    @MethodSource("classicKinds")
    void readsClassicPcap(ByteOrder order, int magic, long nanos) {
        Capture capture = Capture.read(classic(order, magic));
        assertThat(capture.fault()).isEmpty();
        assertThat(capture.interfaces()).containsExactly(new CaptureInterface("", "", CaptureInterface.ETHERNET));
        assertThat(capture.packets()).hasSize(2).allSatisfy(packet -> {
            assertThat(packet.bytes()).isEqualTo(FRAME);
            assertThat(packet.timeNanos()).isEqualTo(nanos);
            assertThat(packet.originalLength()).isEqualTo(2000);
        });
    }

    @ParameterizedTest
    @MethodSource("classicKinds")
    void keepsThePacketsBeforeTheCutOfAClassicFile(ByteOrder order, int magic, long nanos) {
        byte[] file = classic(order, magic);
        Capture inPacket = Capture.read(Arrays.copyOf(file, file.length - 1));
        assertThat(inPacket.packets()).hasSize(1);
        assertThat(inPacket.packets().getFirst().timeNanos()).isEqualTo(nanos);
        assertThat(inPacket.fault().orElseThrow().toString())
                .isEqualTo("at byte 82: a packet claims 42 bytes, of which the file has 41");
        assertThat(Capture.read(Arrays.copyOf(file, 90)).fault().orElseThrow().message())
                .isEqualTo("the file ends within a record header");
        assertThat(Capture.read(Arrays.copyOf(file, 20)).fault().orElseThrow().message())
                .contains("file header has 24 bytes");
    }

    private static byte[] classic(ByteOrder order, int magic) {
        ByteBuffer file = ByteBuffer.allocate(24 + 2 * (16 + FRAME.length)).order(order);
        file.putInt(magic).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65535);
        file.putInt(0x1000_0000 | CaptureInterface.ETHERNET); // the upper bits say how long the frame check sequence is
        for (int i = 0; i < 2; i++) {
            file.putInt(7).putInt(5).putInt(FRAME.length).putInt(2000).put(FRAME);
        }
        return file.array();
    }

    @ParameterizedTest
    @MethodSource("byteOrders")
    void readsEveryKindOfPacketBlock(ByteOrder order) {
        ByteBuffer file = ByteBuffer.allocate(4096).order(order);
        section(file);
        interfaceBlock(file, "", (byte) 6, 0);
        interfaceBlock(file, "tap1", (byte) 9, 3);
        block(file, 0x0bad, 8); // a block of a type that nobody knows
        enhanced(file, 1, 5);
        file.putInt(2).putInt(32 + 44).putShort((short) 1).putShort((short) 0); // the obsolete packet block
        file.putInt(0)
                .putInt(6)
                .putInt(42)
                .putInt(42)
                .put(FRAME)
                .putShort((short) 0)
                .putInt(32 + 44);
        file.putInt(3).putInt(16 + 44).putInt(42).put(FRAME).putShort((short) 0).putInt(16 + 44);
        Capture capture = Capture.read(Arrays.copyOf(file.array(), file.position()));
        assertThat(capture.fault()).isEmpty();
        assertThat(capture.packets())
                .extracting(CapturedPacket::timeNanos)
                .containsExactly(3_000_000_005L, 3_000_000_006L, 0L);
        assertThat(capture.packets()).extracting(CapturedPacket::interfaceIndex).containsExactly(1, 1, 0);
        assertThat(capture.packets())
                .allSatisfy(packet -> assertThat(packet.bytes()).isEqualTo(FRAME));
        assertThat(capture.interfaces().get(1).name()).isEqualTo("tap1");
    }

    @Test
    void aSectionHasInterfacesOfItsOwn() {
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.BIG_ENDIAN);
        section(file);
        interfaceBlock(file, "first", (byte) 9, 0);
        enhanced(file, 0, 1);
        file.order(ByteOrder.LITTLE_ENDIAN); // even the byte order may differ
        section(file);
        interfaceBlock(file, "second", (byte) 9, 0);
        enhanced(file, 0, 2);
        enhanced(file, 1, 3);
        Capture capture = Capture.read(Arrays.copyOf(file.array(), file.position()));
        assertThat(capture.packets()).extracting(CapturedPacket::interfaceIndex).containsExactly(0, 1);
        assertThat(capture.interfaces().get(1).name()).isEqualTo("second");
        assertThat(capture.fault().orElseThrow().message()).isEqualTo("a packet is of interface 1, the section has 1");
    }

    @ParameterizedTest
    @MethodSource("resolutions")
    void understandsEveryResolution(int resolution, long ticks, long nanos) {
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        section(file);
        interfaceBlock(file, "x", (byte) resolution, 0);
        enhanced(file, 0, ticks);
        Capture capture = Capture.read(Arrays.copyOf(file.array(), file.position()));
        assertThat(capture.packets().getFirst().timeNanos()).isEqualTo(nanos);
    }

    static Stream<Arguments> resolutions() {
        return Stream.of(
                Arguments.of(0, 2L, 2_000_000_000L),
                Arguments.of(3, 2L, 2_000_000L),
                Arguments.of(12, 7_999L, 7L),
                Arguments.of(127, -1L, 0L),
                Arguments.of(0x80 | 10, 1536L, 1_500_000_000L),
                Arguments.of(0, -1L, Long.MAX_VALUE));
    }

    static Stream<ByteOrder> byteOrders() {
        return Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertThat(fault("")).isEqualTo("at byte 0: the file is too short for a capture");
        assertThat(fault("#!/bin/sh")).isEqualTo("at byte 0: neither a pcapng nor a pcap file");
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        section(file);
        assertThat(Capture.read(Arrays.copyOf(file.array(), SECTION_BYTES)).fault())
                .isEmpty();
        assertThat(fault(Arrays.copyOf(file.array(), SECTION_BYTES + 8)))
                .isEqualTo("at byte 28: the file ends within a block header");
        assertThat(fault(Arrays.copyOf(file.array(), SECTION_BYTES + 12)))
                .isEqualTo("at byte 28: a block claims 0 bytes");
        byte[] twoLengths = Arrays.copyOf(file.array(), SECTION_BYTES);
        twoLengths[SECTION_BYTES - 4] = 32;
        assertThat(fault(twoLengths)).isEqualTo("at byte 0: the two lengths of a block differ");
        byte[] noOrder = Arrays.copyOf(file.array(), SECTION_BYTES);
        noOrder[8] = 0;
        assertThat(fault(noOrder)).isEqualTo("at byte 0: a section has an unknown byte order");
        byte[] version2 = Arrays.copyOf(file.array(), SECTION_BYTES);
        version2[12] = 2;
        assertThat(fault(version2)).isEqualTo("at byte 0: a section is of version 2; only version 1 is known");
    }

    private static String fault(String text) {
        return fault(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String fault(byte[] file) {
        return Capture.read(file).fault().orElseThrow().toString();
    }

    @Test
    void takesAnyBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PcapngWriter writer = new PcapngWriter(out, "tapline");
        writer.addInterface("tap0", "the host");
        for (int i = 0; i < 4; i++) {
            writer.write(new CapturedPacket(0, i, FRAME, FRAME.length, Direction.INBOUND, "comment " + i));
        }
        byte[][] originals = {
            out.toByteArray(), classic(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4), classic(ByteOrder.LITTLE_ENDIAN, 0xa1b23c4d)
        };
        Property.holds("any bytes make a capture", 50_000, draw -> {
            byte[] original = originals[draw.between(0, originals.length - 1)];
            byte[] file = Arrays.copyOf(original, draw.between(0, original.length));
            for (int flips = draw.between(0, 4); flips > 0 && file.length > 0; flips--) {
                file[draw.between(0, file.length - 1)] = (byte) draw.between(0, 255);
            }
            Capture capture = Capture.read(file);
            assertThat(capture.packets().size()).isLessThanOrEqualTo(4);
            for (CapturedPacket packet : capture.packets()) {
                assertThat(packet.interfaceIndex())
                        .isBetween(0, capture.interfaces().size() - 1);
                assertThat(packet.originalLength()).isGreaterThanOrEqualTo(packet.bytes().length);
            }
        });
    }

    private static void section(ByteBuffer file) {
        file.putInt(0x0a0d0d0a).putInt(SECTION_BYTES).putInt(0x1a2b3c4d);
        file.putShort((short) 1).putShort((short) 0).putLong(-1).putInt(SECTION_BYTES);
    }

    private static void block(ByteBuffer file, int type, int bodyBytes) {
        file.putInt(type).putInt(12 + bodyBytes).put(new byte[bodyBytes]).putInt(12 + bodyBytes);
    }

    private static void interfaceBlock(ByteBuffer file, String name, byte resolution, long offsetSeconds) {
        int start = file.position();
        file.putInt(1).putInt(0).putShort((short) 1).putShort((short) 0).putInt(0);
        file.putShort((short) 2).putShort((short) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        file.position(file.position() + 3 & ~3);
        file.putShort((short) 9).putShort((short) 1).put(resolution).position(file.position() + 3);
        file.putShort((short) 14).putShort((short) 8).putLong(offsetSeconds).putInt(0);
        int total = file.position() + 4 - start;
        file.putInt(total).putInt(start + 4, total);
    }

    private static void enhanced(ByteBuffer file, int number, long ticks) {
        file.putInt(6)
                .putInt(32 + 44)
                .putInt(number)
                .putInt((int) (ticks >>> 32))
                .putInt((int) ticks);
        file.putInt(42).putInt(42).put(FRAME).putShort((short) 0).putInt(32 + 44);
    }
}
