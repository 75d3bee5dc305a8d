// SPDX-License-Identifier: Apache-2.0
/**
 * A node with the pods of some manifests on this machine: what {@code tapline lab} does. It is the container runtime:
 * it makes a network namespace per pod, calls the installed CNI plug-in as a process, and starts what answers on the
 * pods' ports. The agent is a process of its own. Everything outlives the command.
 */
@NullMarked
package io.tapline.lab.cluster;

import org.jspecify.annotations.NullMarked;
