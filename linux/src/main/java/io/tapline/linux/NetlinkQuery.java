// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects what the kernel answers to one query: rows, then the end or an error. */
final class NetlinkQuery<T> implements NetlinkSocket.Receiver {
    private static final int NOOP = 1;
    private static final int DONE = 3;
    private static final int DUMP_INTERRUPTED = 0x10;

    private final int sequence;
    private final Function<ByteBuffer, Optional<T>> decoder;
    private final List<T> rows = new ArrayList<>();
    private boolean interrupted;
    private int errno;

    /** For the query with this number; rows that {@code decoder} gives nothing for are left out. */
    NetlinkQuery(int sequence, Function<ByteBuffer, Optional<T>> decoder) {
        this.sequence = sequence;
        this.decoder = decoder;
    }

    @Override
    public boolean receive(int type, int flags, int answered, ByteBuffer payload) {
        if (answered != sequence || type == NOOP) {
            return false;
        }
        interrupted |= (flags & DUMP_INTERRUPTED) != 0;
        return switch (type) {
            case DONE -> {
                errno = payload.limit() >= Integer.BYTES ? -payload.getInt(0) : 0;
                yield true;
            }
            case NetlinkAnswer.TYPE -> {
                errno = NetlinkAnswer.parse(flags, payload).errno();
                yield true;
            }
            default -> {
                decoder.apply(payload).ifPresent(rows::add);
                yield false;
            }
        };
    }

    /** Whether the table changed meanwhile, so that the rows are not a consistent whole. */
    boolean isInterrupted() {
        return interrupted;
    }

    /** 0 if the query was done. */
    int errno() {
        return errno;
    }

    /** The rows, in the kernel's order. */
    List<T> rows() {
        return List.copyOf(rows);
    }
}
