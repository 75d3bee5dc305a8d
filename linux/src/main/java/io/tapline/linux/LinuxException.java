// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/**
 * A Linux call failed. The message names the call, the object it was about, the error and, where it is known, the
 * remedy: {@code ioctl(TUNSETIFF) on tap "eth0": EBUSY (Device or resource busy); the name is in use, ...}.
 */
public class LinuxException extends RuntimeException {
    private final String call;
    private final String object;
    private final int errno;

    /**
     * @param call the system call, with its operation where it has one: {@code open}, {@code ioctl(TUNSETIFF)}
     * @param object what the call was about: {@code /dev/net/tun}, {@code tap "eth0"}, {@code namespace "blue"}
     * @param errno the error, positive; see {@link Errno}
     */
    public LinuxException(String call, String object, int errno) {
        this(call, object, errno, Remedy.of(call, object, errno));
    }

    /** As above, with {@code advice}, empty or a clause in lower case, in place of the general remedy. */
    LinuxException(String call, String object, int errno, String advice) {
        super(call + " on " + object + ": " + Errno.describe(errno) + (advice.isEmpty() ? "" : "; " + advice));
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    /** The call that failed, for example {@code ioctl(TUNSETIFF)}. */
    public String call() {
        return call;
    }

    /** What the call was about, for example {@code tap "eth0"}. */
    public String object() {
        return object;
    }

    /** The error number, positive; see {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** Returns {@code result} if it is not negative, else throws for the errno that it carries negated. */
    static int check(int result, String call, String object) {
        if (result < 0) {
            throw new LinuxException(call, object, -result);
        }
        return result;
    }
}
