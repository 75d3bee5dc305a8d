// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.linux.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Servers and clients in the namespaces of a test: real sockets of the kernel's, without a process each. A server tells
 * each client who it is and whom it sees: {@code web1 10.1.1.4}. Closing this closes all servers.
 */
final class Sockets implements AutoCloseable {
    static final String REFUSED = "refused";
    static final String UNREACHABLE = "unreachable";
    static final String SILENCE = "silence";
    private static final int PATIENCE_MILLIS = 5000;
    private static final int SHORT_MILLIS = 700;

    private final TestNode node;
    private final List<Channel> open = new ArrayList<>();

    Sockets(TestNode node) {
        this.node = node;
    }

    /** Opens a socket in a namespace; from then on it may be used by any thread. */
    <T> T in(String namespace, SocketMaker<T> maker) {
        try (NetworkNamespace where = NetworkNamespace.open(Path.of(node.netns(namespace)))) {
            return where.call(maker::make);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a socket. */
    @FunctionalInterface
    interface SocketMaker<T> {
        /** Called on a thread inside the namespace. */
        T make() throws IOException;
    }

    /** A TCP server on all addresses; returns it so that it can be closed early. */
    ServerSocketChannel serveTcp(String namespace, int port) {
        ServerSocketChannel server = in(namespace, ServerSocketChannel::open);
        open.add(server);
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(new InetSocketAddress(port), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(() -> accept(namespace, server));
        return server;
    }

    private static void accept(String name, ServerSocketChannel server) {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> greet(name, client));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** One line for whoever comes, then an echo of everything until the client ends. */
    private static void greet(String name, SocketChannel client) {
        try (client) {
            ByteBuffer buffer = bytes(name + " " + host(client.getRemoteAddress()) + "\n");
            client.write(buffer);
            ByteBuffer echo = ByteBuffer.allocate(4096);
            while (client.read(echo) >= 0) {
                echo.flip();
                while (echo.hasRemaining()) { // on a virtual thread a write may be partial
                    client.write(echo);
                }
                echo.clear();
            }
        } catch (IOException e) {
            // The client has gone in its own way.
        }
    }

    /** A UDP server on all addresses. */
    DatagramChannel serveUdp(String namespace, int port) {
        DatagramChannel server = in(namespace, DatagramChannel::open);
        open.add(server);
        try {
            server.bind(new InetSocketAddress(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(() -> answer(namespace, server));
        return server;
    }

    private static void answer(String name, DatagramChannel server) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (server.isOpen()) {
            try {
                buffer.clear();
                InetSocketAddress client = (InetSocketAddress) server.receive(buffer);
                server.send(bytes(name + " " + host(client)), client);
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Who answers a TCP connection and whom it sees, or what becomes of it. */
    String tcp(String from, String to, int port) {
        return tcp(from, "", to, port, PATIENCE_MILLIS);
    }

    /** {@link #tcp} where no answer is expected: waits for a shorter time. */
    String tcpShort(String from, String to, int port) {
        return tcp(from, "", to, port, SHORT_MILLIS);
    }

    /** {@link #tcp} from a certain address. */
    String tcpAs(String from, String source, String to, int port) {
        return tcp(from, source, to, port, SHORT_MILLIS);
    }

    private String tcp(String from, String source, String to, int port, int patience) {
        try (SocketChannel client = in(from, SocketChannel::open)) {
            if (!source.isEmpty()) {
                client.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
            }
            return line(client, to, port, patience);
        } catch (ConnectException e) {
            return REFUSED;
        } catch (NoRouteToHostException e) {
            return UNREACHABLE;
        } catch (SocketTimeoutException e) {
            return SILENCE;
        } catch (IOException e) {
            throw new UncheckedIOException(from + " to " + to + ":" + port, e);
        }
    }

    /** Who gave an answer. */
    static String name(String answer) {
        int space = answer.indexOf(' ');
        return space < 0 ? answer : answer.substring(0, space);
    }

    /** Connects and reads the server's line. */
    static String line(SocketChannel client, String to, int port, int patience) throws IOException {
        client.socket().setTcpNoDelay(true);
        client.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(to), port), patience);
        client.socket().setSoTimeout(patience);
        StringBuilder line = new StringBuilder();
        int next = client.socket().getInputStream().read();
        while (next >= 0 && next != '\n') {
            line.append((char) next);
            next = client.socket().getInputStream().read();
        }
        return line.toString();
    }

    /** Who answers a datagram and whom it sees, or what becomes of it. */
    String udp(String from, String to, int port) {
        try (DatagramChannel client = in(from, DatagramChannel::open)) {
            client.connect(new InetSocketAddress(InetAddress.ofLiteral(to), port));
            return ask(client);
        } catch (PortUnreachableException e) {
            return REFUSED;
        } catch (SocketTimeoutException e) {
            return SILENCE;
        } catch (IOException e) {
            throw new UncheckedIOException(from + " to " + to + ":" + port, e);
        }
    }

    /** Sends a datagram by a connected socket and waits for the answer. */
    static String ask(DatagramChannel client) throws IOException {
        client.write(bytes("?"));
        byte[] buffer = new byte[4096];
        java.net.DatagramPacket packet = new java.net.DatagramPacket(buffer, buffer.length);
        client.socket().setSoTimeout(SHORT_MILLIS);
        client.socket().receive(packet);
        return new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String host(java.net.SocketAddress address) {
        return ((InetSocketAddress) address).getAddress().getHostAddress();
    }

    @Override
    public void close() {
        for (Channel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Sends bytes over a connection to a server of this class and gets them back: both directions are long and full.
     * Fails when they are not the same.
     */
    static void echoes(SocketChannel client, int bytes) throws IOException {
        client.socket().setSoTimeout(10_000);
        while (client.socket().getInputStream().read() != '\n') {
            assertThat(client.isConnected()).isTrue();
        }
        byte[] sent = new byte[bytes];
        new Random(1).nextBytes(sent);
        Thread writer = Thread.ofPlatform().start(() -> write(client, sent));
        byte[] echoed = client.socket().getInputStream().readNBytes(bytes);
        assertThat(Arrays.equals(echoed, sent)).isTrue();
        assertThat(writer.isAlive()).isFalse();
    }

    private static void write(SocketChannel client, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                client.write(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
