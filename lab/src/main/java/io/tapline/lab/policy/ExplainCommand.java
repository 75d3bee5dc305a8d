// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.UserError;
import io.tapline.control.simulation.Attempt;
import io.tapline.control.simulation.Attempt.Journey;
import io.tapline.control.simulation.Attempt.Leg;
import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.dataplane.trace.TextFormat;
import io.tapline.dataplane.trace.VppFormat;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapline explain}. */
@Command(
        name = "explain",
        header = "Why is a connection allowed or dropped? Which line of which policy decides?",
        description = {
            "Tries a connection and its answer in switches of its own, off-line, and says which line of which",
            "policy decides. One to a service is tried with each of its pods. Exit code 1 when any is dropped."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    /** Forms of output. */
    enum Format {
        text,
        json,
        vpp
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FROM", description = "NAMESPACE/POD, node/NAME or an address.")
    private String from;

    @Parameters(
            index = "1",
            paramLabel = "TO",
            description = "NAMESPACE/POD, NAMESPACE/SERVICE, node/NAME or an address.")
    private String to;

    @Parameters(index = "2", paramLabel = "PORT", description = "Such as 80, tcp/80, udp/53, or tcp/80@v6 for IPv6.")
    private String port;

    @Mixin
    private ManifestOptions manifests;

    @Mixin
    private HostOptions hosts;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ExplainCommand() {}

    @Override
    public Integer call() {
        Optional<HostPolicies> optIn = hosts.policies();
        Intent intent = manifests.intent(spec.commandLine().getErr(), optIn);
        Parties parties = new Parties(intent);
        Connection connection = parties.connection(from, to, probe(port));
        try (OfflineCluster cluster = OfflineCluster.of(intent, optIn)) {
            List<Attempt> attempts = cluster.traceBackends(connection);
            // The one that does not work is the one that is asked about.
            Attempt shown = attempts.stream()
                    .filter(attempt -> !attempt.isAllowed())
                    .findFirst()
                    .orElse(attempts.getFirst());
            List<Attempt> others =
                    attempts.stream().filter(attempt -> !attempt.equals(shown)).toList();
            print(shown, others, parties, cluster);
            return shown.isAllowed() ? 0 : 1;
        }
    }

    /** A probe of which the protocol may be left out. */
    static Probe probe(String text) {
        try {
            return Probe.parse(text.matches("[0-9]+.*") ? "TCP/" + text : text);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(String.valueOf(e.getMessage()));
        }
    }

    private void print(Attempt attempt, List<Attempt> others, Parties parties, OfflineCluster cluster) {
        PrintWriter out = spec.commandLine().getOut();
        Explanation explanation = new Explanation(parties);
        if (format == Format.json) {
            Map<String, Object> document = document(attempt, explanation.sentence(attempt), parties);
            if (!others.isEmpty()) {
                document.put(
                        "otherBackends",
                        others.stream()
                                .map(other -> document(other, explanation.sentence(other), parties))
                                .toList());
            }
            out.println(Json.text(document));
        } else {
            out.println(title(attempt, parties));
            out.println(explanation.sentence(attempt));
            if (attempt.byLists() && !attempt.connection().source().isIpv4()) {
                out.println("(IPv6 is judged by the access lists; the switch does not forward it yet)");
            }
            for (Attempt other : others) {
                out.println("another connection may go to "
                        + parties.who(other.reached().destination()) + ": " + explanation.sentence(other));
            }
            journey("request", attempt.request(), cluster, out);
            attempt.answer().ifPresent(answer -> journey("answer", answer, cluster, out));
        }
        out.flush();
    }

    private static String title(Attempt attempt, Parties parties) {
        Connection connection = attempt.connection();
        String title = connection.protocol() + " " + parties.who(connection.source()) + " -> "
                + parties.who(connection.destination()) + " port " + connection.port();
        Connection reached = attempt.reached();
        return attempt.isTranslated()
                ? title + ", translated to " + parties.who(reached.destination()) + " port " + reached.port()
                : title;
    }

    private void journey(String what, Journey journey, OfflineCluster cluster, PrintWriter out) {
        for (Leg leg : journey.legs()) {
            out.println();
            out.println(what + " on " + leg.node() + ":");
            leg.trace()
                    .ifPresent(trace -> out.print(
                            format == Format.vpp
                                    ? VppFormat.format(trace)
                                    : TextFormat.format(trace, cluster.config(leg.node()))));
        }
    }

    private static Map<String, Object> document(Attempt attempt, String sentence, Parties parties) {
        Connection connection = attempt.reached();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("from", parties.name(attempt.connection().source()));
        document.put("to", parties.name(connection.destination()));
        document.put("source", connection.source().toString());
        document.put("destination", connection.destination().toString());
        document.put("protocol", connection.protocol().toString());
        document.put("port", connection.port());
        if (attempt.isTranslated()) {
            Connection asked = attempt.connection();
            document.put(
                    "service",
                    Map.of(
                            "name", parties.name(asked.destination()),
                            "address", asked.destination().toString(),
                            "port", asked.port()));
        }
        document.put("verdict", Explanation.verdict(attempt));
        document.put("reason", sentence);
        document.put(
                "rules",
                attempt.deciding().stream()
                        .map(decision -> {
                            Map<String, Object> rule = new LinkedHashMap<>();
                            rule.put("node", decision.node());
                            rule.put("action", decision.rule().action().toString());
                            rule.put("origin", decision.rule().origin().text());
                            return rule;
                        })
                        .toList());
        document.put(
                "path",
                List.copyOf(attempt.request().legs().stream().map(Leg::node).toList()));
        return document;
    }
}
