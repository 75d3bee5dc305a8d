// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tapline lab respond}, the process behind the pods' ports; {@code lab up} starts it. */
@Command(
        name = "respond",
        description = "Answers on the ports of a lab's pods until it is ended; 'lab up' starts it.",
        mixinStandardHelpOptions = true,
        hidden = true)
final class RespondCommand implements Callable<Integer> {
    @Mixin
    private LabOptions options;

    // picocli fills in the field.
    @SuppressWarnings("NullAway.Init")
    RespondCommand() {}

    @Override
    public Integer call() {
        StateDirectory directory = options.directory();
        try {
            Files.deleteIfExists(directory.responderSocket());
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(directory.responderSocket()));
                Files.setPosixFilePermissions(
                        directory.responderSocket(), PosixFilePermissions.fromString("rw-------"));
                serve(server, new Responders(directory));
            }
        } catch (IOException e) {
            throw UserError.failure("cannot serve on " + directory.responderSocket() + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private static void serve(ServerSocketChannel server, Responders responders) throws IOException {
        while (server.isOpen()) {
            try (SocketChannel peer = server.accept()) {
                answer(peer, String.join("\n", responders.sync()));
            }
        }
    }

    private static void answer(SocketChannel peer, String problems) {
        ByteBuffer answer = ByteBuffer.wrap(problems.getBytes(StandardCharsets.UTF_8));
        try {
            while (answer.hasRemaining()) {
                peer.write(answer);
            }
        } catch (IOException e) {
            // who asked has gone
        }
    }

    /** Asks the process to look at the records again, and waits until it has; what it could not do. */
    static List<String> sync(StateDirectory directory) {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.responderSocket());
        try (SocketChannel channel = SocketChannel.open(address)) {
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            return answer.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the responder does not answer on " + directory.responderSocket(), e);
        }
    }
}
