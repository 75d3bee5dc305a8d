// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

/**
 * What an access list node decided about one packet: filled in by the node, read by the recorder. One worker thread.
 */
public final class AclVerdict {
    /** The interface whose lists decided. */
    public int interfaceIndex;
    /** VPP's arc-local next index: 0 is error-drop. */
    public int nextIndex;
    /** 0 deny, 1 permit, 2 permit and reflect, 3 session. */
    public int action;
    /** Index of the access list, -1 for a session or no match. */
    public int aclIndex;
    /** Index of the rule in it; for a session its number; -1 for no match. */
    public int ruleIndex;
    /** VPP's trace_bits. */
    public int traceBits;
    /** Source address of the packet. */
    public int source;
    /** Destination address of the packet. */
    public int destination;
    /** Whose lists {@link #entry} is in: an {@link io.tapline.dataplane.table.InterfaceAcls#cell}. */
    public int lists;
    /** Position of the rule in the compiled lists: of the session's rule, for a session; -1 for none. */
    public int entry;
}
