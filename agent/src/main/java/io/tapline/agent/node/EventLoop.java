// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The one thread that changes the desired state and the switch. Work is done whole, one after the other; what takes
 * long (namespaces, disks) is done elsewhere.
 *
 * <p>Threading: any thread but the loop's own.
 */
final class EventLoop implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("tapline-loop").factory());

    /**
     * Does {@code work} on the loop and waits for it; its exceptions are thrown here as they are.
     *
     * @throws IllegalStateException if the agent is being stopped
     */
    <T> T call(Supplier<T> work) {
        Future<T> result;
        try {
            result = thread.submit(work::get);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the agent is being stopped; try again when it runs", e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unwrapped(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@link #call} for work without result. */
    void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    /** Whether the loop gets round to something new within a time. */
    boolean respondsWithin(Duration patience) {
        try {
            thread.submit(() -> {}).get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | RejectedExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            case null, default -> new IllegalStateException(e);
        };
    }

    /** Finishes what was begun and ends the thread. */
    @Override
    public void close() {
        thread.close();
    }
}
