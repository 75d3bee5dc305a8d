// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.graph;

import java.util.List;
import java.util.Map;

/** Which node follows which on each interface, as one byte per interface and position. Immutable. */
public final class FeatureArcs {
    private static final int STRIDE = 16;
    private static final List<Feature.Arc> ARCS = List.of(Feature.Arc.values());

    private final byte[] next;

    /** Arcs without features for interfaces 0..{@code maxInterface}. */
    private FeatureArcs(int maxInterface) {
        next = new byte[(maxInterface + 1) * STRIDE];
    }

    /** The node after {@code feature} on {@code interfaceIndex}. */
    public int next(int interfaceIndex, Feature feature) {
        return next[interfaceIndex * STRIDE + feature.ordinal()];
    }

    /** As {@link #next(int, Feature)}, by the feature's ordinal: for the data path. */
    public int next(int interfaceIndex, int position) {
        return next[interfaceIndex * STRIDE + position];
    }

    /** Collects the features of interfaces. */
    public static final class Builder {
        private final FeatureArcs arcs;

        /** For interfaces 0..{@code maxInterface}, none of which has a feature yet. */
        public Builder(int maxInterface) {
            arcs = new FeatureArcs(maxInterface);
            set(0, Map.of());
            for (int i = 1; i <= maxInterface; i++) {
                System.arraycopy(arcs.next, 0, arcs.next, i * STRIDE, STRIDE);
            }
        }

        /** Sets which node implements each enabled feature of an interface. */
        public void set(int interfaceIndex, Map<Feature, Integer> enabled) {
            for (Feature.Arc arc : ARCS) {
                int follower = arc.endNode();
                for (int position = Feature.ORDER.size() - 1; position >= 0; position--) {
                    Feature feature = Feature.ORDER.get(position);
                    if (feature.arc() == arc) {
                        arcs.next[interfaceIndex * STRIDE + position] = (byte) follower;
                        follower = enabled.getOrDefault(feature, follower);
                    }
                }
            }
        }

        /** The finished arcs; the builder must not be used afterwards. */
        public FeatureArcs build() {
            return arcs;
        }
    }
}
