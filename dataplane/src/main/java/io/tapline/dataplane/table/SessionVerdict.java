// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import org.jspecify.annotations.Nullable;

/**
 * What lists say about the first packet of a session: those that made the session must permit it and reflect; those
 * that the peer's packets pass must permit it if the peer opened the connection; and so must those that it carried from
 * the interface that it came in by.
 *
 * <p>Holds the verdict of the last call, so that nothing is allocated. One thread.
 */
public final class SessionVerdict {
    private @Nullable CompiledAcl denier;
    private int match;

    /**
     * Judges a session.
     *
     * @param madeBy the direction whose lists made it
     * @param openedByPeer whether it was made by an answer
     * @param sender the interface whose lists its first packet carried; 0 for none
     * @param source low word of the key's source address, see {@link FlowTable}; {@code destination} likewise
     * @param tuple fifth word of the key, which names the interface
     */
    public boolean permits(
            InterfaceAcls acls,
            int madeBy,
            boolean openedByPeer,
            int sender,
            long source,
            long destination,
            long tuple) {
        int interfaceIndex = (int) tuple & 0xffff;
        CompiledAcl own = acls.list(interfaceIndex, madeBy);
        int rule = own == null ? CompiledAcl.NO_MATCH : own.matchKey(source, destination, tuple, madeBy);
        if (!CompiledAcl.reflects(own, rule)) {
            denier = own;
            match = rule;
            return false;
        }
        CompiledAcl opposite = openedByPeer ? acls.list(interfaceIndex, 1 - madeBy) : null;
        CompiledAcl carried = acls.list(sender, InterfaceAcls.SENDER);
        if (denies(opposite, source, destination, tuple, 1 - madeBy)
                || denies(carried, source, destination, tuple, InterfaceAcls.OUTPUT)) {
            return false;
        }
        match = rule;
        return true;
    }

    private boolean denies(@Nullable CompiledAcl lists, long source, long destination, long tuple, int direction) {
        if (lists == null) {
            return false;
        }
        denier = lists;
        match = lists.matchKey(source, destination, tuple, direction);
        return !lists.permits(match);
    }

    /** The lists that denied it; null when there are none any more where some made it. */
    public @Nullable CompiledAcl denier() {
        return denier;
    }

    /**
     * The rule that denied it or, when it is permitted, the one that reflects; {@link CompiledAcl#NO_MATCH} for none.
     */
    public int match() {
        return match;
    }
}
