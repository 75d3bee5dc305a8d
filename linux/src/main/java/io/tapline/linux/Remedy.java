// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** What a person can do about a failed call, where we know it. */
final class Remedy {
    private static final String TUN_DEVICE = "/dev/net/tun";

    private Remedy() {}

    /** A clause in lower case without full stop, or the empty string. */
    static String of(String call, String object, int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> permission(call, object);
            case Errno.EMFILE -> "the process has too many open files; raise its limit (ulimit -n, LimitNOFILE)";
            case Errno.ENFILE -> "the machine has too many open files; raise fs.file-max";
            case Errno.EROFS -> "the file system is read-only here; in a container, mount it writable";
            default ->
                switch (call) {
                    case "open" -> open(object, errno);
                    case "ioctl(TUNSETIFF)" -> createTap(errno);
                    case "setns" -> errno == Errno.EINVAL ? "it is not a network namespace" : "";
                    case "sched_setaffinity" ->
                        errno == Errno.EINVAL ? "none of them exists and may be used by this process" : "";
                    case "rtnetlink" -> rtnetlink(errno);
                    default -> "";
                };
        };
    }

    private static String permission(String call, String object) {
        return switch (call) {
            case "setns", "unshare", "mount", "umount" ->
                "run as root, or with CAP_SYS_ADMIN (a container: privileged, or with that capability)";
            case "open" ->
                object.startsWith("/dev/")
                        ? "run as root, or let the container use this device"
                        : "this user may not open it; some may not be written by anyone";
            case "socket" -> "run as root, or with CAP_NET_RAW (a container: privileged, or with that capability)";
            default -> "run as root, or with CAP_NET_ADMIN (a container: privileged, or with that capability)";
        };
    }

    private static String open(String object, int errno) {
        boolean tun = object.equals(TUN_DEVICE);
        return switch (errno) {
            case Errno.ENOENT ->
                tun ? "load the tun module (modprobe tun), or map the device into the container" : "it does not exist";
            case Errno.ENODEV, Errno.ENXIO -> tun ? "load the tun module (modprobe tun)" : "";
            default -> "";
        };
    }

    private static String createTap(int errno) {
        return switch (errno) {
            case Errno.EBUSY ->
                "the name is in use, or another process holds this tap; choose another name or delete the device";
            case Errno.EINVAL ->
                "a device of that name exists and is not a tap of the same kind (single or multi-queue); choose"
                        + " another name or delete it";
            default -> "";
        };
    }

    private static String rtnetlink(int errno) {
        return switch (errno) {
            case Errno.EEXIST -> "it exists already; delete it first, or use replace";
            case Errno.ENODEV -> "there is no such device in this namespace";
            case Errno.ESRCH, Errno.EADDRNOTAVAIL, Errno.ENOENT -> "there is no such entry";
            case Errno.ENETUNREACH ->
                "no route leads to the gateway; add a link-scope route to it first, or set onLink";
            case Errno.ENETDOWN -> "the device is down; set it up first";
            case Errno.EOPNOTSUPP -> "the kernel lacks this feature; load its module";
            default -> "";
        };
    }
}
