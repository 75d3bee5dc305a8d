// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetlinkQueryTest {
    private static final int SEQUENCE = 5;
    private static final int MULTI = 0x2;
    private static final int DUMP_INTERRUPTED = 0x10;
    private static final int ROW = 24;
    private static final int DONE = 3;

    private final NetlinkQuery<Integer> query = new NetlinkQuery<>(SEQUENCE, row -> {
        int value = row.getInt(0);
        return value < 0 ? Optional.empty() : Optional.of(value);
    });

    @Test
    void collectsRowsToTheEnd() {
        assertThat(query.receive(ROW, MULTI, SEQUENCE, number(1))).isFalse();
        assertThat(query.receive(ROW, MULTI, SEQUENCE, number(2))).isFalse();
        assertThat(query.receive(DONE, MULTI, SEQUENCE, number(0))).isTrue();
        assertThat(query.rows()).containsExactly(1, 2);
        assertThat(query.errno()).isZero();
        assertThat(query.isInterrupted()).isFalse();
    }

    @Test
    void leavesOutRowsThatTheDecoderDoes() {
        query.receive(ROW, MULTI, SEQUENCE, number(-1));
        assertThat(query.rows()).isEmpty();
    }

    @Test
    void ignoresAnswersToEarlierQueries() {
        assertThat(query.receive(ROW, MULTI, SEQUENCE - 1, number(1))).isFalse();
        assertThat(query.receive(DONE, MULTI, SEQUENCE - 1, number(0))).isFalse();
        assertThat(query.rows()).isEmpty();
    }

    @Test
    void noticesThatTheTableChangedMeanwhile() {
        query.receive(ROW, MULTI | DUMP_INTERRUPTED, SEQUENCE, number(1));
        query.receive(DONE, MULTI, SEQUENCE, number(0));
        assertThat(query.isInterrupted()).isTrue();
    }

    @Test
    void takesErrorsFromTheEndAndFromAnswers() {
        assertThat(query.receive(DONE, MULTI, SEQUENCE, number(-Errno.EINVAL))).isTrue();
        assertThat(query.errno()).isEqualTo(Errno.EINVAL);
        assertThat(query.receive(NetlinkAnswer.TYPE, 0, SEQUENCE, number(-Errno.EPERM)))
                .isTrue();
        assertThat(query.errno()).isEqualTo(Errno.EPERM);
    }

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, value);
    }
}
