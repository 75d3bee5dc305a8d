// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.agent.config.AgentConfig;
import io.tapline.agent.node.FaultPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** An agent as a process that gets {@code kill -9} when it has reached a point. */
final class DyingAgent {
    private DyingAgent() {}

    /** Arguments: configuration file, name of the {@link FaultPoint}. */
    @SuppressWarnings("SystemOut") // how a process says that it is ready
    public static void main(String[] args) throws IOException {
        FaultPoint last = FaultPoint.valueOf(args[1]);
        AgentConfig config = AgentConfig.parse(args[0], Files.readString(Path.of(args[0])));
        Agent agent = Agent.start(config, reached -> dieAt(reached, last), AgentLog.keeping());
        System.out.println("ready: " + agent.node().view().attachments().size());
        while (true) {
            LockSupport.park();
        }
    }

    private static void dieAt(FaultPoint reached, FaultPoint last) {
        if (reached == last) {
            try {
                new ProcessBuilder(
                                "kill",
                                "-9",
                                Long.toString(ProcessHandle.current().pid()))
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            while (true) {
                LockSupport.park();
            }
        }
    }
}
