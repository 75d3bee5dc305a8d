// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor with an owner: closed once, refused after that. Threading: any thread. */
final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;

    private final AtomicInteger number;
    private final String object;

    private Fd(int number, String object) {
        this.number = new AtomicInteger(number);
        this.object = object;
    }

    /** Takes ownership of {@code result}, or throws if it is a negated errno. */
    static Fd of(int result, String call, String object) {
        return new Fd(LinuxException.check(result, call, object), object);
    }

    /** Opens {@code path} with {@code O_CLOEXEC} added. */
    static Fd open(String path, int flags) {
        return of(Libc.open(path, flags | Libc.O_CLOEXEC, 0), "open", path);
    }

    /** @throws IllegalStateException if it is closed */
    int number() {
        int value = number.get();
        if (value == CLOSED) {
            throw new IllegalStateException(object + " is closed");
        }
        return value;
    }

    /** Closes it; a second call has no effect. */
    @Override
    public void close() {
        int value = number.getAndSet(CLOSED);
        if (value != CLOSED) {
            Libc.close(value);
        }
    }
}
