// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** Attributes of route messages (kernel {@code rtnetlink.h}). */
final class RouteAttribute {
    static final int DST = 1;
    static final int OIF = 4;
    static final int GATEWAY = 5;
    static final int PRIORITY = 6;
    static final int PREFSRC = 7;
    static final int METRICS = 8;
    static final int MULTIPATH = 9;
    static final int TABLE = 15;
    static final int VIA = 18;

    static final int METRIC_MTU = 2;
    static final int FLAG_ONLINK = 4;

    private RouteAttribute() {}
}
