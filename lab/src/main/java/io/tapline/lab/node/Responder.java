// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.linux.NetworkNamespace;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Answers on one port inside a namespace: over TCP as a small web server does, to whatever is asked and also to who
 * asks nothing; over UDP with one datagram for each. A socket belongs for ever to the namespace of the thread that made
 * it, so one process can answer for any number of pods.
 */
public final class Responder implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 1000;
    private static final int MAX_REQUEST = 16 * 1024;
    private static final int MAX_CONNECTIONS = 256;
    private static final int MAX_DATAGRAM = 2048;
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Closeable socket;

    private Responder(Closeable socket) {
        this.socket = socket;
    }

    /**
     * Answers TCP.
     *
     * @param text what to say, without the end of the line, to the peer at an address
     * @throws IOException if the port is taken
     */
    public static Responder tcp(
            NetworkNamespace namespace, InetSocketAddress address, Function<InetSocketAddress, String> text)
            throws IOException {
        ServerSocket server = namespace.<ServerSocket, IOException>call(() -> {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(address);
            return socket;
        });
        Thread.ofVirtual().name("tcp " + address).start(() -> accept(server, text));
        return new Responder(server);
    }

    /**
     * Answers UDP.
     *
     * @param text as for {@link #tcp}
     * @throws IOException if the port is taken
     */
    public static Responder udp(
            NetworkNamespace namespace, InetSocketAddress address, Function<InetSocketAddress, String> text)
            throws IOException {
        DatagramSocket socket = namespace.<DatagramSocket, IOException>call(() -> new DatagramSocket(address));
        Thread.ofVirtual().name("udp " + address).start(() -> receive(socket, text));
        return new Responder(socket);
    }

    private static void accept(ServerSocket server, Function<InetSocketAddress, String> text) {
        Semaphore places = new Semaphore(MAX_CONNECTIONS);
        while (!server.isClosed()) {
            try {
                places.acquire();
                Socket peer = server.accept();
                Thread.ofVirtual().start(() -> {
                    try (peer) {
                        answer(peer, text);
                    } catch (IOException e) {
                        // the peer went away, which is its own affair
                    } finally {
                        places.release();
                    }
                });
            } catch (IOException e) {
                places.release(); // a connection that broke at once; or the server is closed, and the loop ends
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void answer(Socket peer, Function<InetSocketAddress, String> text) throws IOException {
        peer.setSoTimeout(PATIENCE_MILLIS);
        if (!listen(peer.getInputStream())) {
            return;
        }
        byte[] body = line(text, (InetSocketAddress) peer.getRemoteSocketAddress());
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        peer.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        peer.getOutputStream().write(body);
    }

    /** Reads the head of a request, or what comes for a while; false if the peer only knocked. */
    private static boolean listen(InputStream in) throws IOException {
        byte[] request = new byte[MAX_REQUEST];
        int length = 0;
        try {
            while (length < request.length && !endsHead(request, length)) {
                int read = in.read(request, length, request.length - length);
                if (read < 0) {
                    return length > 0;
                }
                length += read;
            }
        } catch (SocketTimeoutException e) {
            return true; // it waits for us to speak first
        }
        return true;
    }

    private static boolean endsHead(byte[] request, int length) {
        int from = length - END_OF_HEAD.length;
        return from >= 0 && Arrays.equals(request, from, length, END_OF_HEAD, 0, END_OF_HEAD.length);
    }

    private static void receive(DatagramSocket socket, Function<InetSocketAddress, String> text) {
        byte[] buffer = new byte[MAX_DATAGRAM];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                InetSocketAddress peer = (InetSocketAddress) packet.getSocketAddress();
                byte[] answer = line(text, peer);
                socket.send(new DatagramPacket(answer, answer.length, peer));
            } catch (IOException e) {
                // a port of the peer's that is closed by now; or the socket is, and the loop ends
            }
        }
    }

    private static byte[] line(Function<InetSocketAddress, String> text, InetSocketAddress peer) {
        return (text.apply(peer) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Stops answering. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
