// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * Error numbers of Linux system calls, with their symbols and texts (kernel {@code asm-generic/errno.h}, the same on
 * x86_64 and aarch64).
 *
 * <p>Data-path calls return them negated: {@code n == -Errno.EAGAIN}.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    /** Nothing to read now, or no room to write: normal on a non-blocking descriptor. */
    public static final int EAGAIN = 11;

    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int EROFS = 30;
    public static final int ENAMETOOLONG = 36;
    /** The device behind the descriptor is gone: somebody deleted the TAP. */
    public static final int EBADFD = 77;

    public static final int EOPNOTSUPP = 95;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int ETIMEDOUT = 110;

    private static final Map<Integer, Name> NAMES = parse("""
            1 EPERM Operation not permitted
            2 ENOENT No such file or directory
            3 ESRCH No such process
            4 EINTR Interrupted system call
            5 EIO Input/output error
            6 ENXIO No such device or address
            7 E2BIG Argument list too long
            9 EBADF Bad file descriptor
            11 EAGAIN Resource temporarily unavailable
            12 ENOMEM Cannot allocate memory
            13 EACCES Permission denied
            14 EFAULT Bad address
            16 EBUSY Device or resource busy
            17 EEXIST File exists
            18 EXDEV Invalid cross-device link
            19 ENODEV No such device
            20 ENOTDIR Not a directory
            21 EISDIR Is a directory
            22 EINVAL Invalid argument
            23 ENFILE Too many open files in system
            24 EMFILE Too many open files
            25 ENOTTY Inappropriate ioctl for device
            27 EFBIG File too large
            28 ENOSPC No space left on device
            30 EROFS Read-only file system
            32 EPIPE Broken pipe
            34 ERANGE Numerical result out of range
            36 ENAMETOOLONG File name too long
            38 ENOSYS Function not implemented
            39 ENOTEMPTY Directory not empty
            40 ELOOP Too many levels of symbolic links
            61 ENODATA No data available
            71 EPROTO Protocol error
            75 EOVERFLOW Value too large for defined data type
            76 ENOTUNIQ Name not unique on network
            77 EBADFD File descriptor in bad state
            88 ENOTSOCK Socket operation on non-socket
            89 EDESTADDRREQ Destination address required
            90 EMSGSIZE Message too long
            92 ENOPROTOOPT Protocol not available
            93 EPROTONOSUPPORT Protocol not supported
            95 EOPNOTSUPP Operation not supported
            97 EAFNOSUPPORT Address family not supported by protocol
            98 EADDRINUSE Address already in use
            99 EADDRNOTAVAIL Cannot assign requested address
            100 ENETDOWN Network is down
            101 ENETUNREACH Network is unreachable
            104 ECONNRESET Connection reset by peer
            105 ENOBUFS No buffer space available
            107 ENOTCONN Transport endpoint is not connected
            110 ETIMEDOUT Connection timed out
            111 ECONNREFUSED Connection refused
            112 EHOSTDOWN Host is down
            113 EHOSTUNREACH No route to host
            114 EALREADY Operation already in progress
            115 EINPROGRESS Operation now in progress
            116 ESTALE Stale file handle
            122 EDQUOT Disk quota exceeded
            125 ECANCELED Operation canceled
            """);

    private Errno() {}

    /** The symbol, such as {@code EBUSY}, or {@code errno 131} for a number that is not in the table. */
    public static String symbol(int errno) {
        Name name = NAMES.get(errno);
        return name == null ? "errno " + errno : name.symbol;
    }

    /** The symbol with the text, such as {@code EBUSY (Device or resource busy)}. */
    public static String describe(int errno) {
        Name name = NAMES.get(errno);
        return name == null ? "errno " + errno : name.symbol + " (" + name.text + ")";
    }

    private static Map<Integer, Name> parse(String table) {
        Map<Integer, Name> names = new HashMap<>();
        table.lines().forEach(line -> {
            String[] fields = line.split(" ", 3);
            names.put(Integer.valueOf(fields[0]), new Name(fields[1], fields[2]));
        });
        return Map.copyOf(names);
    }

    private record Name(String symbol, String text) {}
}
