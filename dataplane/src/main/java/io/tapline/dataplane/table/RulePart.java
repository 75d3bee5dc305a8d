// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

/** A part of a list's rules, all of which match the packet by what they were split by so far. */
sealed interface RulePart permits AddressSplit, PortSplit {
    /**
     * The first rule of the part that matches and stands before {@code limit}, or {@code limit}.
     *
     * @param l4 protocol and ports, see {@link RuleFields#l4}
     */
    int match(long destinationHigh, long destinationLow, long l4, int limit);

    /** Memory of the arrays, in bytes. */
    long byteSize();
}
