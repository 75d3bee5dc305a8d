// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.dataplane.config.SwitchConfig;
import java.util.Optional;

/**
 * What a node must hold: its switch and its host's end of the link. Pods' ends are {@link NodePlanner#podWiring}.
 *
 * @param config the switch
 * @param host the host's device
 * @param uplink which packets of the uplink are the switch's; empty without one
 */
public record NodePlan(SwitchConfig config, DeviceWiring host, Optional<UplinkShare> uplink) {}
