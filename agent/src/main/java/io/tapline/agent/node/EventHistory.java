// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The last events of the node: what was asked, why, how long it took and what came of it.
 *
 * <p>Threading: any thread.
 */
public final class EventHistory {
    private final int capacity;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private long lastSequence;

    /**
     * One event.
     *
     * @param sequence counted from 1 since the agent started, in the order in which events began
     * @param kind what sort it is, such as {@code pod-add}
     * @param cause what it was about, in words
     * @param began when
     * @param took how long
     * @param failed whether it failed
     * @param outcome what came of it, or why it failed
     */
    public record Event(
            long sequence, String kind, String cause, Instant began, Duration took, boolean failed, String outcome) {}

    /** An empty history that keeps the last {@code capacity} events. */
    public EventHistory(int capacity) {
        this.capacity = capacity;
    }

    /** Tells a listener of each event when it has ended, on the thread that did it. */
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /** Does {@code work} as an event; {@code outcome} puts its result into words. */
    public <T> T record(String kind, String cause, Supplier<T> work, Function<T, String> outcome) {
        long sequence = nextSequence();
        Instant began = Instant.now();
        long from = System.nanoTime();
        try {
            T result = work.get();
            add(new Event(sequence, kind, cause, began, since(from), false, outcome.apply(result)));
            return result;
        } catch (RuntimeException e) {
            add(new Event(sequence, kind, cause, began, since(from), true, String.valueOf(e.getMessage())));
            throw e;
        }
    }

    /** The kept events, in the order in which they ended. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    private synchronized long nextSequence() {
        return ++lastSequence;
    }

    private void add(Event event) {
        synchronized (this) {
            if (events.size() == capacity) {
                events.remove();
            }
            events.add(event);
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
