// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EventFdTest {
    @Test
    void countsSignalsUntilDrained() {
        try (EventFd bell = EventFd.open()) {
            assertThat(bell.drain()).isZero();
            bell.signal();
            bell.signal();
            assertThat(bell.drain()).isEqualTo(2);
            assertThat(bell.drain()).isZero();
        }
    }

    @Test
    void countsSignalsOfManyThreads() throws InterruptedException {
        try (EventFd bell = EventFd.open()) {
            Thread[] threads = new Thread[8];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = Thread.startVirtualThread(() -> {
                    for (int k = 0; k < 1000; k++) {
                        bell.signal();
                    }
                });
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(bell.drain()).isEqualTo(8000);
        }
    }

    @Test
    void refusesSignalsAfterItsEnd() {
        EventFd bell = EventFd.open();
        bell.close();
        assertThatThrownBy(bell::signal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("eventfd is closed");
    }
}
