// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One HTTP request over a unix socket. The JDK's client speaks TCP only, and Jetty's makes a command take 0.3 s longer
 * to start. A request of HTTP/1.0 (RFC 1945) is answered in one piece that ends with the connection, so that nothing
 * but the status has to be understood.
 */
final class UnixHttp {
    private static final int BUFFER = 65_536;
    private static final byte[] END_OF_HEADERS = {'\r', '\n', '\r', '\n'};

    private UnixHttp() {}

    /** Sends and waits for the whole answer. */
    static Answer send(Path socket, String method, String target, byte[] body) throws IOException {
        String head =
                method + " " + target + " HTTP/1.0\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            writeAll(channel, head.getBytes(StandardCharsets.US_ASCII));
            writeAll(channel, body);
            return parse(readAll(channel));
        }
    }

    private static void writeAll(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static byte[] readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (channel.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toByteArray();
    }

    private static Answer parse(byte[] bytes) throws IOException {
        int end = endOfHeaders(bytes);
        String status = new String(bytes, 0, end, StandardCharsets.US_ASCII)
                .lines()
                .findFirst()
                .orElse("");
        if (!status.matches("HTTP/1\\.[01] [0-9]{3}.*")) {
            throw new IOException("what answers there is no agent: '" + status + "'");
        }
        int code = Integer.parseInt(status.substring(9, 12));
        return new Answer(code, Arrays.copyOfRange(bytes, Math.min(bytes.length, end + 4), bytes.length));
    }

    private static int endOfHeaders(byte[] bytes) {
        for (int i = 0; i + END_OF_HEADERS.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + END_OF_HEADERS.length, END_OF_HEADERS, 0, END_OF_HEADERS.length)) {
                return i;
            }
        }
        return bytes.length;
    }
}
