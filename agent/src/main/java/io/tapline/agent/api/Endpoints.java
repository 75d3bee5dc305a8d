// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

import io.tapline.agent.AgentLog;
import io.tapline.agent.metrics.NodeMetrics;
import io.tapline.agent.node.NodeController;
import io.tapline.agent.view.Check;
import io.tapline.agent.view.Items;
import io.tapline.agent.view.Views;
import io.tapline.agent.vpp.VppCommands;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Everything that the agent serves. */
public final class Endpoints implements Consumer<Router> {
    private static final int MANY = 1_000_000;
    private static final int DEFAULT_LIMIT = 1000;

    private final NodeController node;
    private final Views views;
    private final NodeMetrics metrics;
    private final AgentLog log;

    /** The endpoints of a node. */
    public Endpoints(NodeController node, Views views, NodeMetrics metrics, AgentLog log) {
        this.node = node;
        this.views = views;
        this.metrics = metrics;
        this.log = log;
    }

    @Override
    public void accept(Router router) {
        router.open("/livez", Set.of("verbose"), parameters -> health(views.alive(), parameters));
        router.open("/readyz", Set.of("verbose"), parameters -> health(views.checks(), parameters));
        router.open("/metrics", Set.of(), p -> new Reply(200, metrics.contentType(), metrics.text()));
        view(router, "/v1/status", views::status);
        view(router, "/v1/pods", views::pods);
        view(router, "/v1/interfaces", views::interfaces);
        view(router, "/v1/routes", views::routes);
        view(router, "/v1/neighbors", views::neighbors);
        view(router, "/v1/acls", views::acls);
        view(router, "/v1/services", views::services);
        view(router, "/v1/ipam", views::ipam);
        view(router, "/v1/drops", views::drops);
        view(router, "/v1/runtime", views::runtime);
        view(router, "/v1/config", views::config);
        router.on(
                "GET",
                "/v1/sessions",
                Set.of("limit", "pod"),
                p -> Reply.json(views.sessions(limit(p), p.text("pod"))));
        router.on(
                "GET",
                "/v1/nat-sessions",
                Set.of("limit", "pod"),
                p -> Reply.json(views.natSessions(limit(p), p.text("pod"))));
        router.on(
                "GET",
                "/v1/events",
                Set.of("since"),
                p -> Reply.json(views.events(p.number("since", 0, 0, Long.MAX_VALUE / 10))));
        router.on("GET", "/v1/log", Set.of(), p -> Reply.text(log.recent()));
        router.on("GET", "/v1/log-level", Set.of(), p -> Reply.json(log.levels()));
        router.on("PUT", "/v1/log-level", Set.of("level", "logger"), this::setLogLevel);
        router.on("POST", "/v1/resync", Set.of(), p -> Reply.json(Items.of(node.resync("an operator asked for it"))));
        router.on("POST", "/v1/what-if", Proposal.PARAMETERS, new Proposal(views)::weigh);
        TraceDesk traces = new TraceDesk(node);
        router.on("GET", "/v1/trace", TraceDesk.READ, traces::read);
        router.on("POST", "/v1/trace", TraceDesk.FILTER, traces::arm);
        router.on("DELETE", "/v1/trace", Set.of(), traces::clear);
        VppCommands vpp = new VppCommands(node);
        router.on("POST", "/v1/vpp", Set.of("command"), p -> vpp(vpp, p));
    }

    private static void view(Router router, String path, Supplier<Object> view) {
        router.on("GET", path, Set.of(), parameters -> Reply.json(view.get()));
    }

    private static int limit(Parameters parameters) {
        return (int) parameters.number("limit", DEFAULT_LIMIT, 0, MANY);
    }

    private static Reply vpp(VppCommands vpp, Parameters parameters) {
        try {
            return Reply.text(vpp.run(parameters.text("command").orElse("")));
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private Reply setLogLevel(Parameters parameters) {
        String level = parameters.text("level").orElseThrow(() -> ApiException.badRequest("level: is missing"));
        try {
            log.level(parameters.text("logger").orElse(AgentLog.ROOT), level);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
        return Reply.json(log.levels());
    }

    /** As the API server of Kubernetes answers: {@code ok}, or a line for each check with {@code ?verbose}. */
    private static Reply health(List<Check> checks, Parameters parameters) {
        boolean well = checks.stream().noneMatch(check -> check.state() == Check.State.FAILED);
        int status = well ? 200 : 503;
        if (well && !parameters.flag("verbose")) {
            return Reply.text("ok");
        }
        String lines = checks.stream().map(Endpoints::line).collect(Collectors.joining());
        return Reply.text(status, lines + (well ? "healthz check passed\n" : "healthz check failed\n"));
    }

    private static String line(Check check) {
        Map<Check.State, String> marks =
                Map.of(Check.State.OK, "[+]", Check.State.WARNING, "[!]", Check.State.FAILED, "[-]");
        return marks.get(check.state()) + check.name() + " "
                + (check.state() == Check.State.OK ? "ok" : check.message()) + "\n";
    }
}
