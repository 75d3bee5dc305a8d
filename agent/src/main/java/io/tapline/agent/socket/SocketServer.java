// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;

/**
 * A unix socket for root, and for the user the agent runs as. The kernel tells who the peer is ({@code SO_PEERCRED});
 * nobody else is listened to. Each connection has a virtual thread of its own, a limited time and a limited size, so
 * that one that is malformed, huge or stalls harms no other.
 *
 * <p>Threading: any thread starts and closes it.
 */
public final class SocketServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SocketServer.class.getName());
    private static final int MAX_CONNECTIONS = 512;
    private static final int BACKLOG = 1024;

    private final Path path;
    private final List<Dialect> dialects;
    private final Duration patience;
    private final ServerSocketChannel server;
    private final UserPrincipal root;
    private final UserPrincipal self;
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tapline-socket-timer").factory());

    private SocketServer(Path path, List<Dialect> dialects, Duration patience) throws IOException {
        this.path = path;
        this.dialects = List.copyOf(dialects);
        this.patience = patience;
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.deleteIfExists(path);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        this.self = Files.getOwner(path);
        this.root = path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root");
    }

    /**
     * Starts serving. A socket of that name that an earlier agent left is replaced.
     *
     * @param patience how long a peer may take for its request, and for taking its answer
     */
    public static SocketServer start(Path path, List<Dialect> dialects, Duration patience) {
        try {
            SocketServer server = new SocketServer(path, dialects, patience);
            Thread.ofPlatform().name("tapline-socket").daemon().start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + path, e);
        }
    }

    private void accept() {
        try {
            while (true) {
                places.acquire();
                SocketChannel channel = server.accept();
                connections.execute(() -> serve(channel));
            }
        } catch (ClosedChannelException e) {
            LOG.log(Level.DEBUG, "{0} is closed", path);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "no more connections on " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel channel) {
        try (Connection connection = new Connection(channel, timer, patience)) {
            UserPrincipal peer =
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            if (!peer.equals(root) && !peer.equals(self)) {
                LOG.log(Level.WARNING, "refused a connection of user {0} on {1}", peer.getName(), path);
                connection.refuse("only root may ask the agent");
                return;
            }
            String line = connection.readLine();
            Dialect dialect = dialects.stream()
                    .filter(candidate -> candidate.speaks(line))
                    .findFirst()
                    .orElseThrow(() -> new BadRequestException("unknown protocol"));
            dialect.serve(line, connection);
        } catch (BadRequestException e) {
            LOG.log(Level.WARNING, "a bad request on {0}: {1}", path, e.getMessage());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection on {0} broke: {1}", path, e.toString());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a request on " + path + " failed", e);
        } finally {
            places.release();
        }
    }

    /** Stops listening, lets requests that were begun end, and removes the socket. */
    @Override
    public void close() {
        try {
            server.close();
            connections.close();
            timer.shutdownNow();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + path, e);
        }
    }
}
