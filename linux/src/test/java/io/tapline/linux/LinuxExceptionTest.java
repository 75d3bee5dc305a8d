// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinuxExceptionTest {
    @Test
    void namesCallObjectErrorAndRemedy() {
        LinuxException e = new LinuxException("ioctl(TUNSETIFF)", "tap \"eth0\"", Errno.EBUSY);
        assertThat(e)
                .hasMessage("ioctl(TUNSETIFF) on tap \"eth0\": EBUSY (Device or resource busy); the name is in use, or"
                        + " another process holds this tap; choose another name or delete the device");
        assertThat(e.call()).isEqualTo("ioctl(TUNSETIFF)");
        assertThat(e.object()).isEqualTo("tap \"eth0\"");
        assertThat(e.errno()).isEqualTo(Errno.EBUSY);
    }

    @Test
    void hasNoRemedyWhereNoneIsKnown() {
        assertThat(new LinuxException("read", "tap \"eth0\"", Errno.EIO))
                .hasMessage("read on tap \"eth0\": EIO (Input/output error)");
    }

    @Test
    void showsNumbersThatHaveNoName() {
        assertThat(new LinuxException("read", "x", 4000)).hasMessage("read on x: errno 4000");
        assertThat(Errno.symbol(4000)).isEqualTo("errno 4000");
        assertThat(Errno.symbol(Errno.ENETUNREACH)).isEqualTo("ENETUNREACH");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            open             | /dev/net/tun | 2   | load the tun module (modprobe tun), or map the device
            open             | /dev/net/tun | 13  | run as root, or let the container use this device
            open             | /dev/net/tun | 19  | load the tun module
            open             | sysctl net/x | 2   | it does not exist
            open             | sysctl net/x | 30  | the file system is read-only here
            ioctl(TUNSETIFF) | tap          | 1   | CAP_NET_ADMIN
            ioctl(TUNSETIFF) | tap          | 22  | not a tap of the same kind
            setns            | namespace    | 1   | CAP_SYS_ADMIN
            setns            | namespace    | 22  | not a network namespace
            mount            | namespace    | 1   | CAP_SYS_ADMIN
            socket           | rtnetlink    | 24  | too many open files; raise its limit
            socket           | rtnetlink    | 23  | raise fs.file-max
            rtnetlink        | add route    | 17  | use replace
            rtnetlink        | add route    | 19  | no such device in this namespace
            rtnetlink        | add route    | 101 | add a link-scope route to it first
            rtnetlink        | add route    | 100 | set it up first
            rtnetlink        | create x     | 95  | load its module
            rtnetlink        | delete x     | 3   | there is no such entry
            """)
    void knowsTheRemedy(String call, String object, int errno, String remedy) {
        assertThat(new LinuxException(call, object, errno))
                .hasMessageContaining("; ")
                .hasMessageContaining(remedy);
    }
}
