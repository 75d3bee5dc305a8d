// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.agent.node.Attachment.Phase;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Rtnetlink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares what should be with what is in the kernel, and puts it right. What cannot be put right is lost until it can.
 *
 * <p>Threading: any thread, one at a time for each attachment.
 */
final class Repair {
    private final EventLoop loop;
    private final NodeState state;
    private final KeyLocks locks;

    Repair(EventLoop loop, NodeState state, KeyLocks locks) {
        this.loop = loop;
        this.state = state;
        this.locks = locks;
    }

    /** Opens a device that should be there, and connects it; what was repaired. */
    List<String> reopen(Attachment record) {
        List<String> report = new ArrayList<>();
        try (NetworkNamespace namespace = ContainerNamespace.of(record)) {
            Devices.Opened opened = Devices.open(namespace, state.wiring(record));
            loop.run(() -> {
                state.attach(record, opened.tap());
                state.lost(record.key(), Optional.empty());
            });
            opened.repaired().forEach(text -> report.add(record.displayName() + ": " + text));
        } catch (NodeException | LinuxException e) {
            report.add(record.displayName() + " is lost: " + e.getMessage());
            loop.run(() -> state.lost(record.key(), Optional.of(String.valueOf(e.getMessage()))));
        }
        return report;
    }

    /** Repairs the host's links, every attachment and the switch; what was repaired. */
    List<String> all() {
        List<String> repaired = new ArrayList<>(loop.call(state::repairHost));
        for (Attachment attachment : state.view().attachments()) {
            repaired.addAll(locks.locked(attachment.key(), () -> one(attachment.key())));
        }
        loop.run(state::apply);
        return repaired;
    }

    private List<String> one(AttachmentKey key) {
        Optional<Attachment> present = state.find(key).filter(attachment -> attachment.phase() == Phase.READY);
        if (present.isEmpty()) {
            return List.of();
        }
        Attachment attachment = present.get();
        if (!state.isOpen(key)) {
            return state.view().lost().containsKey(key) ? retryLost(attachment) : reopen(attachment);
        }
        try (NetworkNamespace namespace = ContainerNamespace.of(attachment);
                Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            return Devices.repair(rtnetlink, state.wiring(attachment)).stream()
                    .map(text -> attachment.displayName() + ": " + text)
                    .toList();
        } catch (NodeException e) {
            return e.kind() == NodeException.Kind.DIFFERENT ? replace(attachment) : markLost(attachment, e);
        }
    }

    /** The device is gone though its TAP is open: it was deleted in the pod. */
    private List<String> replace(Attachment attachment) {
        loop.call(() -> state.detach(attachment.key())).ifPresent(Devices::destroy);
        return reopen(attachment);
    }

    private List<String> retryLost(Attachment attachment) {
        List<String> report = reopen(attachment);
        return state.isOpen(attachment.key()) ? report : List.of();
    }

    private List<String> markLost(Attachment attachment, NodeException e) {
        String why = String.valueOf(e.getMessage());
        boolean known = state.view().lost().containsKey(attachment.key());
        loop.run(() -> state.lost(attachment.key(), Optional.of(why)));
        return known ? List.of() : List.of(attachment.displayName() + " is lost: " + why);
    }
}
