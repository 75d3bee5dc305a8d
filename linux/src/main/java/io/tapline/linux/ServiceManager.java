// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Tells systemd how a service is ({@code sd_notify(3)}): datagrams to the unix socket that {@code NOTIFY_SOCKET} names.
 * The JDK has no unix datagrams.
 *
 * <p>Threading: any thread.
 */
public final class ServiceManager {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PATH_OFFSET = 2;
    private static final int MAX_PATH = 108;

    private final String socket;

    private ServiceManager(String socket) {
        this.socket = socket;
    }

    /**
     * The service manager.
     *
     * @param socket the value of {@code NOTIFY_SOCKET}: a path, or {@code @} and an abstract name
     * @return empty if nobody wants to be told
     */
    public static Optional<ServiceManager> at(Optional<String> socket) {
        return socket.filter(name -> !name.isEmpty() && name.length() < MAX_PATH)
                .map(ServiceManager::new);
    }

    /**
     * Tells the state.
     *
     * @param state lines such as {@code READY=1} and {@code STATUS=text}
     * @throws LinuxException if it cannot be delivered
     */
    public void tell(String state) {
        try (Fd fd = Fd.of(Libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", socket);
                Arena arena = Arena.ofConfined()) {
            byte[] name = socket.getBytes(StandardCharsets.UTF_8);
            MemorySegment address = arena.allocate(PATH_OFFSET + MAX_PATH, Short.BYTES);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, PATH_OFFSET, name.length);
            if (name[0] == '@') {
                address.set(JAVA_BYTE, PATH_OFFSET, (byte) 0);
            }
            byte[] text = state.getBytes(StandardCharsets.UTF_8);
            MemorySegment message = arena.allocateFrom(JAVA_BYTE, text);
            LinuxException.check(
                    Libc.sendto(fd.number(), message, text.length, MSG_NOSIGNAL, address, PATH_OFFSET + name.length),
                    "sendto",
                    socket);
        }
    }
}
