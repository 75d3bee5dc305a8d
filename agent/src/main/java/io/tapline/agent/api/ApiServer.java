// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

import io.tapline.agent.config.ApiSettings;
import io.tapline.agent.config.ApiSettings.Listener;
import io.tapline.agent.config.ApiSettings.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The agent's HTTP server. The unix socket is for root, by its permissions. At a TCP address, everything but health and
 * metrics needs a token.
 *
 * <p>Threading: any thread starts and closes it; endpoints run on virtual threads.
 */
public final class ApiServer implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int MAX_BODY = 16 << 20;
    private static final int IDLE_MILLIS = 60_000;
    private static final String BEARER = "Bearer ";

    private final Path socket;
    private final Server server;
    private final UnixDomainServerConnector local;
    private final Optional<byte[]> token;

    private ApiServer(ApiSettings settings, Consumer<Router> endpoints) throws IOException {
        socket = settings.socket();
        token = settings.listener().flatMap(Listener::token).map(ApiServer::secret);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("tapline-api");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("tapline-api-", 0).factory()));
        server = new Server(threads);
        local = new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http(false)));
        local.setUnixDomainPath(socket);
        local.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(local);
        settings.listener().ifPresent(listener -> server.addConnector(connector(listener)));
        Router router = new Router(this::isAdmitted);
        endpoints.accept(router);
        SizeLimitHandler limited = new SizeLimitHandler(MAX_BODY, -1);
        limited.setHandler(router);
        server.setHandler(limited);
    }

    /**
     * Starts serving.
     *
     * @param endpoints adds what there is to serve
     * @throws IllegalStateException if an address cannot be had; the message says which
     */
    public static ApiServer start(ApiSettings settings, Consumer<Router> endpoints) {
        try {
            Path directory = settings.socket().toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.deleteIfExists(settings.socket());
            ApiServer api = new ApiServer(settings, endpoints);
            api.listen();
            return api;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve operators at " + settings.socket(), e);
        }
    }

    private void listen() throws IOException {
        try {
            server.start();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            close();
            throw e;
        } catch (Exception e) { // Jetty's life cycle declares no less
            close();
            throw new IllegalStateException("cannot serve operators: " + e.getMessage(), e);
        }
    }

    private static HttpConfiguration http(boolean secure) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        if (secure) {
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        return http;
    }

    private ServerConnector connector(Listener listener) {
        HttpConnectionFactory http =
                new HttpConnectionFactory(http(listener.tls().isPresent()));
        ServerConnector connector = listener.tls()
                .map(tls -> new ServerConnector(server, context(tls), http))
                .orElseGet(() -> new ServerConnector(server, 1, 1, http));
        connector.setHost(listener.address().getAddress().getHostAddress());
        connector.setPort(listener.address().getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    private static SslContextFactory.Server context(Tls tls) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStorePath(tls.keyStore().toUri().toString());
        context.setKeyStoreType("PKCS12");
        context.setKeyStorePassword(new String(secret(tls.password()), StandardCharsets.UTF_8));
        return context;
    }

    private static byte[] secret(Path file) {
        try {
            byte[] secret = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
            if (secret.length == 0) {
                throw new IllegalStateException(file + " is empty");
            }
            return secret;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private boolean isAdmitted(Request request) {
        Connector connector = request.getConnectionMetaData().getConnector();
        if (connector instanceof UnixDomainServerConnector) {
            return true;
        }
        String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return given != null
                && given.startsWith(BEARER)
                && token.filter(secret -> MessageDigest.isEqual(
                                secret, given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8)))
                        .isPresent();
    }

    /** The TCP port it listens at, or -1. */
    public int port() {
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector tcp) {
                return tcp.getLocalPort();
            }
        }
        return -1;
    }

    /** Stops serving and removes the socket. */
    @Override
    public void close() {
        try {
            server.stop();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + socket, e);
        } catch (Exception e) { // Jetty's life cycle declares no less
            throw new IllegalStateException("cannot stop serving operators", e);
        }
    }
}
