// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The mounts behind named namespaces, made as iproute2 makes them so that {@code ip netns} and we see the same. */
final class NamespaceDirectory {
    private static final long MS_BIND = 0x1000;
    private static final long MS_REC = 0x4000;
    private static final long MS_SHARED = 0x10_0000;
    private static final int MNT_DETACH = 2;

    private NamespaceDirectory() {}

    /**
     * Creates the directory and makes it a shared mount: a namespace bound or unbound in one mount namespace is then
     * seen in the others, else a deleted one would live on there. One thread at a time, lest it be bound twice.
     */
    static synchronized void prepare(Path directory) {
        String path = directory.toString();
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + directory, e);
        }
        int result = share(path);
        if (result == -Errno.EINVAL) {
            // Not a mount point yet: bind it to itself. The kernel refuses to share anything else.
            LinuxException.check(Libc.mount(path, path, "none", MS_BIND | MS_REC), "mount", path);
            result = share(path);
        }
        LinuxException.check(result, "mount", path);
    }

    /** Creates the file that the namespace will be bound to; fails if it exists. */
    static void createFile(Path file, String name) {
        int flags = Libc.O_RDONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC;
        int result = Libc.open(file.toString(), flags, 0);
        if (result == -Errno.EEXIST) {
            throw new LinuxException(
                    "open",
                    "namespace \"" + name + "\"",
                    Errno.EEXIST,
                    "a namespace of this name exists; open it, or delete it first (ip netns delete " + name + ")");
        }
        Fd.of(result, "open", file.toString()).close();
    }

    /** Binds the namespace at {@code source} to {@code file}. */
    static void bind(String source, Path file) {
        LinuxException.check(Libc.mount(source, file.toString(), "none", MS_BIND), "mount", file.toString());
    }

    /** Unbinds and removes {@code file}; a file without a mount, left by a creation that failed, is removed too. */
    static void delete(Path file, String object) {
        int result = Libc.umount(file.toString(), MNT_DETACH);
        if (result < 0 && result != -Errno.EINVAL) {
            throw new LinuxException("umount", object, -result);
        }
        LinuxException.check(Libc.unlink(file.toString()), "unlink", object);
    }

    /** Best effort, after a failure. */
    static void unmountAndRemove(Path file) {
        Libc.umount(file.toString(), MNT_DETACH);
        Libc.unlink(file.toString());
    }

    private static int share(String path) {
        return Libc.mount("", path, "none", MS_SHARED | MS_REC);
    }
}
