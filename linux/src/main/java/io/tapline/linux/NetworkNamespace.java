// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network namespace, kept alive by an open descriptor until {@link #close()}.
 *
 * <p>Named namespaces are those of {@code ip netns}: a file of that name in {@code /run/netns} with the namespace bound
 * to it, visible in all mount namespaces that share the directory. They outlive the process.
 *
 * <p>A namespace is a property of a thread. {@link #call} and {@link #run} start a platform thread, move it into the
 * namespace, do the work there and let the thread end; so no thread ever returns to a pool in the wrong namespace, and
 * the caller may be a virtual thread. What is created in there (a {@link Tap}, a {@link Rtnetlink}, a
 * {@code SocketChannel}, a {@code ServerSocketChannel}) belongs to the namespace for good and can be used from any
 * thread. The work must not start threads of its own, virtual threads and parallel streams included: a thread is born
 * in the namespace of the thread that starts it, and one of a shared pool would stay there.
 *
 * <p>Creating, entering and deleting need {@code CAP_SYS_ADMIN}. Threading: any thread; calls run side by side.
 */
public final class NetworkNamespace implements AutoCloseable {
    /** Where {@code ip netns} and we keep named namespaces. */
    public static final Path DIRECTORY = Path.of("/run/netns");

    private static final String OF_THIS_THREAD = "/proc/thread-self/ns/net";
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int NS_GET_NSTYPE = 0xb703;
    private static final int LOOPBACK_INDEX = 1;

    private final Fd fd;
    private final String label;

    private NetworkNamespace(Fd fd, String label) {
        this.fd = fd;
        this.label = label;
    }

    /**
     * Creates a named namespace, as {@code ip netns add} does, and opens it. Its only device is {@code lo}, down; see
     * {@link #setLoopbackUp()}.
     *
     * @throws IllegalArgumentException if {@code name} cannot be a file name
     * @throws LinuxException if the name is taken ({@code EEXIST}), or without permission ({@code EPERM})
     */
    public static NetworkNamespace create(String name) {
        Path file = fileOf(name);
        NamespaceDirectory.prepare(DIRECTORY);
        NamespaceDirectory.createFile(file, name);
        try {
            NamespaceThread.call("netns-create-" + name, () -> {
                LinuxException.check(Libc.unshare(CLONE_NEWNET), "unshare", quoted(name));
                NamespaceDirectory.bind(OF_THIS_THREAD, file);
                return name;
            });
            return open(name);
        } catch (RuntimeException e) {
            NamespaceDirectory.unmountAndRemove(file);
            throw e;
        }
    }

    /**
     * Opens the namespace that {@code ip netns} knows as {@code name}.
     *
     * @throws LinuxException if there is none ({@code ENOENT}), or the file is not a namespace ({@code EINVAL})
     */
    public static NetworkNamespace open(String name) {
        Path file = fileOf(name);
        if (!Files.exists(file)) {
            throw new LinuxException("open", quoted(name), Errno.ENOENT, "no namespace has this name (ip netns list)");
        }
        return openFile(file, quoted(name));
    }

    /**
     * Opens the namespace that is bound to {@code file}, for example the {@code CNI_NETNS} of a CNI call.
     *
     * @throws LinuxException if there is no such file ({@code ENOENT}), or it is not a network namespace
     *     ({@code EINVAL})
     */
    public static NetworkNamespace open(Path file) {
        return openFile(file, "namespace " + file);
    }

    /**
     * Opens the namespace of a process.
     *
     * @throws LinuxException if there is no such process ({@code ENOENT}), or it belongs to another user
     *     ({@code EACCES})
     */
    public static NetworkNamespace ofProcess(long pid) {
        return openFile(Path.of("/proc/" + pid + "/ns/net"), "namespace of process " + pid);
    }

    /** Opens the namespace of the calling thread. */
    public static NetworkNamespace current() {
        return openFile(Path.of(OF_THIS_THREAD), "current namespace");
    }

    /** Whether a namespace has this name. */
    public static boolean exists(String name) {
        return Files.exists(fileOf(name));
    }

    /** The names of all named namespaces, sorted. */
    public static List<String> list() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + DIRECTORY, e);
        }
    }

    /**
     * Removes the name, as {@code ip netns delete} does. The kernel destroys the namespace and its devices when no
     * process, socket or descriptor refers to it any more, asynchronously.
     *
     * @throws LinuxException if there is none of this name ({@code ENOENT}), or without permission ({@code EPERM})
     */
    public static void delete(String name) {
        Path file = fileOf(name);
        if (!Files.exists(file)) {
            throw new LinuxException(
                    "umount", quoted(name), Errno.ENOENT, "no namespace has this name (ip netns list)");
        }
        NamespaceDirectory.delete(file, quoted(name));
    }

    /**
     * Does {@code action} inside the namespace, on a thread of its own, and waits for it. An exception of the action is
     * thrown here as it is. An interrupt of the caller does not stop the action; it is pending again on return.
     *
     * @throws LinuxException if the namespace cannot be entered ({@code EPERM})
     * @throws IllegalStateException if this namespace is closed
     */
    public <T, X extends Exception> T call(NamespaceAction<T, X> action) throws X {
        int number = fd.number();
        return NamespaceThread.call("netns-" + label, () -> {
            LinuxException.check(Libc.setns(number, CLONE_NEWNET), "setns", label);
            return action.call();
        });
    }

    /** {@link #call} for work without result. */
    public <X extends Exception> void run(NamespaceAction.Task<X> task) throws X {
        this.<Boolean, X>call(() -> {
            task.run();
            return true;
        });
    }

    /** Sets {@code lo} up, which gives it 127.0.0.1/8 and ::1/128. No effect if it is up. */
    public void setLoopbackUp() {
        try (Rtnetlink rtnetlink = Rtnetlink.open(this)) {
            rtnetlink.apply(Request.changeLink(LOOPBACK_INDEX, LinkSettings.NONE.withUp(true)));
        }
    }

    /** The inode of the namespace: two objects with the same inode are the same namespace, while either is open. */
    public long inode() {
        try {
            return (long) Files.getAttribute(Path.of("/proc/self/fd/" + fd.number()), "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the inode of " + label, e);
        }
    }

    /** Whether {@code other} is the same namespace. */
    public boolean isSameAs(NetworkNamespace other) {
        return inode() == other.inode();
    }

    /** The descriptor, owned by this object. */
    public int fd() {
        return fd.number();
    }

    /** How messages name it, for example {@code namespace "blue"}. */
    @Override
    public String toString() {
        return label;
    }

    /** Gives up the descriptor; the name, if any, stays. */
    @Override
    public void close() {
        fd.close();
    }

    private static NetworkNamespace openFile(Path file, String label) {
        Fd fd = Fd.of(Libc.open(file.toString(), Libc.O_RDONLY | Libc.O_CLOEXEC, 0), "open", label);
        if (Libc.ioctl(fd.number(), NS_GET_NSTYPE, 0) != CLONE_NEWNET) {
            fd.close();
            throw new LinuxException("open", label, Errno.EINVAL, file + " is not a network namespace");
        }
        return new NetworkNamespace(fd, label);
    }

    private static Path fileOf(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/") || name.length() > 255) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" cannot name a namespace: it must be a plain file name");
        }
        return DIRECTORY.resolve(name);
    }

    private static String quoted(String name) {
        return "namespace \"" + name + "\"";
    }
}
