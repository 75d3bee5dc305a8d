// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static final int BYTES = 16;

    @BeforeEach
    void isChecked() {
        assertThat(Memory.checked())
                .as("tests run with -Dtapline.memory.checked=true")
                .isTrue();
    }

    @Test
    void readsAndWritesInNetworkOrder() {
        try (Loaded data = Loaded.zeros(BYTES)) {
            long at = data.address() + 1; // unaligned on purpose
            Memory.putI64(at, 0x0102_0304_0506_0708L);
            assertThat(data.bytes()).startsWith(0, 1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(Memory.i64(at)).isEqualTo(0x0102_0304_0506_0708L);
            assertThat(Memory.i32(at)).isEqualTo(0x0102_0304);
            assertThat(Memory.u16(at)).isEqualTo(0x0102);
            Memory.putI32(at, 0xfffe_fdfc);
            assertThat(Memory.i32(at)).isEqualTo(0xfffe_fdfc);
            Memory.putU16(at, 0x1_8001);
            assertThat(Memory.u16(at)).isEqualTo(0x8001);
            Memory.putU8(at, 0x1_80);
            assertThat(Memory.u8(at)).isEqualTo(0x80);
        }
    }

    @Test
    void readsAndWritesInTheMachinesOrder() {
        try (Loaded data = Loaded.zeros(BYTES)) {
            long at = data.address() + 3;
            Memory.putNativeI64(at, 0x0102_0304_0506_0708L);
            ByteBuffer bytes = ByteBuffer.wrap(data.bytes()).order(ByteOrder.nativeOrder());
            assertThat(bytes.getLong(3)).isEqualTo(0x0102_0304_0506_0708L);
            assertThat(Memory.nativeI64(at)).isEqualTo(0x0102_0304_0506_0708L);
            assertThat(Memory.nativeI32(at)).isEqualTo(bytes.getInt(3));
            assertThat(Memory.nativeU16(at)).isEqualTo(bytes.getShort(3) & 0xffff);
            Memory.putNativeI32(at, -2);
            assertThat(Memory.nativeI32(at)).isEqualTo(-2);
            Memory.putNativeU16(at, 0xabcd);
            assertThat(Memory.nativeU16(at)).isEqualTo(0xabcd);
        }
    }

    @Test
    void copiesOverlappingRangesBothWays() {
        byte[] counting = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        try (Loaded up = Loaded.of(counting);
                Loaded down = Loaded.of(counting)) {
            Memory.copy(up.address(), up.address() + 4, 12);
            assertThat(up.bytes()).containsExactly(0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            Memory.copy(down.address() + 4, down.address(), 12);
            assertThat(down.bytes()).containsExactly(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15);
        }
    }

    @Test
    void fillsAndCopiesOut() {
        try (Loaded data = Loaded.zeros(BYTES)) {
            Memory.fill(data.address() + 2, 3, 0x7f);
            byte[] target = new byte[6];
            Memory.copyOut(data.address() + 1, target, 1, 5);
            assertThat(target).containsExactly(0, 0, 0x7f, 0x7f, 0x7f, 0);
        }
    }

    @Test
    void refusesEveryAccessThatCrossesAnEnd() {
        try (Loaded data = Loaded.zeros(BYTES)) {
            long end = data.address() + BYTES;
            for (Access access : accesses()) {
                access.at().accept(data.address());
                access.at().accept(end - access.bytes());
                for (long bad : List.of(data.address() - 1, end - access.bytes() + 1, end)) {
                    assertThatThrownBy(() -> access.at().accept(bad))
                            .as("%s at %d", access.name(), bad - data.address())
                            .isInstanceOf(IndexOutOfBoundsException.class);
                }
            }
        }
    }

    @Test
    void refusesLengthsBelowZero() {
        try (Loaded data = Loaded.zeros(BYTES)) {
            assertThatThrownBy(() -> Memory.copy(data.address(), data.address(), -1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private record Access(String name, int bytes, LongConsumer at) {}

    private static List<Access> accesses() {
        byte[] eight = new byte[8];
        return List.of(
                new Access("u8", 1, Memory::u8),
                new Access("u16", 2, Memory::u16),
                new Access("i32", 4, Memory::i32),
                new Access("i64", 8, Memory::i64),
                new Access("nativeU16", 2, Memory::nativeU16),
                new Access("nativeI32", 4, Memory::nativeI32),
                new Access("nativeI64", 8, Memory::nativeI64),
                new Access("putU8", 1, at -> Memory.putU8(at, 1)),
                new Access("putU16", 2, at -> Memory.putU16(at, 1)),
                new Access("putI32", 4, at -> Memory.putI32(at, 1)),
                new Access("putI64", 8, at -> Memory.putI64(at, 1)),
                new Access("putNativeU16", 2, at -> Memory.putNativeU16(at, 1)),
                new Access("putNativeI32", 4, at -> Memory.putNativeI32(at, 1)),
                new Access("putNativeI64", 8, at -> Memory.putNativeI64(at, 1)),
                new Access("fill", 8, at -> Memory.fill(at, 8, 1)),
                new Access("copyIn", 8, at -> Memory.copyIn(eight, 0, at, 8)),
                new Access("copyOut", 8, at -> Memory.copyOut(at, eight, 0, 8)),
                new Access("copy", 8, at -> Memory.copy(at, at, 8)));
    }
}
