// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class NetworkNamespaceTest {
    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    @Test
    void createsWhatIpNetnsSees() throws IOException {
        String name = namespaces.name();
        try (NetworkNamespace namespace = NetworkNamespace.create(name)) {
            assertThat(NetworkNamespace.exists(name)).isTrue();
            assertThat(NetworkNamespace.list()).contains(name);
            assertThat(Shell.run("ip", "netns", "list").lines().map(line -> line.replaceAll(" .*", "")))
                    .contains(name);
            assertThat(Shell.ip(namespace, "link")).contains("\"ifname\":\"lo\"");
            assertThat(Shell.run("ip", "netns", "exec", name, "stat", "-L", "-c%i", "/proc/self/ns/net")
                            .strip())
                    .isEqualTo(Long.toString(namespace.inode()));
        }
        // Bound in a shared mount, as ip does it, so that other mount namespaces see its deletion.
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")).lines())
                .anyMatch(line -> line.contains(" /run/netns ") && line.contains(" shared:"));
    }

    @Test
    void opensWhatIpNetnsCreated() {
        String name = namespaces.name();
        Shell.run("ip", "netns", "add", name);
        try (NetworkNamespace namespace = NetworkNamespace.open(name)) {
            assertThat(namespace.call(() -> Links.indexOf("lo"))).isEqualTo(1);
            assertThat(namespace).hasToString("namespace \"" + name + "\"");
        }
        NetworkNamespace.delete(name);
        assertThat(Shell.run("ip", "netns", "list")).doesNotContain(name);
        assertThat(Path.of("/run/netns", name)).doesNotExist();
    }

    @Test
    void isTheSameByNameByPathAndByProcess() throws IOException {
        NetworkNamespace namespace = namespaces.create();
        String name = TestNamespaces.nameOf(namespace);
        Process process = new ProcessBuilder("ip", "netns", "exec", name, "cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (NetworkNamespace byName = NetworkNamespace.open(name);
                NetworkNamespace byPath = NetworkNamespace.open(NetworkNamespace.DIRECTORY.resolve(name));
                NetworkNamespace own = NetworkNamespace.current()) {
            process.outputWriter().append("ready\n").flush();
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            try (NetworkNamespace byPid = NetworkNamespace.ofProcess(process.pid())) {
                assertThat(byPid.isSameAs(namespace)).isTrue();
            }
            assertThat(byName.isSameAs(namespace)).isTrue();
            assertThat(byPath.isSameAs(namespace)).isTrue();
            assertThat(own.isSameAs(namespace)).isFalse();
        } finally {
            process.destroy();
        }
    }

    @Test
    void callsInsideAndLeavesTheCallerWhereItWas() {
        NetworkNamespace namespace = namespaces.create();
        long before = currentInode();
        assertThat(namespace.call(NetworkNamespaceTest::currentInode)).isEqualTo(namespace.inode());
        assertThat(currentInode()).isEqualTo(before).isNotEqualTo(namespace.inode());
    }

    @Test
    void callsOnAPlatformThreadThatEnds() throws InterruptedException {
        NetworkNamespace namespace = namespaces.create();
        CompletableFuture<Thread> used = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual().start(() -> namespace.run(() -> used.complete(Thread.currentThread())));
        caller.join();
        assertThat(used.join().isVirtual()).isFalse();
        assertThat(used.join().isAlive()).isFalse();
    }

    @Test
    void callsSideBySideAndNested() {
        NetworkNamespace first = namespaces.create();
        NetworkNamespace second = namespaces.create();
        long inner = first.call(() -> {
            long seen = second.call(NetworkNamespaceTest::currentInode);
            assertThat(currentInode()).isEqualTo(first.inode());
            return seen;
        });
        assertThat(inner).isEqualTo(second.inode());
    }

    @Test
    void passesExceptionsOn() {
        NetworkNamespace namespace = namespaces.create();
        FileNotFoundException checked = new FileNotFoundException("x");
        FileNotFoundException thrown = assertThrows(
                FileNotFoundException.class,
                () -> namespace.run(() -> {
                    throw checked;
                }));
        assertThat(thrown).isSameAs(checked);
        assertThatThrownBy(() -> namespace.run(() -> {
                    throw new AssertionError("y");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("y");
    }

    @Test
    void finishesTheCallBeforeItHonoursAnInterrupt() throws InterruptedException {
        NetworkNamespace namespace = namespaces.create();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean finished = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            namespace.run(() -> {
                inside.countDown();
                awaitUninterruptibly(goOn);
                finished.set(true);
            });
            interrupted.set(Thread.interrupted());
        });
        inside.await();
        caller.interrupt();
        goOn.countDown();
        caller.join();
        assertThat(finished).isTrue();
        assertThat(interrupted).isTrue();
    }

    @Test
    void opensSocketsThatStayInside() throws IOException {
        NetworkNamespace namespace = namespaces.create();
        namespace.setLoopbackUp();
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4242);
        try (ServerSocketChannel server = namespace.call(ServerSocketChannel::open);
                SocketChannel client = namespace.call(SocketChannel::open)) {
            server.bind(address);
            assertThat(client.connect(address)).isTrue();
            try (SocketChannel accepted = server.accept();
                    SocketChannel outsider = SocketChannel.open()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                assertThatThrownBy(() -> outsider.connect(address)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void setsLoopbackUpAgainWithoutEffect() {
        NetworkNamespace namespace = namespaces.create();
        namespace.setLoopbackUp();
        namespace.setLoopbackUp();
        Shell.ping(namespace, "127.0.0.1");
    }

    @Test
    void leavesNothingBehind() throws IOException {
        String name = namespaces.name();
        NetworkNamespace.create(name).close();
        NetworkNamespace.delete(name);
        assertThat(NetworkNamespace.exists(name)).isFalse();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(name);
        NetworkNamespace.create(name).close();
    }

    @Test
    void saysThatANameIsTaken() {
        String name = TestNamespaces.nameOf(namespaces.create());
        assertThatThrownBy(() -> NetworkNamespace.create(name))
                .hasMessage("open on namespace \"" + name + "\": EEXIST (File exists); a namespace of this name exists;"
                        + " open it, or delete it first (ip netns delete " + name + ")");
        assertThat(NetworkNamespace.exists(name)).isTrue();
    }

    @Test
    void saysThatANameIsUnknown() {
        String name = namespaces.name();
        assertThatThrownBy(() -> NetworkNamespace.open(name))
                .hasMessage("open on namespace \"" + name
                        + "\": ENOENT (No such file or directory); no namespace has this name (ip netns list)");
        assertThatThrownBy(() -> NetworkNamespace.delete(name))
                .hasMessageContaining("no namespace has this name (ip netns list)");
        assertThatThrownBy(() -> NetworkNamespace.open(Path.of("/nowhere/ns")))
                .hasMessage("open on namespace /nowhere/ns: ENOENT (No such file or directory); it does not exist");
        assertThatThrownBy(() -> NetworkNamespace.ofProcess(Integer.MAX_VALUE))
                .hasMessageStartingWith("open on namespace of process 2147483647: ENOENT");
    }

    @Test
    void saysThatANameCannotBe() {
        for (String name : new String[] {"", ".", "..", "a/b", "../netns"}) {
            assertThatThrownBy(() -> NetworkNamespace.create(name))
                    .hasMessage("\"" + name + "\" cannot name a namespace: it must be a plain file name");
        }
    }

    @Test
    void saysThatAFileIsNoNetworkNamespace(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("plain"));
        assertThatThrownBy(() -> NetworkNamespace.open(file))
                .hasMessage("open on namespace " + file + ": EINVAL (Invalid argument); " + file
                        + " is not a network namespace");
        Path other = Path.of("/proc/self/ns/uts");
        assertThatThrownBy(() -> NetworkNamespace.open(other)).hasMessageEndingWith("is not a network namespace");
    }

    @Test
    void saysWhichCapabilityIsMissing() {
        NetworkNamespace namespace = namespaces.create();
        String name = namespaces.name();
        assertThatThrownBy(() -> Privileges.callWithoutCapabilities(() -> NetworkNamespace.create(name)))
                .hasMessageStartingWith("mount on /run/netns: EPERM (Operation not permitted); run as root, or with"
                        + " CAP_SYS_ADMIN");
        assertThat(NetworkNamespace.exists(name)).isFalse();
        assertThatThrownBy(() -> Privileges.callWithoutCapabilities(() -> namespace.call(() -> 1)))
                .hasMessageStartingWith("setns on " + namespace + ": EPERM (Operation not permitted); run as root, or"
                        + " with CAP_SYS_ADMIN");
    }

    @Test
    void refusesCallsAfterItsEnd() {
        NetworkNamespace namespace = namespaces.create();
        namespace.close();
        namespace.close();
        assertThatThrownBy(() -> namespace.call(() -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(namespace + " is closed");
    }

    private static long currentInode() {
        try (NetworkNamespace current = NetworkNamespace.current()) {
            return current.inode();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException _) {
                // The thread inside is not the one that is interrupted.
            }
        }
    }
}
