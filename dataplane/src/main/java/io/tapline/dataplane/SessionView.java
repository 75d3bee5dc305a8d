// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.wire.IpAddress;
import java.util.Optional;

/**
 * A session of the access lists at one moment.
 *
 * @param number its number in the table, which it keeps for life
 * @param interfaceIndex the interface that it belongs to
 * @param interfaceName that interface's name
 * @param source sender of the packets that enter by the interface
 * @param destination their receiver
 * @param protocol IP protocol number
 * @param sourcePort their source port, or for ICMP the identifier
 * @param destinationPort their destination port, or for ICMP the type of the request
 * @param direction {@link InterfaceAcls#INPUT} or {@link InterfaceAcls#OUTPUT}: whose lists made it
 * @param sender interface whose sender lists permitted the first packet; 0 when unknown or none
 * @param openedByPeer whether the other side's packet came first
 * @param timeoutClass a class of {@link AclSessions}
 * @param ageSeconds since it was made
 * @param idleSeconds since its last packet
 * @param rule the rule that made it, if the lists that hold it are still in force
 */
public record SessionView(
        int number,
        int interfaceIndex,
        String interfaceName,
        IpAddress source,
        IpAddress destination,
        int protocol,
        int sourcePort,
        int destinationPort,
        int direction,
        int sender,
        boolean openedByPeer,
        int timeoutClass,
        int ageSeconds,
        int idleSeconds,
        Optional<AclRule> rule) {}
