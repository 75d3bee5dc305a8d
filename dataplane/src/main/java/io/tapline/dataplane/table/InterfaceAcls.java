// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import org.jspecify.annotations.Nullable;

/**
 * The access lists of every interface and direction, with the number of the generation that last changed those of an
 * interface. Immutable once published.
 *
 * <p>A session remembers the epoch under which it was judged; when the epoch has moved on, its next packet is judged
 * anew. Both directions of an interface have one epoch, because the lists of both may have let a connection through. A
 * change of anybody's sender lists moves the epochs of all interfaces on: a session does not tell cheaply whose lists
 * took part, and to judge it anew costs one lookup.
 */
public final class InterfaceAcls {
    /** Direction: from the interface into the switch. */
    public static final int INPUT = 0;
    /** Direction: from the switch to the interface. */
    public static final int OUTPUT = 1;
    /** Not a direction: the lists that packets from the interface carry to wherever they leave the switch. */
    public static final int SENDER = 2;
    /** Epochs are compared modulo this. */
    public static final int EPOCH_MASK = 0xff_ffff;

    private static final int KINDS = 3;

    private final @Nullable CompiledAcl[] lists;
    private final int[] epochs;
    private final int[] changedTicks;
    private boolean hasSenderLists;

    /** No lists on interfaces 0..{@code maxInterface}. */
    public InterfaceAcls(int maxInterface) {
        lists = new CompiledAcl[(maxInterface + 1) * KINDS];
        epochs = new int[maxInterface + 1];
        changedTicks = new int[maxInterface + 1];
    }

    /** Sets the lists of an interface and direction, or {@link #SENDER}. Before publication only. */
    public void set(int interfaceIndex, int direction, CompiledAcl acl) {
        lists[cell(interfaceIndex, direction)] = acl;
        hasSenderLists |= direction == SENDER;
    }

    /** Sets when the lists of an interface changed, as a generation and in ticks. Before publication only. */
    public void changed(int interfaceIndex, int epoch, int ticks) {
        epochs[interfaceIndex] = epoch & EPOCH_MASK;
        changedTicks[interfaceIndex] = ticks;
    }

    /** The lists of an interface and direction, or {@link #SENDER}; null when it has none. */
    public @Nullable CompiledAcl list(int interfaceIndex, int direction) {
        return at(cell(interfaceIndex, direction));
    }

    /** The lists of a {@link #cell}, or null when it has none. */
    public @Nullable CompiledAcl at(int cell) {
        return cell >= 0 && cell < lists.length ? lists[cell] : null;
    }

    /** One number for an interface and one of its three kinds of lists. */
    public static int cell(int interfaceIndex, int kind) {
        return interfaceIndex * KINDS + kind;
    }

    /** The interface of a {@link #cell}. */
    public static int interfaceIndex(int cell) {
        return cell / KINDS;
    }

    /** The kind of lists of a {@link #cell}: {@link #INPUT}, {@link #OUTPUT} or {@link #SENDER}. */
    public static int kind(int cell) {
        return cell % KINDS;
    }

    /** Whether packets of any interface carry lists, so that every way out has to look. */
    public boolean hasSenderLists() {
        return hasSenderLists;
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
