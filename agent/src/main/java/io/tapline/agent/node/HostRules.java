// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.DeviceWiring;
import io.tapline.control.node.Uplink;
import io.tapline.control.node.UplinkShare;
import io.tapline.linux.InetPrefix;
import io.tapline.linux.Request;
import io.tapline.linux.Route;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Rule;
import io.tapline.linux.Rule.Match;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's side of the shared uplink, as rules of its policy routing: it drops what is the switch's when that comes
 * in by the uplink, and sends to the switch what its own processes send to services at the node's address. They concern
 * nothing else, so that the host is reachable without an agent too.
 *
 * <p>The rules with the three priorities below are ours; others are left alone. For them to come before the table of
 * local addresses, that table's rule is given a later place, as the kernel's documentation of VRFs does it: the later
 * one is added before the first one is deleted.
 */
final class HostRules {
    /** The routing table that leads to the switch. */
    static final int TO_SWITCH = 4789;

    private static final int KEPT = 50;
    private static final int SWITCHS = 51;
    private static final int SERVICES = 52;
    private static final int LATE_LOCAL = 100;
    private static final Rule LOCAL_FIRST = Rule.lookup(0, Match.ALL, Route.TABLE_LOCAL);
    private static final Rule LOCAL_LATE = Rule.lookup(LATE_LOCAL, Match.ALL, Route.TABLE_LOCAL);

    private HostRules() {}

    /** The rules of a share, in order. */
    static List<Rule> of(Uplink uplink, UplinkShare share) {
        List<Rule> rules = new ArrayList<>();
        for (IpAddress address : share.nodeAddresses()) {
            Match match = Match.ALL.withTo(host(address));
            for (int port : share.kept()) {
                rules.add(Rule.lookup(KEPT, match.withPorts(Ipv4.PROTOCOL_TCP, port, port), Route.TABLE_LOCAL));
            }
            for (UplinkShare.Ports ports : share.ports()) {
                Match some = match.withPorts(ports.protocol(), ports.first(), ports.last());
                rules.add(Rule.blackhole(SWITCHS, some.withDevice(uplink.device())));
                if (!ports.answers()) {
                    rules.add(Rule.lookup(SERVICES, some.withDevice(Match.LOCAL), TO_SWITCH));
                }
            }
        }
        for (IpAddress address : share.serviceAddresses()) {
            Match match = Match.ALL.withTo(host(address));
            rules.add(Rule.blackhole(SWITCHS, match.withDevice(uplink.device())));
            rules.add(Rule.lookup(SERVICES, match.withDevice(Match.LOCAL), TO_SWITCH));
        }
        return rules;
    }

    private static InetPrefix host(IpAddress address) {
        return InetPrefix.host(Inet.of(address));
    }

    /**
     * Makes the host's rules those of {@code wanted}; with none it leaves things as they are without us.
     *
     * @param hostWiring the device that leads to the switch
     * @return what was not as it should be, in words
     */
    static List<String> apply(Rtnetlink rtnetlink, List<Rule> wanted, DeviceWiring hostWiring) {
        List<Rule> present = rtnetlink.rules();
        List<Rule> ours = present.stream().filter(HostRules::isOurs).toList();
        List<Request> requests = new ArrayList<>();
        List<String> report = new ArrayList<>();
        if (!wanted.isEmpty()) {
            requests.add(Request.replace(toSwitch(rtnetlink, hostWiring)));
            if (present.contains(LOCAL_FIRST) && !present.contains(LOCAL_LATE)) {
                requests.add(Request.add(LOCAL_LATE));
            }
        } else if (!ours.isEmpty() && !present.contains(LOCAL_FIRST)) {
            requests.add(Request.add(LOCAL_FIRST));
        }
        wanted.stream().filter(rule -> !ours.contains(rule)).forEach(rule -> {
            requests.add(Request.add(rule));
            report.add(rule + " was missing");
        });
        ours.stream().filter(rule -> !wanted.contains(rule)).forEach(rule -> {
            requests.add(Request.delete(rule));
            report.add(rule + " was not wanted any more");
        });
        if (!wanted.isEmpty() && present.contains(LOCAL_FIRST)) {
            requests.add(Request.delete(LOCAL_FIRST));
        } else if (wanted.isEmpty() && !ours.isEmpty() && present.contains(LOCAL_LATE)) {
            requests.add(Request.delete(LOCAL_LATE));
        }
        rtnetlink.apply(requests);
        return report;
    }

    private static boolean isOurs(Rule rule) {
        return rule.priority() == KEPT || rule.priority() == SWITCHS || rule.priority() == SERVICES;
    }

    private static Route toSwitch(Rtnetlink rtnetlink, DeviceWiring wiring) {
        int index = rtnetlink.link(wiring.device()).orElseThrow().index();
        InetAddress gateway = Inet.of(wiring.routes().getFirst().gateway().orElseThrow());
        return Route.via(InetPrefix.parse("0.0.0.0/0"), gateway, index).withTable(TO_SWITCH);
    }
}
