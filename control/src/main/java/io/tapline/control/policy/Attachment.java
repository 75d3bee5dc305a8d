// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import java.util.List;

/**
 * The lists of one interface.
 *
 * @param input judge what enters there
 * @param output judge what leaves there
 * @param sender judge what entered there, where it leaves the switch
 */
public record Attachment(List<ListKey> input, List<ListKey> output, List<ListKey> sender) {
    /** No lists: everything passes. */
    public static final Attachment NONE = new Attachment(List.of(), List.of(), List.of());

    /** Only remembers what enters. */
    static final Attachment REFLECTION = new Attachment(List.of(ListKey.REFLECTION), List.of(), List.of());

    /** Copies the lists. */
    public Attachment {
        input = List.copyOf(input);
        output = List.copyOf(output);
        sender = List.copyOf(sender);
    }
}
