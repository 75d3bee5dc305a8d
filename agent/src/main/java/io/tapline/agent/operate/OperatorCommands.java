// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.cli.CommandGroup;
import java.util.List;

/** Brings the commands that look at a node that runs. */
public final class OperatorCommands implements CommandGroup {
    /** For {@link java.util.ServiceLoader}. */
    public OperatorCommands() {}

    @Override
    public Section section() {
        return Section.OPERATE;
    }

    @Override
    public List<Object> commands() {
        return List.of(
                new StatusCommand(),
                new PodsCommand(),
                new InterfacesCommand(),
                new RoutesCommand(),
                new NeighborsCommand(),
                new AclsCommand(),
                new SessionsCommand(),
                new ServicesCommand(),
                new IpamCommand(),
                new EventsCommand(),
                new DropsCommand(),
                new RuntimeCommand(),
                new TraceCommand(),
                new ConfigCommand(),
                new ResyncCommand(),
                new LogLevelCommand(),
                new BundleCommand(),
                new VppCommand());
    }
}
