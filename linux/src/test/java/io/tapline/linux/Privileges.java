// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the tests need to be allowed, and a way to be allowed nothing. */
final class Privileges {
    private static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");
    private static final long SYS_CAPSET = X86 ? 126 : 91;
    private static final long SYS_SETRESUID = X86 ? 117 : 147;
    private static final long NOBODY = 65534;
    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;

    private Privileges() {}

    /** Skips the test, with a message that says what was not tested, where it cannot work. */
    static void assume(String test) {
        if (!"root".equals(System.getProperty("user.name"))) {
            skip(test, "it makes network namespaces and must run as root");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            skip(test, "/dev/net/tun is missing (modprobe tun)");
        }
        if (!Files.exists(Path.of("/sbin/ip")) && !Files.exists(Path.of("/usr/sbin/ip"))) {
            skip(test, "the command ip is missing (package iproute2)");
        }
        try {
            NamespaceThread.call(
                    "privileges", () -> LinuxException.check(Libc.unshare(0x4000_0000), "unshare", "test"));
        } catch (LinuxException e) {
            skip(test, "network namespaces cannot be made here: " + e.getMessage());
        }
    }

    private static void skip(String test, String why) {
        System.err.println("SKIPPED " + test + ": " + why);
        abort(test + " is skipped: " + why);
    }

    /** Does {@code action} on a thread of root's that has no capability. */
    static <T> T callWithoutCapabilities(NamespaceAction<T, RuntimeException> action) {
        return NamespaceThread.call("no-capabilities", () -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment header = arena.allocateFrom(ValueLayout.JAVA_INT, CAPABILITY_VERSION_3, 0);
                MemorySegment none = arena.allocate(24);
                systemCall(SYS_CAPSET, header.address(), none.address(), 0);
            }
            return action.call();
        });
    }

    /** Does {@code action} on a thread of the user nobody. */
    static <T> T callAsNobody(NamespaceAction<T, RuntimeException> action) {
        return NamespaceThread.call("nobody", () -> {
            systemCall(SYS_SETRESUID, NOBODY, NOBODY, NOBODY);
            return action.call();
        });
    }

    /** The C library would change all threads; the system call itself changes the calling thread only. */
    @SuppressWarnings("restricted")
    private static void systemCall(long number, long first, long second, long third) throws Exception {
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        MethodHandle call = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(word, word, word, word, word));
        long result;
        try {
            result = (long) call.invokeExact(number, first, second, third);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        if (result != 0) {
            throw new IllegalStateException("system call " + number + " failed");
        }
    }
}
