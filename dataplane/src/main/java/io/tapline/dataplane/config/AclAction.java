// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

/** What an access list rule says; the ordinals are the numbers that VPP prints as {@code action}. */
public enum AclAction {
    /** Drop. */
    DENY,
    /** Let this packet pass. */
    PERMIT,
    /** Let it pass and remember the connection, so that its packets pass both ways through this interface. */
    PERMIT_REFLECT,
    /** Drop, and tell the sender: by a TCP reset, or by ICMP "administratively prohibited". VPP knows it as deny. */
    REJECT;

    /** Whether packets pass. */
    public boolean permits() {
        return this == PERMIT || this == PERMIT_REFLECT;
    }
}
