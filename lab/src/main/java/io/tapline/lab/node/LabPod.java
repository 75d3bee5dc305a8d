// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Tap;
import io.tapline.wire.IpAddress;

/**
 * A pod: a network namespace whose {@code eth0} is a TAP that the switch holds the other end of.
 *
 * @param name namespace and name, such as {@code shop/web-1}
 * @param address its IP address
 * @param namespace its network namespace
 * @param interfaceIndex the switch's interface to it
 * @param interfaceName the name of that interface
 * @param tap its {@code eth0}
 */
public record LabPod(
        String name,
        IpAddress address,
        NetworkNamespace namespace,
        int interfaceIndex,
        String interfaceName,
        Tap tap) {}
