// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * A platform thread for one piece of work that changes its namespace: it ends with the work, never to be used again.
 */
final class NamespaceThread {
    private NamespaceThread() {}

    /** Runs {@code work}, which throws nothing but {@code X}, on a new thread; waits for it even if interrupted. */
    static <T, X extends Exception> T call(String name, Callable<T> work) throws X {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofPlatform()
                .name(name)
                .daemon()
                .inheritInheritableThreadLocals(false)
                .start(task);
        joinUninterruptibly(thread);
        if (task.state() == Future.State.SUCCESS) {
            return task.resultNow();
        }
        Throwable thrown = task.exceptionNow();
        if (thrown instanceof Error error) {
            throw error;
        }
        @SuppressWarnings("unchecked") // the work throws X and unchecked exceptions only
        X exception = (X) thrown;
        throw exception;
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
