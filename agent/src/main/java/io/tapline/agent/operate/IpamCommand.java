// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.IpamView;
import io.tapline.agent.view.IpamView.Allocation;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tapline ipam}. */
@Command(
        name = "ipam",
        description = "Addresses of this node: who has which, and how many are free.",
        mixinStandardHelpOptions = true)
final class IpamCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Mixin
    private ShowOptions options;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    IpamCommand() {}

    @Override
    public void run() {
        options.show(
                spec.commandLine().getOut(),
                () -> agent.get("/v1/ipam", Map.of()),
                wide -> text -> format(Json.read(text, IpamView.class)));
    }

    private static String format(IpamView ipam) {
        List<Table.Column<Allocation>> columns = List.of(
                Table.Column.of("ADDRESS", Allocation::address),
                Table.Column.of("POD", Allocation::pod),
                Table.Column.of("CONTAINER", Allocation::container));
        return String.format(
                        "node %d: pods %s, gateway %s, NAT loopback %s, host %s, services %s%n%d in use, %d free%n",
                        ipam.nodeId(),
                        ipam.podSubnet(),
                        ipam.gateway(),
                        ipam.natLoopback(),
                        ipam.host(),
                        ipam.services(),
                        ipam.used(),
                        ipam.free())
                + (ipam.allocations().isEmpty() ? "" : new Table<>(columns, false).format(ipam.allocations()));
    }
}
