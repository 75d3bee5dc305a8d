// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** How far an address or route reaches (kernel {@code rtnetlink.h}, {@code RT_SCOPE_*}). IPv6 routes are all global. */
public enum Scope {
    /** Everywhere. */
    GLOBAL(0),
    /** Within a site; IPv6, obsolete. */
    SITE(200),
    /** On the link itself: no gateway in between. */
    LINK(253),
    /** On this machine. */
    HOST(254),
    /** Nowhere: no such destination. */
    NOWHERE(255);

    private final int number;

    Scope(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Numbers without a name are for users' own scopes, which lie within a site. */
    static Scope of(int number) {
        for (Scope scope : values()) {
            if (scope.number == number) {
                return scope;
            }
        }
        return SITE;
    }
}
