// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.NodeSettings;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.OnChange;
import io.tapline.model.HostPolicies;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a node needs to know about itself.
 *
 * @param name of the Node object
 * @param settings addresses, tables and so on; what the host has is read from the kernel
 * @param hostNamespace the host's network namespace; empty for that of this process
 * @param uplink the card that is shared with the host; empty for none
 * @param stateDirectory where attachments are kept
 * @param historyEvents how many events are kept
 * @param podWaitSeconds how long an addition waits for its pod to be declared; empty if pods need not be
 * @param spinNanos see {@link io.tapline.vswitch.LiveSwitch#start}
 * @param limits of the switch's tables, and time-outs of access lists' sessions
 * @param onPolicyChange what becomes of connections that a change no longer permits, where the policy does not say it
 * @param hostPolicies whether policies hold on the node itself; empty: they do not
 */
public record NodeOptions(
        String name,
        NodeSettings settings,
        Optional<Path> hostNamespace,
        Optional<UplinkOptions> uplink,
        Path stateDirectory,
        int historyEvents,
        OptionalInt podWaitSeconds,
        long spinNanos,
        SwitchLimits limits,
        OnChange onPolicyChange,
        Optional<HostPolicies> hostPolicies) {}
