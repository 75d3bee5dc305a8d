// SPDX-License-Identifier: Apache-2.0
package io.tapline.cni;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Asks the agent: one connection per request. */
final class AgentClient {
    private static final int MAX_HEAD = 64;
    private static final int MAX_ANSWER = 4 * 1024 * 1024;
    private static final String PREFIX = "tapline/1 ";

    private final Path socket;

    AgentClient(Path socket) {
        this.socket = socket;
    }

    Path socket() {
        return socket;
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws IOException if there is no agent, it does not listen to us, or it ended meanwhile
     */
    Answer ask(Request request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer out = ByteBuffer.wrap(request.bytes());
            while (out.hasRemaining()) {
                channel.write(out);
            }
            String head = readLine(channel);
            int space = head.indexOf(' ', PREFIX.length());
            if (!head.startsWith(PREFIX) || space < 0) {
                throw new IOException("it says '" + head + "'");
            }
            int status = number(head.substring(PREFIX.length(), space), 255);
            byte[] output = new byte[number(head.substring(space + 1), MAX_ANSWER)];
            ByteBuffer in = ByteBuffer.wrap(output);
            while (in.hasRemaining()) {
                if (channel.read(in) < 0) {
                    throw new EOFException("it ended in the middle of its answer");
                }
            }
            return new Answer(status, output);
        }
    }

    private static String readLine(SocketChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        StringBuilder line = new StringBuilder();
        while (line.length() < MAX_HEAD) {
            one.clear();
            if (channel.read(one) < 0) {
                throw new EOFException("it ended without an answer");
            }
            char c = (char) one.get(0);
            if (c == '\n') {
                return line.toString();
            }
            line.append(c);
        }
        return line.toString();
    }

    private static int number(String text, int most) throws IOException {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("its answer has '" + text + "' for a number", e);
        }
        throw new IOException("its answer has a number that is too large: " + text);
    }
}
