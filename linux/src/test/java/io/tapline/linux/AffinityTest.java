// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AffinityTest {
    @Test
    void pinsTheCallingThreadOnly() {
        BitSet before = Affinity.allowedCpus();
        assertThat(before.isEmpty()).isFalse();
        int cpu = before.length() - 1;
        BitSet pinned = onThread(() -> {
            Affinity.pin(cpu);
            return Affinity.allowedCpus();
        });
        BitSet expected = new BitSet();
        expected.set(cpu);
        assertThat(pinned).isEqualTo(expected);
        assertThat(Affinity.allowedCpus()).isEqualTo(before);
    }

    @Test
    void widensAgain() {
        BitSet all = Affinity.allowedCpus();
        BitSet widened = onThread(() -> {
            Affinity.pin(all.nextSetBit(0));
            Affinity.restrict(all);
            return Affinity.allowedCpus();
        });
        assertThat(widened).isEqualTo(all);
    }

    @Test
    void saysThatACpuDoesNotExist() {
        assertThatThrownBy(() -> Affinity.pin(8000))
                .isInstanceOf(LinuxException.class)
                .hasMessageStartingWith("sched_setaffinity on CPUs {8000}: EINVAL (Invalid argument); none of them");
        assertThatThrownBy(() -> Affinity.pin(100_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CPU numbers end at 8191: {100000}");
    }

    @Test
    void refusesVirtualThreads() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                Affinity.pin(0);
                thrown.complete(new AssertionError("not refused"));
            } catch (IllegalStateException e) {
                thrown.complete(e);
            }
        });
        assertThat(thrown.join()).hasMessage("a virtual thread has no CPU affinity of its own; use a platform thread");
    }

    private static BitSet onThread(NamespaceAction<BitSet, RuntimeException> action) {
        return NamespaceThread.call("affinity", action::call);
    }
}
