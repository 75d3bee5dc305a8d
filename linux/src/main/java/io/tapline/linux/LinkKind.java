// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** The kinds of devices that {@link Request#createLink} creates. For a TAP see {@link Tap}. */
public sealed interface LinkKind {
    /** A device that drops what it is given; a place for addresses. */
    record Dummy() implements LinkKind {}

    /** An Ethernet bridge. */
    record Bridge() implements LinkKind {}

    /**
     * A pair of devices, each sending to the other.
     *
     * @param peer the settings of the other end, which may be in another namespace; neither up nor with a master, since
     *     the kernel does neither while it creates the pair
     */
    record Veth(LinkSettings peer) implements LinkKind {
        /** @throws IllegalArgumentException if the peer is to be up or to have a master */
        public Veth {
            if (peer.up().isPresent() || peer.master().isPresent()) {
                throw new IllegalArgumentException("the kernel cannot set the peer of a veth pair up, or into a bridge,"
                        + " while it creates it; do so by a request of its own");
            }
        }
    }

    /** The kernel's name of the kind. */
    default String kernelName() {
        return switch (this) {
            case Dummy _ -> "dummy";
            case Bridge _ -> "bridge";
            case Veth _ -> "veth";
        };
    }
}
