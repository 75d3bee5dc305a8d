// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.OnChange;
import org.junit.jupiter.api.Test;

class PolicyAnnotationsTest {
    @Test
    void readsWhatAChangeDoesToConnections() {
        assertThat(PolicyAnnotations.parse("re-evaluate")).contains(OnChange.RE_EVALUATE);
        assertThat(PolicyAnnotations.parse(" keep ")).contains(OnChange.KEEP);
        assertThat(PolicyAnnotations.parse("drain 30s")).contains(OnChange.drain(30));
    }

    @Test
    void drainsForADayAtMost() {
        assertThat(PolicyAnnotations.parse("drain 86400s")).contains(OnChange.drain(86_400));
        assertThat(PolicyAnnotations.parse("drain 86401s")).isEmpty();
    }

    @Test
    void takesWhatItDoesNotUnderstandForAbsent() {
        for (String text : new String[] {"", "Keep", "drain", "drain 0s", "drain 30", "drain 5m", "drain 100000s"}) {
            assertThat(PolicyAnnotations.parse(text)).as(text).isEmpty();
        }
    }
}
