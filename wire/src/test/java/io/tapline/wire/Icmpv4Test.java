// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class Icmpv4Test {
    private static final List<Integer> ERRORS = List.of(3, 4, 5, 11, 12);
    private static final List<Integer> REQUESTS = List.of(8, 13, 15, 17);
    private static final List<Integer> REPLIES = List.of(0, 14, 16, 18);

    @Test
    void readsAnEcho() {
        byte[] frame = Packets.echoRequest().identifier(0xfedc).sequence(0xffff).bytes();
        byte[] message = Arrays.copyOfRange(frame, 34, frame.length);
        try (Loaded data = Loaded.of(message)) {
            long icmp = data.address();
            assertThat(Icmpv4.type(icmp)).isEqualTo(Icmpv4.ECHO_REQUEST);
            assertThat(Icmpv4.code(icmp)).isZero();
            assertThat(Icmpv4.identifier(icmp)).isEqualTo(0xfedc);
            assertThat(Icmpv4.sequence(icmp)).isEqualTo(0xffff);
            assertThat(Icmpv4.checksum(icmp)).isEqualTo(((message[2] & 0xff) << 8) | (message[3] & 0xff));
        }
    }

    @Test
    void tellsErrorsRequestsAndRepliesApart() {
        for (int type = 0; type < 256; type++) {
            assertThat(Icmpv4.isError(type)).as("error %d", type).isEqualTo(ERRORS.contains(type));
            assertThat(Icmpv4.isRequest(type)).as("request %d", type).isEqualTo(REQUESTS.contains(type));
            int request = REQUESTS.indexOf(type);
            assertThat(Icmpv4.replyType(type)).isEqualTo(request < 0 ? -1 : REPLIES.get(request));
            int reply = REPLIES.indexOf(type);
            assertThat(Icmpv4.requestType(type)).isEqualTo(reply < 0 ? -1 : REQUESTS.get(reply));
        }
    }
}
