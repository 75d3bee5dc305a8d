// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.demo;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.lab.node.LabNode;
import io.tapline.lab.node.LabPod;
import io.tapline.lab.node.Responder;
import io.tapline.lab.node.SoleRun;
import io.tapline.linux.NetworkNamespace;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Two servers and a client as pods of one node, and the three conversations that show what Tapline does: the host
 * reaches a pod, a pod reaches a pod, and a pod is kept from one that does not want to hear of it.
 */
final class Demo implements SoleRun.Building {
    /** Begins the names of the demo's namespaces. */
    static final String PREFIX = "tapline-demo";
    /** Port of the servers. */
    static final int PORT = 8080;

    private static final int TIMEOUT_MILLIS = 1000;
    private static final int TRACED_PACKETS = 2;

    private final LabNode node;
    private final LabPod web;
    private final LabPod database;
    private final LabPod client;
    private final List<Responder> servers = new ArrayList<>();

    private Demo(LabNode node) {
        this.node = node;
        this.web = node.addPod("shop/web");
        this.database = node.addIsolatedPod("shop/db", databaseIngress());
        this.client = node.addPod("shop/client");
        serve(web);
        serve(database);
    }

    private void serve(LabPod pod) {
        try {
            InetSocketAddress port = new InetSocketAddress(PORT);
            servers.add(Responder.tcp(pod.namespace(), port, peer -> "hello from " + pod.name()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve HTTP in " + pod.name(), e);
        }
    }

    /** Builds everything; on failure nothing is left. */
    static Demo start(boolean isolated) {
        LabNode node = LabNode.create(LabNode.Options.of(PREFIX, isolated));
        boolean built = false;
        try {
            Demo demo = new Demo(node);
            built = true;
            return demo;
        } finally {
            if (!built) {
                node.close();
            }
        }
    }

    /**
     * Only the pod's own node and shop/web may reach the database: what a NetworkPolicy would have been rendered to.
     */
    private List<AclRule> databaseIngress() {
        IpPrefix any = IpPrefix.ANY_IPV4;
        PortRange port = PortRange.of(PORT);
        IpPrefix host = IpPrefix.host(node.hostAddress());
        IpPrefix webHost = IpPrefix.host(web.address());
        return List.of(
                AclRule.any(AclAction.PERMIT, host, any).withOrigin("the pod's own node is always allowed"),
                AclRule.toPorts(AclAction.PERMIT, webHost, any, Ipv4.PROTOCOL_TCP, port)
                        .withOrigin("policy shop/db-from-web ingress[0]"),
                AclRule.any(AclAction.DENY, any, any)
                        .withOrigin("shop/db is isolated for ingress by policy shop/db-from-web"));
    }

    /** Runs the conversations one after the other. */
    List<Exchange> run() {
        return List.of(
                exchange("the host asks shop/web", node.host(), node.hostAddress(), web, true),
                exchange("pod shop/client asks shop/web", client.namespace(), client.address(), web, true),
                exchange("pod shop/client asks shop/db", client.namespace(), client.address(), database, false));
    }

    private Exchange exchange(String title, NetworkNamespace from, IpAddress source, LabPod server, boolean expected) {
        node.vswitch().disarm();
        node.vswitch().arm(connection(source, server.address()), TRACED_PACKETS);
        String asked = title + " at http://" + server.address() + ":" + PORT + "/";
        try {
            String answer = Http.get(from, server.address(), PORT, TIMEOUT_MILLIS);
            return new Exchange(asked, expected, true, answer, traces());
        } catch (IOException e) {
            return new Exchange(asked, expected, false, "no answer: " + e.getMessage(), traces());
        }
    }

    private List<PacketTrace> traces() {
        List<PacketTrace> traces = node.vswitch().traces();
        return traces.subList(0, Math.min(TRACED_PACKETS, traces.size()));
    }

    private static TraceFilter connection(IpAddress client, IpAddress server) {
        return new TraceFilter(
                OptionalInt.empty(),
                Optional.of(IpPrefix.host(client)),
                Optional.of(IpPrefix.host(server)),
                Optional.empty(),
                OptionalInt.of(Ipv4.PROTOCOL_TCP),
                OptionalInt.empty(),
                OptionalInt.of(PORT),
                true,
                Set.of());
    }

    /** The node, for those who want to look at more. */
    LabNode node() {
        return node;
    }

    @Override
    public void close() {
        servers.forEach(Responder::close);
        node.close();
    }
}
