// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Network settings of the kernel below {@code /proc/sys/net}, which each namespace has for itself (kernel
 * {@code Documentation/networking/ip-sysctl.rst}). Keys are written with slashes, since device names may have dots:
 * {@code ipv6/conf/eth0/disable_ipv6}.
 *
 * <p>The kernel takes the namespace of the thread that opens the file. Threading: any thread.
 */
public final class Sysctl {
    private static final String ROOT = "/proc/sys/net/";
    private static final Pattern KEY = Pattern.compile("[^/\\x00]+(/[^/\\x00]+)+");
    private static final int MAX_VALUE_LENGTH = 4096;

    private Sysctl() {}

    /**
     * Reads a setting of the calling thread's namespace, without the final line feed.
     *
     * @throws LinuxException if there is no such setting ({@code ENOENT})
     */
    public static String read(String key) {
        String object = object(key);
        try (Fd fd = Fd.of(Libc.open(path(key), Libc.O_RDONLY | Libc.O_CLOEXEC, 0), "open", object);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MAX_VALUE_LENGTH);
            int length = LinuxException.check(Libc.readBlocking(fd.number(), buffer, MAX_VALUE_LENGTH), "read", object);
            return StandardCharsets.UTF_8
                    .decode(buffer.asSlice(0, length).asByteBuffer())
                    .toString()
                    .strip();
        }
    }

    /** {@link #read(String)} in another namespace. */
    public static String read(NetworkNamespace namespace, String key) {
        return namespace.call(() -> read(key));
    }

    /**
     * Writes a setting of the calling thread's namespace.
     *
     * @throws LinuxException if there is no such setting ({@code ENOENT}), it does not take this value
     *     ({@code EINVAL}), it may not be written ({@code EACCES}), or {@code /proc/sys} is read-only ({@code EROFS})
     */
    public static void write(String key, String value) {
        String object = object(key);
        try (Fd fd = Fd.of(Libc.open(path(key), Libc.O_WRONLY | Libc.O_CLOEXEC, 0), "open", object);
                Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(value);
            int result = Libc.writeBlocking(fd.number(), text, text.byteSize() - 1);
            if (result == -Errno.EINVAL) {
                throw new LinuxException("write", object, Errno.EINVAL, "it does not take \"" + value + "\"");
            }
            LinuxException.check(result, "write", object);
        }
    }

    /** {@link #write(String, String)} in another namespace. */
    public static void write(NetworkNamespace namespace, String key, String value) {
        namespace.run(() -> write(key, value));
    }

    private static String path(String key) {
        if (!KEY.matcher(key).matches() || key.contains("..")) {
            throw new IllegalArgumentException(
                    "not a key below " + ROOT + ": \"" + key + "\" (expected the form ipv4/conf/all/rp_filter)");
        }
        return ROOT + key;
    }

    private static String object(String key) {
        return "sysctl net/" + key;
    }
}
