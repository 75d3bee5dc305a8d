// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/**
 * Work for {@link NetworkNamespace#call}: like a {@link java.util.concurrent.Callable}, but precise about its
 * exception.
 *
 * @param <T> the result
 * @param <X> the checked exception; {@code RuntimeException} (inferred) if there is none
 */
@FunctionalInterface
public interface NamespaceAction<T, X extends Exception> {
    /** Does the work, on a thread inside the namespace. */
    T call() throws X;

    /** A {@link NamespaceAction} without result, for {@link NetworkNamespace#run}. */
    @FunctionalInterface
    interface Task<X extends Exception> {
        /** Does the work, on a thread inside the namespace. */
        void run() throws X;
    }
}
