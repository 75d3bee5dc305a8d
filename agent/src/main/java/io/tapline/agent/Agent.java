// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.agent.api.ApiServer;
import io.tapline.agent.api.Endpoints;
import io.tapline.agent.cni.CniDialect;
import io.tapline.agent.cni.CniHandler;
import io.tapline.agent.cni.PendingDeletes;
import io.tapline.agent.config.AgentConfig;
import io.tapline.agent.metrics.NodeMetrics;
import io.tapline.agent.node.FaultPoint;
import io.tapline.agent.node.NodeController;
import io.tapline.agent.socket.SocketServer;
import io.tapline.agent.view.Views;
import io.tapline.cli.Version;
import io.tapline.model.Intent;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The node process: the node, its intent, its socket and its clock.
 *
 * <p>Threading: any thread. {@link #node} is open to whoever wants to look; changes go through its own methods.
 */
public final class Agent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Agent.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PENDING_SECONDS = 5;

    private final NodeController node;
    private final Optional<ManifestDirectory> manifests;
    private final PendingDeletes pending;
    private final SocketServer socket;
    private final Views views;
    private final ApiServer api;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tapline-clock").factory());

    private Agent(AgentConfig config, NodeController node, Optional<ManifestDirectory> manifests, AgentLog log) {
        this.node = node;
        this.manifests = manifests;
        CniHandler cni = new CniHandler(node);
        this.pending = new PendingDeletes(config.pendingDeletes(), cni);
        pending.carryOut();
        this.views = new Views(node, config, () -> manifests.map(ManifestDirectory::state), Version.number());
        NodeMetrics metrics = new NodeMetrics(node, views, Version.number());
        manifests.ifPresent(
                directory -> directory.follow(intent -> node.declare(intent, "the manifests have changed")));
        this.api = ApiServer.start(config.api(), new Endpoints(node, views, metrics, log));
        this.socket = SocketServer.start(config.socket(), List.of(new CniDialect(cni)), PATIENCE);
        repeat(PENDING_SECONDS, pending::carryOut);
        if (config.resyncSeconds() > 0) {
            repeat(config.resyncSeconds(), () -> node.resync("periodic"));
        }
    }

    /**
     * Starts: what was attached before is connected again, deletions that wait are carried out, then the socket opens.
     *
     * @param faults hears of each step; {@link FaultPoint.Listener#NONE} but in tests
     * @param log what operators can ask for
     */
    public static Agent start(AgentConfig config, FaultPoint.Listener faults, AgentLog log) {
        Optional<ManifestDirectory> manifests =
                config.manifests().map(directory -> ManifestDirectory.open(directory, config.lastGoodManifests()));
        Intent intent = manifests.map(ManifestDirectory::intent).orElse(Intent.EMPTY);
        NodeController node = NodeController.start(config.node(), intent, faults);
        boolean started = false;
        try {
            Agent agent = new Agent(config, node, manifests, log);
            started = true;
            return agent;
        } finally {
            if (!started) {
                node.close();
                manifests.ifPresent(ManifestDirectory::close);
            }
        }
    }

    private void repeat(int seconds, Runnable work) {
        Runnable careful = () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "periodic work failed; it is tried again in " + seconds + " s", e);
            }
        };
        Future<?> never = clock.scheduleWithFixedDelay(careful, seconds, seconds, TimeUnit.SECONDS);
        LOG.log(Level.DEBUG, "every {0} s: {1}", seconds, never);
    }

    /** Where the intent comes from, if it is a directory of manifests. */
    public Optional<ManifestDirectory> manifests() {
        return manifests;
    }

    /** The TCP port at which operators are served, or -1. */
    public int apiPort() {
        return api.port();
    }

    /** What operators see. */
    public Views views() {
        return views;
    }

    /** The node. */
    public NodeController node() {
        return node;
    }

    /** Ends the process's part; pods keep their interfaces for the next start. */
    @Override
    public void close() {
        manifests.ifPresent(ManifestDirectory::close);
        clock.close();
        api.close();
        socket.close();
        node.close();
    }
}
