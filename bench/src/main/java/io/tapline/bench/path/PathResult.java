// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tapline.bench.Spread;

/**
 * One row: a metric over the three paths.
 *
 * @param metric what was measured
 * @param unit its unit
 * @param veth over a plain veth pair
 * @param bridge over a kernel bridge
 * @param tapline over Tapline
 */
record PathResult(Metric metric, String unit, Spread veth, Spread bridge, Spread tapline) {
    /** Tapline's figures divided by the bridge's: over 1 is more, which is better for rates and worse for costs. */
    @JsonProperty("taplineToBridge")
    Spread taplineToBridge() {
        return new Spread(tapline.best() / bridge.best(), tapline.median() / bridge.median());
    }
}
