// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.socket;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection. Until its request is complete, and again while its answer is being written, it has a limited time;
 * then it is closed, and whoever reads or writes gets an exception.
 *
 * <p>Threading: one thread.
 */
public final class Connection implements AutoCloseable {
    private static final int MAX_LINE = 8192;

    private final SocketChannel channel;
    private final ScheduledExecutorService timer;
    private final Duration patience;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE).flip();
    private @Nullable Future<?> deadline;

    Connection(SocketChannel channel, ScheduledExecutorService timer, Duration patience) {
        this.channel = channel;
        this.timer = timer;
        this.patience = patience;
        startDeadline();
    }

    private void startDeadline() {
        deadline = timer.schedule(this::closeQuietly, patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a line of at most {@value #MAX_LINE} bytes, without its end.
     *
     * @throws BadRequestException if it is longer
     */
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    return line.toString();
                }
                line.append((char) (b & 0xff));
            }
            if (line.length() >= MAX_LINE) {
                throw new BadRequestException("the first line is longer than " + MAX_LINE + " bytes");
            }
            fill();
        }
    }

    private void fill() throws IOException {
        buffer.clear();
        int read = channel.read(buffer);
        buffer.flip();
        if (read < 0) {
            throw new EOFException("the peer ended in the middle of its request");
        }
    }

    /** Reads exactly so many bytes. The caller limits the length. */
    public byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        int done = Math.min(length, buffer.remaining());
        buffer.get(bytes, 0, done);
        ByteBuffer rest = ByteBuffer.wrap(bytes, done, length - done);
        while (rest.hasRemaining()) {
            if (channel.read(rest) < 0) {
                throw new EOFException("the peer ended in the middle of its request");
            }
        }
        return bytes;
    }

    /** Ends the time limit for the request: carrying it out may take as long as it takes. */
    public void requestIsComplete() {
        stopDeadline();
    }

    /** Writes parts of an answer one after the other, within the time limit. */
    public void write(byte[]... parts) throws IOException {
        stopDeadline();
        startDeadline();
        for (byte[] part : parts) {
            ByteBuffer bytes = ByteBuffer.wrap(part);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Refuses in words that a person at the other end can read. */
    void refuse(String message) throws IOException {
        write(("tapline/1 refused: " + message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        stopDeadline();
        channel.close();
    }
}
