// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import org.jspecify.annotations.Nullable;

/**
 * The access lists of every interface and direction, with the number of the generation that last changed those of an
 * interface. Immutable once published.
 *
 * <p>A session remembers the epoch under which it was judged; when the epoch has moved on, its next packet is judged
 * anew. Both directions of an interface have one epoch, because the lists of both may have let a connection through.
 */
public final class InterfaceAcls {
    /** Direction: from the interface into the switch. */
    public static final int INPUT = 0;
    /** Direction: from the switch to the interface. */
    public static final int OUTPUT = 1;
    /** Epochs are compared modulo this. */
    public static final int EPOCH_MASK = 0xff_ffff;

    private final @Nullable CompiledAcl[] lists;
    private final int[] epochs;
    private final int[] changedTicks;

    /** No lists on interfaces 0..{@code maxInterface}. */
    public InterfaceAcls(int maxInterface) {
        lists = new CompiledAcl[(maxInterface + 1) * 2];
        epochs = new int[maxInterface + 1];
        changedTicks = new int[maxInterface + 1];
    }

    /** Sets the lists of an interface and direction. Before publication only. */
    public void set(int interfaceIndex, int direction, CompiledAcl acl) {
        lists[interfaceIndex * 2 + direction] = acl;
    }

    /** Sets when the lists of an interface changed, as a generation and in ticks. Before publication only. */
    public void changed(int interfaceIndex, int epoch, int ticks) {
        epochs[interfaceIndex] = epoch & EPOCH_MASK;
        changedTicks[interfaceIndex] = ticks;
    }

    /** The lists of an interface and direction, or null when it has none. */
    public @Nullable CompiledAcl list(int interfaceIndex, int direction) {
        int cell = interfaceIndex * 2 + direction;
        return cell < lists.length ? lists[cell] : null;
    }

    /** The generation that last changed the lists of an interface, modulo {@link #EPOCH_MASK} + 1. */
    public int epoch(int interfaceIndex) {
        return interfaceIndex < epochs.length ? epochs[interfaceIndex] : 0;
    }

    /** When the lists of an interface changed last, in ticks of {@link AclSessions#TICK_MILLIS}. */
    public int changedTicks(int interfaceIndex) {
        return interfaceIndex < changedTicks.length ? changedTicks[interfaceIndex] : 0;
    }
}
