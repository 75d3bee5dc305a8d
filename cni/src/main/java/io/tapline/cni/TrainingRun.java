// SPDX-License-Identifier: Apache-2.0
package io.tapline.cni;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs the plug-in once against a stand-in for the agent, so that the JVM can write a start-up cache (JEP 514). */
final class TrainingRun {
    private TrainingRun() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws IOException {
        Path socket = Files.createTempFile("tapline-training", ".sock");
        Files.delete(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().start(() -> answer(server));
            System.setProperty(Plugin.SOCKET_PROPERTY, socket.toString());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(socket)));
            Plugin.main(args);
        }
    }

    private static void answer(ServerSocketChannel server) {
        try (SocketChannel channel = server.accept()) {
            channel.read(ByteBuffer.allocate(1024));
            channel.write(ByteBuffer.wrap("tapline/1 0 3\n{}\n".getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            System.err.println("training run: " + e);
        }
    }

    private static void delete(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            System.err.println("training run: " + e);
        }
    }
}
