// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tapline.control.service.PlannedService;
import io.tapline.linux.NetworkNamespace;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers load balancers that ask whether this node has ready endpoints of a service with {@code externalTrafficPolicy:
 * Local}: 200 if it has, else 503, on the service's {@code healthCheckNodePort} of every address of the host, in the
 * words of kube-proxy.
 *
 * <p>Threading: the event loop; requests are answered by threads of their own.
 */
final class HealthChecks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HealthChecks.class.getName());

    private final NetworkNamespace host;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Integer, Check> checks = new HashMap<>();

    /** What one port answers. */
    private static final class Check {
        private final HttpServer server;
        private volatile PlannedService service;

        Check(HttpServer server, PlannedService service) {
            this.server = server;
            this.service = service;
        }

        void answer(HttpExchange exchange) throws IOException {
            PlannedService now = service;
            String text = "{\"service\":{\"namespace\":\"" + now.service().namespace() + "\",\"name\":\""
                    + now.service().name() + "\"},\"localEndpoints\":" + now.localReady()
                    + ",\"serviceProxyHealthy\":true}\n";
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("X-Load-Balancing-Endpoint-Weight", Integer.toString(now.localReady()));
            try (exchange) {
                exchange.sendResponseHeaders(now.localReady() > 0 ? 200 : 503, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    HealthChecks(NetworkNamespace host) {
        this.host = host;
    }

    /** Follows a change of the services. A port that is in use is tried again with the next. */
    void follow(List<PlannedService> services) {
        Map<Integer, PlannedService> wanted = new HashMap<>();
        services.stream()
                .filter(service -> service.healthCheckPort() != 0)
                .forEach(service -> wanted.putIfAbsent(service.healthCheckPort(), service));
        checks.entrySet().removeIf(entry -> {
            boolean gone = !wanted.containsKey(entry.getKey());
            if (gone) {
                stop(entry.getValue());
            }
            return gone;
        });
        wanted.forEach((port, service) -> {
            Check check = checks.get(port);
            if (check == null) {
                start(port, service);
            } else {
                check.service = service;
            }
        });
    }

    private void start(int port, PlannedService service) {
        try {
            HttpServer server = host.call(() -> HttpServer.create(new InetSocketAddress(port), 0));
            Check check = new Check(server, service);
            server.setExecutor(executor);
            server.createContext("/", check::answer);
            server.start();
            checks.put(port, check);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "service {0}: its healthCheckNodePort {1} cannot be served: {2}; free the port",
                    service.service().qualifiedName(),
                    Integer.toString(port),
                    e.getMessage());
        }
    }

    private static void stop(Check check) {
        check.server.stop(0);
    }

    @Override
    public void close() {
        checks.values().forEach(HealthChecks::stop);
        checks.clear();
        executor.close();
    }
}
