// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.live;

import io.tapline.linux.NetworkNamespace;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/** Echo servers and clients inside namespaces, as threads of this process. */
final class Sockets {
    private static final int TIMEOUT_MILLIS = 5_000;

    private Sockets() {}

    private static InetSocketAddress at(IpAddress address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port);
    }

    /**
     * Sends back what it receives, one connection after the other, until it is closed.
     *
     * @param port 0 for a free one, which servers one after the other need: after the close a port stays taken until
     *     the thread that accepts has noticed
     */
    static ServerSocket tcpEcho(NetworkNamespace namespace, IpAddress address, int port) throws IOException {
        ServerSocket server = namespace.<ServerSocket, IOException>call(() -> {
            ServerSocket socket = new ServerSocket();
            socket.bind(at(address, port));
            return socket;
        });
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket peer = server.accept()) {
                    peer.getInputStream().transferTo(peer.getOutputStream());
                } catch (IOException e) {
                    // the client went away, or the server is closed: then the loop ends
                }
            }
        });
        return server;
    }

    /** What comes back of {@code bytes} over one connection. */
    static byte[] tcpAsk(NetworkNamespace from, IpAddress to, int port, byte[] bytes) throws Exception {
        try (Socket socket = from.<Socket, IOException>call(Socket::new)) {
            from.<IOException>run(() -> socket.connect(at(to, port), TIMEOUT_MILLIS));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    // what is missing then shows in what comes back
                }
            });
            byte[] answer = socket.getInputStream().readAllBytes();
            writer.join();
            return answer;
        }
    }

    /** Sends datagrams back until it is closed; {@code port} as for {@link #tcpEcho}. */
    static DatagramSocket udpEcho(NetworkNamespace namespace, IpAddress address, int port) throws IOException {
        DatagramSocket server = udp(namespace, at(address, port));
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[65_535];
            while (!server.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    server.receive(packet);
                    server.send(packet);
                } catch (IOException e) {
                    // a port of the client's that is closed by now, or the server is: then the loop ends
                }
            }
        });
        return server;
    }

    /** What comes back of one datagram. */
    static byte[] udpAsk(NetworkNamespace from, IpAddress to, int port, byte[] bytes) throws IOException {
        try (DatagramSocket socket = udp(from, new InetSocketAddress(0))) {
            socket.connect(at(to, port));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(bytes, bytes.length));
            byte[] buffer = new byte[65_535];
            DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
            socket.receive(answer);
            return Arrays.copyOf(buffer, answer.getLength());
        }
    }

    private static DatagramSocket udp(NetworkNamespace namespace, InetSocketAddress local) throws IOException {
        return namespace.<DatagramSocket, IOException>call(() -> new DatagramSocket(local));
    }
}
