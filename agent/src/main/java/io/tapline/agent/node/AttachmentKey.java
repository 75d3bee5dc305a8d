// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

/**
 * Identity of an attachment, as CNI has it.
 *
 * @param containerId letters, digits, {@code _ . -}, the first a letter or digit
 * @param device the name of the interface in the container, such as {@code eth0}
 */
public record AttachmentKey(String containerId, String device) implements Comparable<AttachmentKey> {
    @Override
    public int compareTo(AttachmentKey other) {
        int order = containerId.compareTo(other.containerId);
        return order != 0 ? order : device.compareTo(other.device);
    }

    /** {@code CONTAINER/DEVICE}. */
    @Override
    public String toString() {
        return containerId + "/" + device;
    }
}
