// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.graph;

import java.util.List;

/**
 * The features that may stand on an interface, in VPP's order (vnet feature arcs): what happens to an IPv4 packet
 * between {@code ip4-input} and {@code ip4-lookup}, and between {@code ip4-rewrite} and {@code interface-output}.
 *
 * <p>The ordinal is the feature's position. {@link FeatureArcs} answers which node follows a position on an interface.
 */
public enum Feature {
    /** Start of the {@code ip4-unicast} arc: not a feature, but the position before the first. */
    IP4_UNICAST_START(Arc.IP4_UNICAST),
    /** Whether the packet's source is one of the interface's. */
    SOURCE_CHECK(Arc.IP4_UNICAST),
    /** Access lists for packets from the interface. */
    ACL_INPUT(Arc.IP4_UNICAST),
    /** One of the NAT44 nodes, according to the interface's role. */
    NAT44(Arc.IP4_UNICAST),
    /** Start of the {@code ip4-output} arc. */
    IP4_OUTPUT_START(Arc.IP4_OUTPUT),
    /** Access lists for packets to the interface. */
    ACL_OUTPUT(Arc.IP4_OUTPUT),
    /** Source NAT of packets to the interface. */
    NAT44_OUTPUT(Arc.IP4_OUTPUT);

    /** A chain of features and the node that ends it. */
    public enum Arc {
        /** On the receiving interface; ends in {@code ip4-lookup}. */
        IP4_UNICAST(NodeIndex.IP4_LOOKUP),
        /** On the sending interface; ends in {@code interface-output}. */
        IP4_OUTPUT(NodeIndex.INTERFACE_OUTPUT);

        private final int endNode;

        Arc(int endNode) {
            this.endNode = endNode;
        }

        /** The node after the last feature. */
        public int endNode() {
            return endNode;
        }
    }

    /** All features in order. */
    public static final List<Feature> ORDER = List.of(values());

    private final Arc arc;

    Feature(Arc arc) {
        this.arc = arc;
    }

    /** The arc it stands on. */
    public Arc arc() {
        return arc;
    }
}
