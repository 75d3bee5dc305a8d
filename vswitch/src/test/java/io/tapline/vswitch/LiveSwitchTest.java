// SPDX-License-Identifier: Apache-2.0
package io.tapline.vswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.Page;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.SwitchUsage.Table;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.NatCounts.Count;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveSwitchTest {
    private final LiveSwitch live = LiveSwitch.start(SwitchLimits.SMALL, 0);

    @AfterEach
    void close() {
        live.close();
    }

    private static SwitchConfig with(NatMapping mapping) {
        NatConfig nat = new NatConfig(true).withMappings(List.of(mapping));
        return new SwitchConfig(List.of(), List.of(), List.of(), List.of(), nat, List.of(), 0);
    }

    @Test
    void answersQuestionsAboutItsTablesWhileItWaitsForPackets() {
        NatBackend backend = NatBackend.of(IpAddress.parse("10.1.1.2"), 8080);
        NatMapping web = NatMapping.of(IpAddress.parse("10.96.0.1"), 80, Ipv4.PROTOCOL_TCP, List.of(backend));
        live.apply(with(web));
        assertThat(live.natMappings()).singleElement().satisfies(use -> {
            assertThat(use.mapping()).isEqualTo(web);
            assertThat(use.count()).isEqualTo(Count.NONE);
        });
        assertThat(live.sessions(0)).isEqualTo(new Page<>(List.of(), Page.END));
        assertThat(live.natSessions(0)).isEqualTo(new Page<>(List.of(), Page.END));
        assertThat(live.neighbors(0)).isEqualTo(new Page<>(List.of(), Page.END));
        assertThat(live.usage().table(Table.NAT_SESSIONS).capacity())
                .isEqualTo(SwitchLimits.SMALL.nat().sessions());
        assertThat(live.preview(SwitchConfig.EMPTY)).isNotNull();
        assertThat(live.generation().number()).as("generation").isEqualTo(1);
    }

    @Test
    void aCommandThatFailsIsReportedAndDoesNotHarmTheWorker() {
        assertThatThrownBy(() -> live.await(() -> {
                    throw new IllegalArgumentException("broken command");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("broken command");
        assertThat(live.framesHeld()).isZero();
    }
}
