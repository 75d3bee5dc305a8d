// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.control.policy.ListKey.Purpose;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names of lists, as people see them. */
class ListKeyTest {
    @Test
    void namesThreePoliciesAndCountsTheOthers() {
        assertThat(ingress(policies("a", "b", "c")).text()).isEqualTo("ingress shop: a, b, c");
        assertThat(ingress(policies("a", "b", "c", "d", "e")).text()).isEqualTo("ingress shop: a, b, c and 2 more");
    }

    @Test
    void saysWhichPoliciesAreOfTheCluster() {
        assertThat(ingress(List.of(new ObjectRef(Kind.CLUSTER_NETWORK_POLICY, "", "base")))
                        .text())
                .isEqualTo("ingress shop: ClusterNetworkPolicy base");
    }

    @Test
    void saysWhatPortNamesMean() {
        PortName dns = new PortName("dns", Protocol.UDP, 53);
        PortName web = new PortName("web", Protocol.TCP, 80);
        assertThat(ingress(policies("a"), dns, web).text()).isEqualTo("ingress shop: a (dns/UDP=53, web/TCP=80)");
    }

    private static ListKey ingress(List<ObjectRef> policies, PortName... ports) {
        return new ListKey(Purpose.INGRESS, "shop", policies, List.of(ports));
    }

    private static List<ObjectRef> policies(String... names) {
        return Stream.of(names)
                .map(name -> new ObjectRef(Kind.NETWORK_POLICY, "shop", name))
                .toList();
    }
}
