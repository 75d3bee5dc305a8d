// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static io.tapline.control.policy.Pods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.Kind;
import io.tapline.model.LabelSelector;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerIndexTest {
    private static final ObjectRef POLICY = new ObjectRef(Kind.NETWORK_POLICY, "x", "from-servers");
    private static final PodScope SERVERS =
            new PodScope(Optional.of("x"), Optional.empty(), LabelSelector.of(Map.of("app", "server")));

    private final List<ObjectRef> told = new ArrayList<>();
    private final PeerIndex index = new PeerIndex(told::add);

    @Test
    void tellsAPolicyOfPeersThatComeAndGo() {
        assertThat(blocks()).isEmpty();
        Pod server = pod("a", "server", "10.1.1.2");
        change(Optional.empty(), Optional.of(server));
        assertThat(told).containsExactly(POLICY);
        assertThat(blocks()).containsExactly(IpPrefix.parse("10.1.1.2/32"));
        change(Optional.of(server), Optional.empty());
        assertThat(told).containsExactly(POLICY);
        assertThat(blocks()).isEmpty();
    }

    @Test
    void leavesAPolicyAloneWhoseNeighboursAreNoPeers() {
        assertThat(blocks()).isEmpty();
        Pod client = pod("a", "client", "10.1.1.2");
        change(Optional.empty(), Optional.of(client));
        assertThat(told).isEmpty();
        change(Optional.of(client), Optional.of(pod("a", "client", "10.1.1.3")));
        assertThat(told).isEmpty();
    }

    @Test
    void tellsAPolicyWhenAnotherPodClaimsAnAddressOfAPeer() {
        change(Optional.empty(), Optional.of(pod("a", "server", "10.1.1.2")));
        change(Optional.empty(), Optional.of(pod("b", "client", "10.1.1.3")));
        assertThat(blocks()).containsExactly(IpPrefix.parse("10.1.1.2/32"));
        change(Optional.empty(), Optional.of(pod("c", "client", "10.1.1.3")));
        assertThat(told).as("the address of a pod that is no peer").isEmpty();
        change(Optional.empty(), Optional.of(pod("d", "client", "10.1.1.2")));
        assertThat(told).containsExactly(POLICY);
        assertThat(blocks()).isEmpty();
    }

    private void change(Optional<Pod> before, Optional<Pod> now) {
        told.clear();
        index.pod(before, now);
    }

    private List<IpPrefix> blocks() {
        return index.peersFor(POLICY).blocks(SERVERS, false);
    }
}
