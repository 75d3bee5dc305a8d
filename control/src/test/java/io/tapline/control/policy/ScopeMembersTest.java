// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static io.tapline.control.policy.Pods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.Pod;
import io.tapline.wire.IpPrefix;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeMembersTest {
    private final ScopeMembers members = new ScopeMembers(PodScope.EVERY_POD);

    @Test
    void coversThePodsThatAreThereNow() {
        Pod first = pod("first", "server", "10.1.1.2");
        members.put(first);
        assertCovers("10.1.1.2/32");
        members.put(pod("second", "server", "10.1.1.3"));
        assertCovers("10.1.1.2/31");
        members.remove(first.ref());
        assertCovers("10.1.1.3/32");
    }

    private void assertCovers(String block) {
        assertThat(List.of(members.allowing(address -> true), members.denying()))
                .containsOnly(List.of(IpPrefix.parse(block)));
    }
}
