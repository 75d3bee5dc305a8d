// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is closed, and what fails, gives its descriptors back. */
class DescriptorLeakTest {
    private static final Pattern OURS = Pattern.compile("socket:.*|anon_inode:.*|/dev/net/tun|net:.*|/run/netns.*");

    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    @Test
    void nothingStaysOpen() throws IOException {
        NetworkNamespace namespace = namespaces.create();
        useEverything(namespace);
        List<String> before = openDescriptors();
        for (int i = 0; i < 5; i++) {
            useEverything(namespace);
        }
        assertThat(openDescriptors()).hasSameSizeAs(before);
    }

    private static void useEverything(NetworkNamespace namespace) {
        String name = TestNamespaces.nameOf(namespace);
        try (NetworkNamespace again = NetworkNamespace.open(name);
                Tap tap = Pod.wire(again, "10.1.1.2");
                Rtnetlink rtnetlink = Rtnetlink.open(again);
                EventFd bell = EventFd.open();
                Epoll epoll = Epoll.open(2)) {
            epoll.add(bell.fd(), Epoll.READABLE, 0);
            epoll.add(tap.fd(), Epoll.READABLE, 1);
            again.run(() -> Offloads.setAllOff("eth0"));
            assertThat(Sysctl.read(again, "ipv4/ip_forward")).isNotEmpty();
            assertThatThrownBy(() -> Tap.create(again, TapOptions.named("eth0")))
                    .hasMessageContaining("EBUSY");
            assertThatThrownBy(() -> Sysctl.write(again, "ipv4/ip_forward", "x"))
                    .hasMessageContaining("EINVAL");
            assertThatThrownBy(() -> rtnetlink.apply(Request.deleteLink("nosuch")))
                    .hasMessageContaining("ENODEV");
        }
        assertThatThrownBy(() -> NetworkNamespace.create(name)).hasMessageContaining("EEXIST");
        assertThatThrownBy(() -> NetworkNamespace.open(Path.of("/proc/self/ns/uts")))
                .hasMessageContaining("not a network namespace");
    }

    private static List<String> openDescriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(DescriptorLeakTest::target)
                    .flatMap(Optional::stream)
                    .filter(target -> OURS.matcher(target).matches())
                    .toList();
        }
    }

    /** Empty if the descriptor was closed meanwhile, as that of the listing itself. */
    private static Optional<String> target(Path file) {
        try {
            return Optional.of(Files.readSymbolicLink(file).toString());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
