// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** Attributes and actions of rule messages (kernel {@code fib_rules.h}). */
final class RuleAttribute {
    static final int DST = 1;
    static final int IIFNAME = 3;
    static final int PRIORITY = 6;
    static final int TABLE = 15;
    static final int IP_PROTO = 22;
    static final int DPORT_RANGE = 24;

    static final int ACTION_TO_TABLE = 1;
    static final int ACTION_BLACKHOLE = 6;

    private RuleAttribute() {}
}
