// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.OnChange;
import io.tapline.wire.IpAddress;

/**
 * A live connection that a change would no longer permit.
 *
 * @param protocol IP protocol number
 * @param client who opened it
 * @param clientPort the client's port; for ICMP the identifier
 * @param server as policies see it: where a service was translated, the pod behind it
 * @param serverPort the server's port; for ICMP the type of the request
 * @param clientName the client's pod, {@code host}, or its address
 * @param serverName the same of the server
 * @param rule the rule that would deny it, with the line of the policy that it comes from
 * @param onChange what becomes of it: it ends with its next packet, goes on, or goes on for a time
 * @param ageSeconds since it was opened
 * @param idleSeconds since its last packet
 */
public record LiveConnection(
        int protocol,
        IpAddress client,
        int clientPort,
        IpAddress server,
        int serverPort,
        String clientName,
        String serverName,
        AclRule rule,
        OnChange onChange,
        int ageSeconds,
        int idleSeconds) {}
