// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

/**
 * What a route resolves to (VPP: data-path object), packed into one non-negative {@code int}: the kind in bits 28 to
 * 30, an index below. A leaf of the forwarding trie holds one of these.
 */
public final class Dpo {
    /** Kind: forward nowhere; the whole value is {@link #NO_ROUTE} or {@link #DROP}. */
    public static final int DISCARD = 0;
    /** Kind: rewrite with the adjacency at the index. */
    public static final int ADJACENCY = 1;
    /** Kind: the gateway of the adjacency at the index is a dynamic neighbour. */
    public static final int GATEWAY = 2;
    /** Kind: the destination itself is a dynamic neighbour on the interface of the adjacency at the index. */
    public static final int GLEAN = 3;
    /** Kind: one of the switch's own addresses. */
    public static final int LOCAL = 4;
    /** Kind: choose at once a bucket of the load balance at the index. */
    public static final int LOAD_BALANCE = 5;
    /** Kind: the load balance at the index is another route's; {@code ip4-load-balance} chooses. */
    public static final int RECURSIVE = 6;
    /** Kind: look up again in the table with the index. */
    public static final int LOOKUP = 7;

    /** Nothing in the table covers the destination. */
    public static final int NO_ROUTE = 0;
    /** A route says to drop silently. */
    public static final int DROP = 1;

    private static final int KIND_SHIFT = 28;
    private static final int INDEX_MASK = (1 << KIND_SHIFT) - 1;

    private Dpo() {}

    /** Packs a kind and an index in 0..2^28-1. */
    public static int of(int kind, int index) {
        return kind << KIND_SHIFT | index;
    }

    /** The kind. */
    public static int kind(int dpo) {
        return dpo >>> KIND_SHIFT;
    }

    /** The index. */
    public static int index(int dpo) {
        return dpo & INDEX_MASK;
    }
}
