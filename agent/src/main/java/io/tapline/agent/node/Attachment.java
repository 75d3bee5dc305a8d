// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.PlannedPod;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.wire.IpAddress;

/**
 * A container's interface on this node's network, as it is kept on disk.
 *
 * @param key its identity
 * @param network the name of the CNI network
 * @param pod whose it is
 * @param namespacePath the container's network namespace, as the runtime named it
 * @param namespaceInode the inode of that namespace: a path may come to mean another
 * @param address its address
 * @param interfaceIndex the switch's interface to it
 * @param sequence the later it was made, the greater
 * @param phase how far it is
 */
public record Attachment(
        AttachmentKey key,
        String network,
        PodIdentity pod,
        String namespacePath,
        long namespaceInode,
        IpAddress address,
        int interfaceIndex,
        long sequence,
        Phase phase) {
    /** How far an attachment is. Only {@code READY} survives a restart; the others are undone or completed. */
    public enum Phase {
        /** Has an address; its interface is being made. */
        ADDING,
        /** Connected. */
        READY,
        /** Its interface is being removed. */
        DELETING
    }

    /** This attachment in another phase. */
    public Attachment in(Phase newPhase) {
        return new Attachment(
                key, network, pod, namespacePath, namespaceInode, address, interfaceIndex, sequence, newPhase);
    }

    /** What to call it: the pod's namespace and name, or the container. */
    public String displayName() {
        return pod.isKnown() ? pod.namespace() + "/" + pod.name() : "container " + key.containerId();
    }

    /** The object that declares the pod; of an unknown pod one that nobody declares. */
    public ObjectRef ref() {
        return new ObjectRef(Kind.POD, pod.namespace(), pod.isKnown() ? pod.name() : "container " + key.containerId());
    }

    /** This attachment as the plan sees it. */
    public PlannedPod planned() {
        return new PlannedPod(
                displayName(), address, interfaceIndex, key.device(), PlannedPod.mac(key.containerId(), key.device()));
    }
}
