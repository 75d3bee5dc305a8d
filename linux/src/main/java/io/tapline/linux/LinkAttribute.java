// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** Attributes of link messages (kernel {@code if_link.h}). */
final class LinkAttribute {
    static final int ADDRESS = 1;
    static final int IFNAME = 3;
    static final int MTU = 4;
    static final int LINK = 5;
    static final int MASTER = 10;
    static final int OPERSTATE = 16;
    static final int LINKINFO = 18;
    static final int NET_NS_FD = 28;
    static final int EXT_MASK = 29;
    static final int LINK_NETNSID = 37;

    static final int INFO_KIND = 1;
    static final int INFO_DATA = 2;
    static final int VETH_PEER = 1;
    static final int EXT_MASK_SKIP_STATISTICS = 8;

    private LinkAttribute() {}
}
