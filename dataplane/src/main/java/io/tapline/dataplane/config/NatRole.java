// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

/** On which side of NAT44 an interface stands (VPP: {@code nat44 interface in | out}). */
public enum NatRole {
    /** NAT does not look at packets from here. */
    NONE,
    /** Hosts behind this interface are translated: {@code nat44-in2out}. */
    INSIDE,
    /** Outside addresses are reached through this interface: {@code nat44-out2in}. */
    OUTSIDE,
    /** Both, as every pod that backs a service: {@code nat44-classify} decides packet by packet. */
    BOTH
}
