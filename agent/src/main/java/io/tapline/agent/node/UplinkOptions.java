// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.wire.IpAddress;
import java.util.Optional;

/**
 * The card that switch and host share.
 *
 * @param device its name
 * @param gateway the way to everywhere; empty for that of the host's default route
 */
public record UplinkOptions(String device, Optional<IpAddress> gateway) {}
