// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class FlowCountsTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "17, 17", "10k, 10000", "10K, 10000", "1M, 1000000", "1000000, 1000000", "' 2k ', 2000"})
    void readsNumbersAsPeopleWriteThem(String text, int flows) {
        assertThat(new FlowCounts().convert(text)).isEqualTo(flows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0k", "-1", "1.5k", "k", "2M", "1001k", "10g", "99999999999"})
    void namesWhatIsNoNumberOfFlows(String text) {
        assertThatThrownBy(() -> new FlowCounts().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("1 to 1M");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 1000, 1500, 10_000, 999_999, 1_000_000})
    void readsWhatItWrites(int flows) {
        assertThat(new FlowCounts().convert(FlowCounts.text(flows))).isEqualTo(flows);
    }
}
