// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A program that decides in the kernel which packets a socket gets (classic BPF; kernel
 * {@code Documentation/networking/filter.rst}). It has one accumulator, which a {@code load} fills and an {@code if}
 * tests; offsets count from the first byte of the packet, and a load beyond its end rejects it. A packet that comes to
 * the end of the program is rejected.
 */
public final class SocketFilter {
    /** Most instructions of a program, a limit of the kernel's. */
    public static final int MAX_INSTRUCTIONS = 4096;
    /** {@link Builder#loadPacketType}: addressed to this host. */
    public static final int TO_THIS_HOST = 0;

    private static final int INSTRUCTION_LENGTH = 8;
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_BYTE_AT_X = 0x50;
    private static final int LOAD_HALF_AT_X = 0x48;
    private static final int X_IP_HEADER_LENGTH = 0xb1;
    private static final int JUMP = 0x05;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_ABOVE = 0x25;
    private static final int JUMP_NOT_BELOW = 0x35;
    private static final int JUMP_BITS = 0x45;
    private static final int RETURN = 0x06;
    private static final int ANCILLARY = -0x1000;
    private static final int PACKET_TYPE = ANCILLARY + 4;
    private static final int VLAN_TAG_PRESENT = ANCILLARY + 48;
    private static final int WHOLE_PACKET = 0x4_0000;

    private final List<Instruction> program;

    /** {@code struct sock_filter}. */
    private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    private SocketFilter(List<Instruction> program) {
        this.program = List.copyOf(program);
    }

    /**
     * Makes a program.
     *
     * @throws IllegalArgumentException if it is too long for the kernel
     */
    public static SocketFilter of(Consumer<Builder> program) {
        Builder builder = new Builder();
        program.accept(builder);
        builder.reject();
        if (builder.instructions.size() > MAX_INSTRUCTIONS) {
            throw new IllegalArgumentException("a socket filter of " + builder.instructions.size()
                    + " instructions is longer than " + MAX_INSTRUCTIONS);
        }
        return new SocketFilter(builder.instructions);
    }

    /** Lets everything pass. */
    public static SocketFilter acceptAll() {
        return of(Builder::accept);
    }

    int length() {
        return program.size();
    }

    /** An array of {@code struct sock_filter}. */
    MemorySegment encode(Arena arena) {
        MemorySegment array = arena.allocate((long) INSTRUCTION_LENGTH * program.size(), Integer.BYTES);
        for (int i = 0; i < program.size(); i++) {
            Instruction instruction = program.get(i);
            long at = (long) INSTRUCTION_LENGTH * i;
            array.set(ValueLayout.JAVA_SHORT, at, (short) instruction.code());
            array.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction.ifTrue());
            array.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.ifFalse());
            array.set(ValueLayout.JAVA_INT, at + 4, instruction.operand());
        }
        return array;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SocketFilter filter && filter.program.equals(program);
    }

    @Override
    public int hashCode() {
        return program.hashCode();
    }

    /** Writes a program from top to bottom. */
    public static final class Builder {
        private final List<Instruction> instructions = new ArrayList<>();

        private Builder() {}

        private void add(int code, int operand) {
            instructions.add(new Instruction(code, 0, 0, operand));
        }

        private void jump(int code, int operand, int ifTrue, int ifFalse) {
            instructions.add(new Instruction(code, ifTrue, ifFalse, operand));
        }

        /** Takes the whole packet. */
        public void accept() {
            add(RETURN, WHOLE_PACKET);
        }

        /** Takes nothing of it. */
        public void reject() {
            add(RETURN, 0);
        }

        /** Loads a byte. */
        public void loadByte(int offset) {
            add(LOAD_BYTE, offset);
        }

        /** Loads 16 bits, big-endian. */
        public void loadHalf(int offset) {
            add(LOAD_HALF, offset);
        }

        /** Loads 32 bits, big-endian. */
        public void loadWord(int offset) {
            add(LOAD_WORD, offset);
        }

        /** Loads a byte of what follows the IPv4 header that begins at {@code header}. */
        public void loadByteBehind(int header, int offset) {
            add(X_IP_HEADER_LENGTH, header);
            add(LOAD_BYTE_AT_X, header + offset);
        }

        /** Loads 16 bits, big-endian, of what follows the IPv4 header that begins at {@code header}. */
        public void loadHalfBehind(int header, int offset) {
            add(X_IP_HEADER_LENGTH, header);
            add(LOAD_HALF_AT_X, header + offset);
        }

        /** Loads for whom the packet is (kernel {@code if_packet.h}, {@code PACKET_*}). */
        public void loadPacketType() {
            add(LOAD_WORD, PACKET_TYPE);
        }

        /** Loads 1 if the kernel has taken a VLAN tag off the packet, else 0. */
        public void loadVlanTagPresent() {
            add(LOAD_WORD, VLAN_TAG_PRESENT);
        }

        /** Does {@code block} if the accumulator is one of {@code values}. */
        public void ifOneOf(List<Integer> values, Consumer<Builder> block) {
            for (int i = 0; i < values.size(); i++) {
                jump(JUMP_EQUAL, values.get(i), 0, 1);
                add(JUMP, 2 * (values.size() - i) - 1);
            }
            skippable(block);
        }

        /** Does {@code block} if the accumulator is {@code value}. */
        public void ifEqual(int value, Consumer<Builder> block) {
            jump(JUMP_EQUAL, value, 1, 0);
            skippable(block);
        }

        /** Does {@code block} if the accumulator is at least {@code first} and at most {@code last}, unsigned. */
        public void ifBetween(int first, int last, Consumer<Builder> block) {
            jump(JUMP_NOT_BELOW, first, 0, 1);
            jump(JUMP_ABOVE, last, 0, 1);
            skippable(block);
        }

        /** Does {@code block} if the accumulator has any bit of {@code mask}. */
        public void ifBits(int mask, Consumer<Builder> block) {
            jump(JUMP_BITS, mask, 1, 0);
            skippable(block);
        }

        /** A jump over {@code block}, and the block; who wants it done comes in behind the jump. */
        private void skippable(Consumer<Builder> block) {
            Builder inner = new Builder();
            block.accept(inner);
            add(JUMP, inner.instructions.size());
            instructions.addAll(inner.instructions);
        }
    }
}
