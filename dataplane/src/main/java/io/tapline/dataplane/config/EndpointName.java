// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;

/**
 * Who is who: lets traces say {@code web/frontend-1} beside an address.
 *
 * @param address an address of the endpoint
 * @param name namespace and name of a pod, or what else a user would call it
 */
public record EndpointName(IpAddress address, String name) {}
