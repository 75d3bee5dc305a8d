// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;

/**
 * A connection to try.
 *
 * @param port destination port, 1..65535
 */
public record Connection(IpAddress source, IpAddress destination, Protocol protocol, int port) {}
