// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One lock per attachment, there while it is in use.
 *
 * <p>Threading: any thread, virtual ones too.
 */
final class KeyLocks {
    private final ConcurrentHashMap<AttachmentKey, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Does {@code work} while nobody else works on {@code key}. A lock that was removed while we waited is not it. */
    @SuppressWarnings("ReferenceEquality") // the very same lock is meant
    <T> T locked(AttachmentKey key, Supplier<T> work) {
        while (true) {
            ReentrantLock lock = locks.computeIfAbsent(key, absent -> new ReentrantLock());
            lock.lock();
            try {
                if (locks.get(key) == lock) {
                    return work.get();
                }
            } finally {
                if (!lock.hasQueuedThreads()) {
                    locks.remove(key, lock);
                }
                lock.unlock();
            }
        }
    }
}
