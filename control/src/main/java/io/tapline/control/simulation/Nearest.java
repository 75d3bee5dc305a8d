// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rule that came nearest to allowing a connection which a list denies.
 *
 * @param rule the line of a policy that made it
 * @param differences how the connection would have to differ, such as {@code port 5432, not 3306}; never empty
 */
public record Nearest(Origin.PolicyOrigin rule, List<String> differences) {
    private static final String[] NAMES = new String[256];

    static {
        NAMES[6] = "TCP";
        NAMES[17] = "UDP";
        NAMES[132] = "SCTP";
    }

    /** Copies the list. */
    public Nearest {
        differences = List.copyOf(differences);
    }

    /** The rule of a list that differs least from a connection; of equals the first. */
    public static Optional<Nearest> of(List<AclRule> list, Connection connection) {
        return list.stream()
                .filter(rule -> rule.action().permits()
                        && rule.source().isIpv4() == connection.source().isIpv4())
                .flatMap(rule -> rule.origin() instanceof Origin.PolicyOrigin origin
                        ? Optional.of(new Nearest(origin, differences(rule, connection))).stream()
                        : Optional.<Nearest>empty().stream())
                .min(Comparator.comparingInt(nearest -> nearest.differences().size()));
    }

    private static List<String> differences(AclRule rule, Connection connection) {
        List<String> differences = new ArrayList<>();
        if (!rule.source().contains(connection.source())) {
            differences.add("from " + text(rule.source()) + ", not " + connection.source());
        }
        if (!rule.destination().contains(connection.destination())) {
            differences.add("to " + text(rule.destination()) + ", not " + connection.destination());
        }
        int protocol = connection.protocol().number();
        if (rule.protocol() != AclRule.ANY_PROTOCOL && rule.protocol() != protocol) {
            differences.add("protocol " + NAMES[rule.protocol()] + ", not " + connection.protocol());
        }
        PortRange ports = rule.destinationPorts();
        if (connection.port() < ports.first() || connection.port() > ports.last()) {
            String range = ports.first() == ports.last() ? "" + ports.first() : ports.first() + "-" + ports.last();
            differences.add("port " + range + ", not " + connection.port());
        }
        return differences;
    }

    private static String text(IpPrefix block) {
        return block.equals(IpPrefix.host(block.address())) ? block.address().toString() : block.toString();
    }
}
