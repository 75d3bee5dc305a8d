// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import org.jspecify.annotations.Nullable;

/**
 * The access lists of every interface and direction, each with the number of the generation that last changed it.
 * Immutable once published.
 *
 * <p>A session remembers the epoch under which it was judged; when the epoch has moved on, its next packet is judged
 * anew.
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

    /** No lists on interfaces 0..{@code maxInterface}. */
    public InterfaceAcls(int maxInterface) {
        lists = new CompiledAcl[(maxInterface + 1) * 2];
        epochs = new int[(maxInterface + 1) * 2];
    }

    /** Sets the lists of an interface and direction. Before publication only. */
    public void set(int interfaceIndex, int direction, CompiledAcl acl, int epoch) {
        lists[interfaceIndex * 2 + direction] = acl;
        epochs[interfaceIndex * 2 + direction] = epoch & EPOCH_MASK;
    }

    /** The lists of an interface and direction, or null when it has none. */
    public @Nullable CompiledAcl list(int interfaceIndex, int direction) {
        int cell = interfaceIndex * 2 + direction;
        return cell < lists.length ? lists[cell] : null;
    }

    /** When those lists changed last. */
    public int epoch(int interfaceIndex, int direction) {
        int cell = interfaceIndex * 2 + direction;
        return cell < epochs.length ? epochs[cell] : 0;
    }
}
