// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.control.simulation.Connection;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Servers and clients in many namespaces, all at once: TCP and UDP by sockets, SCTP by raw packets.
 *
 * <p>Threading: one thread.
 */
final class Probes implements AutoCloseable {
    private static final int FIRST_SCTP_PORT = 20_000;
    private static final int BACKLOG = 512;
    private static final long WAIT_MILLIS = 20;

    private final Selector selector;
    private final List<Channel> open = new ArrayList<>();
    private final Set<Server> servers = new HashSet<>();
    private final Map<Station, RawSctp> sctp = new HashMap<>();
    private final Map<Connection, Runnable> sctpChecks = new HashMap<>();
    private final Set<Connection> done = new HashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(64);
    private int nextSctpPort = FIRST_SCTP_PORT;

    private record Station(long namespace, IpAddress address) {}

    private record Server(long namespace, IpAddress address, Protocol protocol, int port) {}

    Probes() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress at(IpAddress address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port);
    }

    /** Answers on a port, unless somebody does already. */
    void serve(NetworkNamespace namespace, IpAddress address, Protocol protocol, int port) {
        if (!servers.add(new Server(namespace.inode(), address, protocol, port))) {
            return;
        }
        try {
            switch (protocol) {
                case TCP -> {
                    // The kernel completes connections by itself.
                    ServerSocketChannel server =
                            namespace.<ServerSocketChannel, IOException>call(ServerSocketChannel::open);
                    open.add(server);
                    server.bind(at(address, port), BACKLOG);
                }
                case UDP -> {
                    DatagramChannel server = datagrams(namespace, at(address, port));
                    server.register(selector, SelectionKey.OP_READ);
                }
                case SCTP -> sctp(namespace, address);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatagramChannel datagrams(NetworkNamespace namespace, SocketAddress local) throws IOException {
        DatagramChannel channel = namespace.<DatagramChannel, IOException>call(
                () -> DatagramChannel.open(java.net.StandardProtocolFamily.INET));
        open.add(channel);
        channel.configureBlocking(false);
        channel.bind(local);
        return channel;
    }

    private RawSctp sctp(NetworkNamespace namespace, IpAddress address) {
        return sctp.computeIfAbsent(
                new Station(namespace.inode(), address), station -> RawSctp.open(namespace, address));
    }

    /** Sends the first packet of a connection. */
    void begin(Connection connection, NetworkNamespace from) {
        try {
            switch (connection.protocol()) {
                case TCP -> {
                    SocketChannel client = from.<SocketChannel, IOException>call(SocketChannel::open);
                    open.add(client);
                    client.configureBlocking(false);
                    client.bind(at(connection.source(), 0));
                    if (client.connect(at(connection.destination(), connection.port()))) {
                        done.add(connection);
                    } else {
                        client.register(selector, SelectionKey.OP_CONNECT, connection);
                    }
                }
                case UDP -> {
                    DatagramChannel client = datagrams(from, at(connection.source(), 0));
                    client.connect(at(connection.destination(), connection.port()));
                    client.register(selector, SelectionKey.OP_READ, connection);
                    client.write(ByteBuffer.wrap(new byte[] {1}));
                }
                case SCTP -> {
                    RawSctp raw = sctp(from, connection.source());
                    int port = nextSctpPort++;
                    raw.begin(connection.destination(), port, connection.port());
                    sctpChecks.put(connection, () -> {
                        if (raw.isAnswered(port)) {
                            done.add(connection);
                        }
                    });
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(connection.toString(), e);
        }
    }

    /** Does what there is to do, or waits a little. */
    void poll() {
        try {
            selector.select(this::ready, WAIT_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sctp.values().forEach(RawSctp::poll);
        sctpChecks.values().forEach(Runnable::run);
    }

    private void ready(SelectionKey key) {
        try {
            if (key.channel() instanceof SocketChannel client) {
                if (client.finishConnect()) {
                    done.add((Connection) key.attachment());
                    key.cancel();
                }
            } else if (key.channel() instanceof DatagramChannel channel) {
                buffer.clear();
                SocketAddress peer = channel.receive(buffer);
                if (peer != null && key.attachment() == null) {
                    channel.send(buffer.flip(), peer);
                } else if (peer != null) {
                    done.add((Connection) key.attachment());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(key.attachment()), e);
        }
    }

    /** The connections that came about so far. */
    Set<Connection> done() {
        return done;
    }

    @Override
    public void close() {
        try {
            for (Channel channel : open) {
                channel.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sctp.values().forEach(RawSctp::close);
    }
}
