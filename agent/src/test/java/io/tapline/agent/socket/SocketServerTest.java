// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SocketServerTest {
    private static final long NOBODY = 65534;

    private Path path;
    private SocketServer server;

    /** Answers with the bytes that its first line announces. */
    private static final class Echo implements Dialect {
        @Override
        public boolean speaks(String firstLine) {
            return firstLine.startsWith("echo ");
        }

        @Override
        public void serve(String firstLine, Connection connection) throws IOException {
            byte[] bytes = connection.read(Integer.parseInt(firstLine.substring(5)));
            connection.requestIsComplete();
            connection.write(bytes);
        }
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        path = directory.resolve("s.sock");
        server = SocketServer.start(path, List.of(new Echo()), Duration.ofMillis(700));
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(ask("echo 5\nhello")).isEqualTo("hello");
    }

    @Test
    void refusesAPeerWhoIsNotRoot(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "must be root to become somebody who is not");
        for (Path open = path.getParent(); open != null && !open.equals(Path.of("/tmp")); open = open.getParent()) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (open.getNameCount() <= 2) {
                break;
            }
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        FutureTask<String> task = new FutureTask<>(() -> {
            becomeNobody();
            return ask("echo 5\nhello");
        });
        Thread.ofPlatform().start(task);
        assertThat(task.get()).isEqualTo("tapline/1 refused: only root may ask the agent\n");
    }

    @Test
    void cutsOffWhatItDoesNotUnderstand() throws IOException {
        assertThat(ask("nonsense\n")).isEmpty();
        assertThat(ask("x".repeat(20_000))).isEmpty();
        assertThat(ask("echo 5\nhello")).isEqualTo("hello");
    }

    @Test
    void servesOthersWhileSomeStallAndCutsTheseOff() throws IOException {
        List<SocketChannel> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
                channel.write(bytes(i % 2 == 0 ? "echo 5\nhel" : "ech"));
                stalled.add(channel);
            }
            assertThat(ask("echo 5\nhello")).isEqualTo("hello");
            for (SocketChannel channel : stalled) {
                assertThat(readAll(channel)).isEmpty();
            }
        } finally {
            for (SocketChannel channel : stalled) {
                channel.close();
            }
        }
    }

    @Test
    void replacesTheSocketOfAPredecessorThatDied() throws IOException {
        server.close();
        Files.writeString(path, "left over");
        server = SocketServer.start(path, List.of(new Echo()), Duration.ofSeconds(1));
        assertThat(ask("echo 2\nhi")).isEqualTo("hi");
    }

    private String ask(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer bytes = bytes(request);
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("pipe"); // cut off while we were still talking
            }
            return readAll(channel);
        }
    }

    private static String readAll(SocketChannel channel) {
        StringBuilder answer = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        try {
            while (channel.read(buffer.clear()) >= 0) {
                answer.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset"); // cut off with something unread
        }
        return answer.toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The system call itself changes the calling thread only; the C library would change all. */
    @SuppressWarnings("restricted")
    private static void becomeNobody() {
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        MethodHandle call = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(word, word, word, word, word));
        long setresuid = "amd64".equals(System.getProperty("os.arch")) ? 117 : 147;
        long result;
        try {
            result = (long) call.invokeExact(setresuid, NOBODY, NOBODY, NOBODY);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        assertThat(result).isZero();
    }
}
