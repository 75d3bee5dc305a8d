// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.NodeSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a node needs to know about itself.
 *
 * @param settings addresses, tables and so on
 * @param hostNamespace the host's network namespace; empty for that of this process
 * @param stateDirectory where attachments are kept
 * @param historyEvents how many events are kept
 * @param spinNanos see {@link io.tapline.vswitch.LiveSwitch#start}
 */
public record NodeOptions(
        NodeSettings settings, Optional<Path> hostNamespace, Path stateDirectory, int historyEvents, long spinNanos) {}
