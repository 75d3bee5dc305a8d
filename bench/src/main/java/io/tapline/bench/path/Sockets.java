// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Opens sockets inside the two namespaces; a socket stays in the namespace of the thread that made it. */
final class Sockets {
    private static final int PORT = 5201;
    private static final int UDP_BUFFER_BYTES = 4 << 20;

    private Sockets() {}

    /** A listening socket at the server's end. */
    static ServerSocketChannel listen(Testbed testbed, BenchPath path) throws IOException {
        return testbed.server().<ServerSocketChannel, IOException>call(() -> {
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
            return listener.bind(address(path.server()));
        });
    }

    /** A connection from the client's end, without Nagle's delay. */
    static SocketChannel connect(Testbed testbed, BenchPath path) throws IOException {
        return testbed.client().<SocketChannel, IOException>call(() -> {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(address(path.server()));
            return channel;
        });
    }

    /** The server's UDP socket, which takes packets from the client's only. */
    static DatagramChannel udpServer(Testbed testbed, BenchPath path) throws IOException {
        return testbed.server().<DatagramChannel, IOException>call(() -> udp(path.server(), path.client()));
    }

    /** The client's UDP socket, connected to the server's. */
    static DatagramChannel udpClient(Testbed testbed, BenchPath path) throws IOException {
        return testbed.client().<DatagramChannel, IOException>call(() -> udp(path.client(), path.server()));
    }

    private static DatagramChannel udp(String from, String to) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, UDP_BUFFER_BYTES);
        return channel.bind(address(from)).connect(address(to));
    }

    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), PORT);
    }
}
