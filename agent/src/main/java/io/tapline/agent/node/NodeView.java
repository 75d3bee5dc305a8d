// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.NodePlan;
import io.tapline.control.service.ServicePlan;
import io.tapline.model.Intent;
import java.util.List;
import java.util.Map;

/**
 * The state of the node at one moment, for those who only look.
 *
 * @param attachments by container and device, those being added or deleted too
 * @param lost what became unreachable, mostly because its namespace is gone, and why
 * @param plan what switch and host hold
 * @param intent what is declared
 * @param services what follows for services
 * @param freeAddresses how many pods there is room for
 */
public record NodeView(
        List<Attachment> attachments,
        Map<AttachmentKey, String> lost,
        NodePlan plan,
        Intent intent,
        ServicePlan services,
        int freeAddresses) {
    /** Copies the collections. */
    public NodeView {
        attachments = List.copyOf(attachments);
        lost = Map.copyOf(lost);
    }
}
