// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.graph;

/**
 * The nodes' numbers and names. Constants rather than an enum: they are stored in frames and tables and compared on the
 * data path. The order is that in which a packet usually meets them, and in which the dispatcher prefers them.
 */
public final class NodeIndex {
    /** Next index of a frame that its node disposed of: freed, sent or kept. */
    public static final int CONSUMED = -1;
    /** {@code virtio-input}. */
    public static final int VIRTIO_INPUT = 0;
    /** {@code ethernet-input}. */
    public static final int ETHERNET_INPUT = 1;
    /** {@code arp-input}. */
    public static final int ARP_INPUT = 2;
    /** {@code ip4-input}. */
    public static final int IP4_INPUT = 3;
    /** {@code acl-plugin-in-ip4-fa}. */
    public static final int ACL_IN_IP4 = 4;
    /** {@code nat44-classify}. */
    public static final int NAT44_CLASSIFY = 5;
    /** {@code nat44-in2out}. */
    public static final int NAT44_IN2OUT = 6;
    /** {@code nat44-in2out-slowpath}. */
    public static final int NAT44_IN2OUT_SLOWPATH = 7;
    /** {@code nat44-out2in}. */
    public static final int NAT44_OUT2IN = 8;
    /** {@code ip4-lookup}. */
    public static final int IP4_LOOKUP = 9;
    /** {@code ip4-load-balance}. */
    public static final int IP4_LOAD_BALANCE = 10;
    /** {@code ip4-local}. */
    public static final int IP4_LOCAL = 11;
    /** {@code ip4-arp}. */
    public static final int IP4_ARP = 12;
    /** {@code ip4-rewrite}. */
    public static final int IP4_REWRITE = 13;
    /** {@code ip4-icmp-error}. */
    public static final int IP4_ICMP_ERROR = 14;
    /** {@code acl-plugin-out-ip4-fa}. */
    public static final int ACL_OUT_IP4 = 15;
    /** {@code nat44-in2out-output}. */
    public static final int NAT44_IN2OUT_OUTPUT = 16;
    /** {@code nat44-in2out-output-slowpath}. */
    public static final int NAT44_IN2OUT_OUTPUT_SLOWPATH = 17;
    /** {@code interface-output}; traces print it as NAME-output. */
    public static final int INTERFACE_OUTPUT = 18;
    /** {@code error-drop}. */
    public static final int ERROR_DROP = 19;
    /** {@code ip4-source-check}. */
    public static final int IP4_SOURCE_CHECK = 20;
    /** Number of nodes. */
    public static final int COUNT = 21;

    private static final String[] NAMES = {
        "virtio-input",
        "ethernet-input",
        "arp-input",
        "ip4-input",
        "acl-plugin-in-ip4-fa",
        "nat44-classify",
        "nat44-in2out",
        "nat44-in2out-slowpath",
        "nat44-out2in",
        "ip4-lookup",
        "ip4-load-balance",
        "ip4-local",
        "ip4-arp",
        "ip4-rewrite",
        "ip4-icmp-error",
        "acl-plugin-out-ip4-fa",
        "nat44-in2out-output",
        "nat44-in2out-output-slowpath",
        "interface-output",
        "error-drop",
        "ip4-source-check",
    };

    private NodeIndex() {}

    /** The node's name in VPP. */
    public static String name(int index) {
        return NAMES[index];
    }
}
