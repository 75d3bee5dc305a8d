// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.config.Origin.DefaultDeny;
import io.tapline.dataplane.config.Origin.Direction;
import io.tapline.dataplane.config.Origin.PolicyOrigin;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginTest {
    @Test
    void namesTheLineOfAPolicy() {
        assertThat(new PolicyOrigin("NetworkPolicy", "shop", "allow-web", Direction.INGRESS, 0, 1, 0).text())
                .isEqualTo("shop/allow-web ingress[0].from[1].ports[0]");
        assertThat(new PolicyOrigin("NetworkPolicy", "shop", "out", Direction.EGRESS, 2, 0, PolicyOrigin.ALL).text())
                .isEqualTo("shop/out egress[2].to[0]");
        assertThat(new PolicyOrigin("ClusterNetworkPolicy", "", "base", Direction.EGRESS, 3, -1, -1).text())
                .isEqualTo("ClusterNetworkPolicy base egress[3]");
    }

    @Test
    void namesThePoliciesThatIsolateAPod() {
        assertThat(new DefaultDeny("shop/db", Direction.INGRESS, List.of("db/deny-all", "db/from-api")).text())
                .isEqualTo("default deny of shop/db for ingress: db/deny-all, db/from-api");
    }

    @Test
    void keepsPlainWords() {
        assertThat(Origin.of("the pod's own node").text()).isEqualTo("the pod's own node");
        assertThat(Origin.of("")).isEqualTo(Origin.NONE);
    }

    @Test
    void refusesImpossiblePositions() {
        assertThatThrownBy(() -> new PolicyOrigin("NetworkPolicy", "shop", "web", Direction.INGRESS, -1, 0, 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shop/web");
    }
}
