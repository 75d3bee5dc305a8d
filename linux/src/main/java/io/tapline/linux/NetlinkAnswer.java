// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The kernel's answer to one request (kernel {@code netlink.h}, {@code struct nlmsgerr}).
 *
 * @param errno 0 if the request was done
 * @param text the extended acknowledgement: the kernel's own words, often empty
 */
record NetlinkAnswer(int errno, String text) {
    /** The type of the messages that carry answers. */
    static final int TYPE = 2;

    private static final int CAPPED = 0x100;
    private static final int HAS_ATTRIBUTES = 0x200;
    private static final int ERRNO_LENGTH = 4;
    private static final int HEADER_LENGTH = 16;
    private static final int ATTRIBUTE_TEXT = 1;

    /** Reads an answer: errno, negated; header of the request, with its payload unless capped; attributes. */
    static NetlinkAnswer parse(int flags, ByteBuffer payload) {
        int errno = -payload.getInt(0);
        if ((flags & HAS_ATTRIBUTES) == 0) {
            return new NetlinkAnswer(errno, "");
        }
        int requestLength = (flags & CAPPED) != 0 ? HEADER_LENGTH : payload.getInt(ERRNO_LENGTH);
        int start = ERRNO_LENGTH + NetlinkAttributes.align(requestLength);
        NetlinkAttributes attributes = new NetlinkAttributes(payload.position(start));
        return new NetlinkAnswer(errno, attributes.text(ATTRIBUTE_TEXT).orElse(""));
    }

    /** Waits for the answers to {@code count} requests with consecutive numbers, and returns them in this order. */
    static List<NetlinkAnswer> receive(NetlinkSocket socket, int firstSequence, int count) {
        Map<Integer, NetlinkAnswer> answers = HashMap.newHashMap(count);
        socket.receive((type, flags, sequence, payload) -> {
            int position = sequence - firstSequence;
            if (type == TYPE && position >= 0 && position < count) {
                answers.put(position, parse(flags, payload));
            }
            return answers.size() == count;
        });
        return IntStream.range(0, count).mapToObj(answers::get).toList();
    }
}
