// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceManagerTest {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;

    @Test
    void tellsWhoeverListensAtThePath(@TempDir Path directory) {
        assertThat(heard(directory.resolve("notify").toString())).isEqualTo("READY=1\nSTATUS=é");
    }

    @Test
    void tellsWhoeverListensAtAnAbstractName() {
        assertThat(heard("@tapline-test-" + ProcessHandle.current().pid())).isEqualTo("READY=1\nSTATUS=é");
    }

    @Test
    void nobodyIsToldWhenNobodyAsked() {
        assertThat(ServiceManager.at(Optional.empty())).isEmpty();
        assertThat(ServiceManager.at(Optional.of(""))).isEmpty();
    }

    @Test
    void aListenerThatIsGoneIsNamed(@TempDir Path directory) {
        String gone = directory.resolve("gone").toString();
        assertThatThrownBy(
                        () -> ServiceManager.at(Optional.of(gone)).orElseThrow().tell("READY=1"))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining(gone);
    }

    private static String heard(String name) {
        try (Fd fd = Fd.of(Libc.socket(AF_UNIX, SOCK_DGRAM, 0), "socket", name);
                Arena arena = Arena.ofConfined()) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            MemorySegment address = arena.allocate(110, 2);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 2, bytes.length);
            if (name.startsWith("@")) {
                address.set(JAVA_BYTE, 2, (byte) 0);
            }
            LinuxException.check(Libc.bind(fd.number(), address, 2 + bytes.length), "bind", name);
            ServiceManager.at(Optional.of(name)).orElseThrow().tell("READY=1\nSTATUS=é");
            MemorySegment buffer = arena.allocate(256);
            int length = LinuxException.check(Libc.readBlocking(fd.number(), buffer, 256), "read", name);
            return new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }
}
