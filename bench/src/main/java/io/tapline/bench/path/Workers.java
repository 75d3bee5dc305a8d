// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads and sockets of one measurement. Platform threads that block in system calls, as the threads of any
 * server; they end when their sockets are closed.
 */
final class Workers implements AutoCloseable {
    /** Work on a socket until it is closed. */
    interface Work {
        /** Returns or fails when the socket is closed. */
        void run() throws IOException;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final List<Closeable> sockets = new ArrayList<>();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile boolean closing;

    /** Closes {@code socket} when the measurement ends. */
    <T extends Closeable> T own(T socket) {
        sockets.add(socket);
        return socket;
    }

    /** Starts a thread. */
    void start(String name, Work work) {
        Thread thread = Thread.ofPlatform().name("bench-" + name).daemon().start(() -> run(work));
        threads.add(thread);
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (ClosedChannelException e) {
            if (!closing) {
                failure.compareAndSet(null, e);
            }
        } catch (IOException e) {
            // The other end may be closed first: that is a reset here.
            if (!closing) {
                failure.compareAndSet(null, e);
            }
        }
    }

    /**
     * Lets the threads work for a while.
     *
     * @throws UncheckedIOException when one of them failed
     */
    void work(long nanos) {
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        IOException cause = failure.get();
        if (cause != null) {
            throw new UncheckedIOException("the traffic broke off: " + cause.getMessage(), cause);
        }
    }

    @Override
    public void close() {
        closing = true;
        for (Closeable socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close a socket", e);
            }
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
