// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CpuTest {
    @Test
    void readsTheTimesBehindANameWithSpacesAndParentheses() {
        assertThat(Cpu.ticks("16 (odd) name (x) S 2 0 0 0 -1 69238848 0 0 0 0 30 12 0 0 20 0 1 0 6 0"))
                .isEqualTo(42);
    }

    @Test
    void timeGoesOnWhileThisProcessWorks() {
        Cpu cpu = new Cpu();
        double before = cpu.seconds();
        long start = System.nanoTime();
        long work = 0;
        while (cpu.seconds() - before < 0.02) {
            work++;
            assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(60_000_000_000L);
        }
        assertThat(work).isPositive();
    }
}
