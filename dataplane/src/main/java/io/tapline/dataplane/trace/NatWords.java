// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.wire.Ipv4;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What NAT44 did, in plain words. */
final class NatWords {
    private NatWords() {}

    /** One node's translation; {@code next} is the step after it. */
    static String say(TraceStep.Nat step, @Nullable TraceStep next) {
        if (next instanceof TraceStep.Nat slow && slow.node().equals(step.node() + "-slowpath")) {
            return slow.session() < 0 || slow.created() ? "no session" : "left to the slow path";
        }
        if (isRefused(next, step.node())) {
            String of = origin(step);
            return of.isEmpty() ? "cannot be translated" : "no backend for " + of;
        }
        List<String> changes = new ArrayList<>();
        TraceStep.Tuple before = step.before();
        TraceStep.Tuple after = step.after();
        String from = destination(before);
        String to = destination(after);
        if (!from.equals(to)) {
            changes.add("dnat " + from + " -> " + to);
        }
        from = source(before);
        to = source(after);
        if (!from.equals(to)) {
            changes.add("snat " + from + " -> " + to);
        }
        if (changes.isEmpty()) {
            return step.session() < 0 ? "not translated" : "left as it is" + detail(step);
        }
        return String.join(", ", changes) + detail(step);
    }

    private static boolean isRefused(@Nullable TraceStep next, String node) {
        return switch (next) {
            case TraceStep.Drop drop -> drop.reporter().equals(node);
            case TraceStep.IcmpError error -> error.reporter().equals(node);
            case null, default -> false;
        };
    }

    /** In brackets: whose mapping, which backend, which session. */
    private static String detail(TraceStep.Nat step) {
        List<String> details = new ArrayList<>();
        if (!origin(step).isEmpty()) {
            details.add(origin(step));
        }
        step.cause().filter(cause -> cause.backend() > 0).ifPresent(cause -> {
            details.add("backend " + cause.backend() + " of " + cause.backends());
            if (!cause.backendOrigin().isEmpty()) {
                details.add(cause.backendOrigin());
            }
        });
        if (step.session() >= 0) {
            details.add((step.created() ? "new session " : "session ") + step.session());
        }
        return details.isEmpty() ? "" : " (" + String.join(", ", details) + ")";
    }

    private static String origin(TraceStep.Nat step) {
        return step.cause().map(TraceStep.NatCause::origin).orElse("");
    }

    private static String source(TraceStep.Tuple tuple) {
        return endpoint(tuple.protocol(), tuple.source(), tuple.sourcePort());
    }

    private static String destination(TraceStep.Tuple tuple) {
        return endpoint(tuple.protocol(), tuple.destination(), tuple.destinationPort());
    }

    private static String endpoint(int protocol, String address, int port) {
        if (port == 0) {
            return address;
        }
        // The other side's "port" of an ICMP query is its type, which NAT does not change.
        return protocol == Ipv4.PROTOCOL_ICMP ? address + " id " + port : address + ":" + port;
    }
}
