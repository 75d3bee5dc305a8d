// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Requests about one device of the calling thread's namespace, by ioctl on a socket (kernel {@code netdevice(7)}). */
final class Links {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final long SIOCGIFINDEX = 0x8933;

    private Links() {}

    /**
     * The index of a device.
     *
     * @throws LinuxException if there is none of this name ({@code ENODEV})
     */
    static int indexOf(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = LinkNames.ifreq(arena, LinkNames.verify(name));
            request(SIOCGIFINDEX, "SIOCGIFINDEX", name, ifreq);
            return ifreq.get(JAVA_INT, LinkNames.FIELD_LENGTH);
        }
    }

    /** Issues the request, whose {@code struct ifreq} carries {@code name}. */
    static void request(long request, String requestName, String name, MemorySegment ifreq) {
        String call = "ioctl(" + requestName + ")";
        String object = "device \"" + name + "\"";
        try (Fd socket = Fd.of(Libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", object)) {
            int result = Libc.ioctl(socket.number(), request, ifreq.address());
            if (result == -Errno.ENODEV) {
                throw new LinuxException(call, object, Errno.ENODEV, "no device of this namespace has this name");
            }
            LinuxException.check(result, call, object);
        }
    }
}
