// SPDX-License-Identifier: Apache-2.0
/**
 * Services: from the Kubernetes API's services and endpoint slices to the NAT mappings of one node.
 *
 * <p>{@link io.tapline.control.service.EndpointController} makes slices where no controller does,
 * {@link io.tapline.control.service.BackendSelection} says which endpoints serve whom,
 * {@link io.tapline.control.service.ServiceRenderer} turns one service into mappings, and
 * {@link io.tapline.control.service.ServicePlanner} puts them together.
 */
@NullMarked
package io.tapline.control.service;

import org.jspecify.annotations.NullMarked;
