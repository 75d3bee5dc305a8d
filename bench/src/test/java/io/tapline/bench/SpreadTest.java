// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class SpreadTest {
    @Test
    void bestOfCostsIsTheLowestAndOfRatesTheHighest() {
        double[] rounds = {3, 1, 2};
        assertThat(Spread.ofCosts(rounds)).isEqualTo(new Spread(1, 2));
        assertThat(Spread.ofRates(rounds)).isEqualTo(new Spread(3, 2));
        assertThat(rounds).containsExactly(3, 1, 2);
    }

    @Test
    void medianOfAnEvenNumberOfRoundsLiesBetweenTheTwoInTheMiddle() {
        assertThat(Spread.ofCosts(new double[] {8, 1, 2, 4}).median()).isEqualTo(3);
    }

    @Test
    void refusesToSumUpNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.ofCosts(new double[0]));
    }
}
