// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.DeviceWiring;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.node.Uplink;
import io.tapline.control.node.UplinkShare;
import io.tapline.linux.Link;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.PacketSocket;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Rule;
import io.tapline.linux.SocketFilter;
import io.tapline.linux.Sysctl;
import io.tapline.vswitch.LiveSwitch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The agent's hold on the uplink: the packet socket by which the switch uses the card, and the host's rules that keep
 * switch and host apart. The rules stay when the agent ends: what is the switch's waits for the next one, and the host
 * refuses no packet of a connection that is not its own.
 *
 * <p>Threading: the event loop.
 */
final class UplinkPort implements AutoCloseable {
    private final NetworkNamespace host;
    private final LiveSwitch vswitch;
    private @Nullable PacketSocket socket;
    private Optional<UplinkShare> shared = Optional.empty();

    UplinkPort(NetworkNamespace host, LiveSwitch vswitch) {
        this.host = host;
        this.vswitch = vswitch;
    }

    /** Follows a change of the plan, which the switch has taken up already. */
    void follow(Optional<Uplink> uplink, Optional<UplinkShare> share, DeviceWiring hostWiring) {
        if (!share.equals(shared)) {
            repair(uplink, share, hostWiring);
        }
    }

    /** Compares card, socket and rules with what they should be; what was repaired. */
    List<String> repair(Optional<Uplink> uplink, Optional<UplinkShare> share, DeviceWiring hostWiring) {
        List<String> report = new ArrayList<>();
        try (Rtnetlink rtnetlink = Rtnetlink.open(host)) {
            if (uplink.isPresent() && share.isPresent()) {
                report.addAll(connect(rtnetlink, uplink.get(), UplinkFilter.of(share.get())));
                report.addAll(acceptOwnAddress(hostWiring.device()));
            } else {
                close();
            }
            List<Rule> rules = uplink.flatMap(card -> share.map(part -> HostRules.of(card, part)))
                    .orElse(List.of());
            boolean asBefore = share.equals(shared);
            List<String> differences = HostRules.apply(rtnetlink, rules, hostWiring);
            if (asBefore) {
                report.addAll(differences);
            }
        }
        shared = share;
        return report;
    }

    private List<String> connect(Rtnetlink rtnetlink, Uplink uplink, SocketFilter filter) {
        PacketSocket open = socket;
        int index = rtnetlink.link(uplink.device()).map(Link::index).orElse(0);
        if (open != null && open.ifIndex() == index) {
            open.setFilter(filter);
            long drops = open.takeDrops();
            return drops == 0
                    ? List.of()
                    : List.of("uplink " + uplink.device() + ": " + drops + " frames did not fit the socket's queue");
        }
        List<String> report =
                open == null ? List.of() : List.of("uplink " + uplink.device() + " is another device than before");
        close();
        PacketSocket opened = host.call(() -> PacketSocket.open(uplink.device(), filter));
        socket = opened;
        vswitch.attach(NodePlanner.UPLINK_INTERFACE, opened);
        return report;
    }

    /** The switch answers the host from the node's address, which the host takes for its own. */
    private List<String> acceptOwnAddress(String device) {
        String key = "ipv4/conf/" + device + "/accept_local";
        try {
            if (!Sysctl.read(host, key).equals("1")) {
                Sysctl.write(host, key, "1");
            }
            return List.of();
        } catch (LinuxException e) {
            return List.of("ICMP errors about services at the node's address do not reach the host: " + e.getMessage());
        }
    }

    /** Closes the socket; the host's rules stay. */
    @Override
    public void close() {
        PacketSocket open = socket;
        socket = null;
        if (open != null) {
            vswitch.detach(NodePlanner.UPLINK_INTERFACE);
            open.close();
        }
    }
}
