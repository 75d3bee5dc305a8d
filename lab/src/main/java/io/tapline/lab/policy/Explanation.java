// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.control.simulation.Attempt;
import io.tapline.control.simulation.Attempt.Decision;
import io.tapline.control.simulation.Attempt.Journey;
import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.Nearest;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.trace.PacketTrace;
import java.util.List;
import java.util.Optional;

/** Says why a connection is allowed or dropped, by the rules that decided. */
final class Explanation {
    private final Parties parties;

    Explanation(Parties parties) {
        this.parties = parties;
    }

    /** {@code allowed}, or {@code dropped}. */
    static String verdict(Attempt attempt) {
        return attempt.isAllowed() ? "allowed" : "dropped";
    }

    /** One sentence, such as {@code allowed by web/allow-frontend ingress[0].from[1]}. */
    String sentence(Attempt attempt) {
        Optional<Decision> denial = attempt.deciding().stream()
                .filter(decision -> !decision.rule().action().permits())
                .findFirst();
        if (denial.isPresent()) {
            return "dropped: " + denied(denial.get(), attempt.reached());
        }
        if (!attempt.isAllowed()) {
            return "dropped: " + where(attempt);
        }
        List<String> lines = attempt.deciding().stream()
                .map(decision -> decision.rule().origin())
                .filter(origin -> !(origin instanceof Origin.Infrastructure) || isExemption(origin, attempt))
                .map(Origin::text)
                .distinct()
                .toList();
        return lines.isEmpty()
                ? "allowed: no policy isolates either end in this direction"
                : "allowed by " + String.join(" and ", lines);
    }

    /** Rules of the network itself are worth a word only where policies isolate the pod: they stand before others. */
    private static boolean isExemption(Origin origin, Attempt attempt) {
        return attempt.deciding().stream()
                .anyMatch(decision -> decision.rule().origin().equals(origin)
                        && decision.list().stream().anyMatch(rule -> rule.origin() instanceof Origin.DefaultDeny));
    }

    private String denied(Decision decision, Connection connection) {
        return switch (decision.rule().origin()) {
            case Origin.DefaultDeny deny -> {
                boolean ingress = deny.direction() == Origin.Direction.INGRESS;
                // Pods share a list; one of a node, or of a pod in its host network, says whose it is.
                String whom = parties.pod(ingress ? connection.destination() : connection.source())
                        .orElse(deny.pod());
                // Behind the rule that decided, others may say what they like.
                List<AclRule> asked = decision.list().stream()
                        .takeWhile(rule -> !rule.equals(decision.rule()))
                        .toList();
                String nearest = Nearest.of(asked, connection)
                        .map(near -> "; nearest rule " + near.rule().text() + " differs in: "
                                + String.join("; ", near.differences()))
                        .orElse("; no rule allows anything");
                yield whom + " is isolated for " + deny.direction().text() + " by " + String.join(", ", deny.policies())
                        + nearest;
            }
            case Origin.PolicyOrigin line -> "denied by " + line.text();
            case Origin.Infrastructure plain -> plain.text();
        };
    }

    private static String where(Attempt attempt) {
        if (attempt.connection().source().isIpv4()
                != attempt.connection().destination().isIpv4()) {
            return "the address families differ";
        }
        return lastDrop(attempt)
                .orElse(attempt.request().arrived() ? "the answer does not come back" : "the request does not arrive");
    }

    /** What the last packet was dropped for, where that was recorded. */
    private static Optional<String> lastDrop(Attempt attempt) {
        Journey last = attempt.answer().orElse(attempt.request());
        return last.legs().isEmpty()
                ? Optional.empty()
                : last.legs().getLast().trace().flatMap(PacketTrace::dropReason).map(DropReason::text);
    }
}
