// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.agent.node.NodeController;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.policy.HostNotices;
import io.tapline.control.service.ServicePlan;
import io.tapline.dataplane.SwitchUsage;
import io.tapline.model.Direction;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.NetworkPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Looks whether the node is well. Each check ends within {@link #PATIENCE}, whatever hangs. */
final class Health {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int NAMED_PODS = 5;

    private final NodeController node;
    private final Supplier<Optional<ManifestState>> manifests;

    Health(NodeController node, Supplier<Optional<ManifestState>> manifests) {
        this.node = node;
        this.manifests = manifests;
    }

    /** What must go on for the process to be of any use: a restart helps if it does not. */
    List<Check> alive() {
        return List.of(eventLoop(), worker());
    }

    /** Everything. */
    List<Check> all() {
        List<Check> checks = new ArrayList<>(alive());
        if (checks.stream().allMatch(check -> check.state() == Check.State.OK)) {
            checks.add(hostLink());
            node.options().uplink().ifPresent(card -> checks.add(UplinkCheck.of(node.options(), card.device())));
            manifests.get().map(Health::manifests).ifPresent(checks::add);
            checks.add(pods());
            checks.add(addresses());
            checks.add(tables());
            services().ifPresent(checks::add);
            node.options().hostPolicies().map(this::hostPolicies).ifPresent(checks::add);
        }
        return checks;
    }

    private Check eventLoop() {
        return node.respondsWithin(PATIENCE)
                ? Check.ok("event-loop", "takes events")
                : Check.failed(
                        "event-loop",
                        "has not taken an event for " + PATIENCE.toSeconds()
                                + " s; run 'tapline bundle' and restart the agent: connections go on meanwhile");
    }

    private Check worker() {
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(
                () -> node.vswitch().framesHeld(), task -> Thread.ofVirtual().start(task));
        try {
            answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return Check.ok("worker", "forwards packets");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Check.warning("worker", "was not asked: the agent is being stopped");
        } catch (TimeoutException e) {
            return Check.failed(
                    "worker", "has not ended a round for " + PATIENCE.toSeconds() + " s; restart the agent");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return Check.failed("worker", (cause == null ? e : cause).getMessage() + "; restart the agent");
        }
    }

    private Check hostLink() {
        String device = node.options().settings().hostDevice();
        return node.vswitch().connected().contains(NodePlanner.HOST_INTERFACE)
                ? Check.ok("host-link", device + " connects the host to the switch")
                : Check.failed("host-link", device + " is not connected; run 'tapline resync'");
    }

    private static Check manifests(ManifestState state) {
        if (!state.inForce()) {
            return Check.warning(
                    "manifests",
                    "mistakes in " + state.directory() + "; what was read at " + state.readAt() + " is still in force: "
                            + String.join("; ", state.problems()));
        }
        String count = state.objects() + " objects from " + state.directory();
        return state.problems().isEmpty()
                ? Check.ok("manifests", count)
                : Check.warning("manifests", count + ", but: " + String.join("; ", state.problems()));
    }

    private Check pods() {
        List<String> lost = node.view().attachments().stream()
                .filter(attachment -> node.view().lost().containsKey(attachment.key()))
                .map(attachment ->
                        attachment.displayName() + " (" + node.view().lost().get(attachment.key()) + ")")
                .toList();
        if (lost.isEmpty()) {
            return Check.ok("pods", node.view().attachments().size() + " attached, none lost");
        }
        String more = lost.size() > NAMED_PODS ? " and " + (lost.size() - NAMED_PODS) + " more" : "";
        return Check.warning(
                "pods",
                lost.size() + " lost: " + String.join(", ", lost.subList(0, Math.min(NAMED_PODS, lost.size()))) + more
                        + "; they keep their addresses until the runtime deletes them");
    }

    private Check addresses() {
        int free = node.view().freeAddresses();
        int all = free + node.view().attachments().size();
        String text = free + " of " + all + " free in "
                + node.options().settings().addresses().pods();
        return free * 10 > all
                ? Check.ok("addresses", text)
                : Check.warning("addresses", text + "; give the node a larger subnet, or fewer pods");
    }

    private Check tables() {
        SwitchUsage usage = node.vswitch().usage();
        List<String> warnings = usage.warnings();
        return warnings.isEmpty()
                ? Check.ok("tables", "no table of the switch is nearly full")
                : Check.warning("tables", String.join("; ", warnings));
    }

    private Check hostPolicies(HostPolicies optIn) {
        Intent intent = node.view().intent();
        String name = node.options().name();
        List<String> notices = HostNotices.of(intent, optIn, name);
        String text = "this node is isolated for ingress by "
                + names(optIn.isolating(intent, name, Direction.INGRESS)) + ", for egress by "
                + names(optIn.isolating(intent, name, Direction.EGRESS));
        return notices.isEmpty()
                ? Check.ok("host-policies", text)
                : Check.warning("host-policies", text + ", but: " + String.join("; ", notices));
    }

    private static String names(List<NetworkPolicy> policies) {
        return policies.isEmpty()
                ? "none"
                : policies.stream().map(policy -> policy.ref().qualifiedName()).collect(Collectors.joining(", "));
    }

    private Optional<Check> services() {
        List<ServicePlan.Problem> problems = node.view().services().problems();
        if (node.view().services().services().isEmpty() && problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                problems.isEmpty()
                        ? Check.ok("services", node.view().services().services().size() + " in force")
                        : Check.warning(
                                "services",
                                String.join(
                                        "; ",
                                        problems.stream()
                                                .map(problem -> problem.object() + ": " + problem.message())
                                                .toList())));
    }
}
