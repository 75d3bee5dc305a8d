// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * Finds who serves a request.
 *
 * <p>Threading: endpoints are added before the server starts, and called by many threads then.
 */
final class Router extends Handler.Abstract {
    private static final System.Logger LOG = System.getLogger(Router.class.getName());

    private final Map<String, Map<String, Endpoint>> endpoints = new TreeMap<>();
    private final Predicate<Request> admitted;

    private record Endpoint(Set<String> parameters, boolean open, Function<Parameters, Reply> work) {}

    /** A router; {@code admitted} tells whether a caller may use more than the open endpoints. */
    Router(Predicate<Request> admitted) {
        this.admitted = admitted;
    }

    /** Adds an endpoint with the parameters that it knows. */
    void on(String method, String path, Set<String> parameters, Function<Parameters, Reply> work) {
        add(method, path, new Endpoint(parameters, false, work));
    }

    /** Adds an endpoint for everybody. */
    void open(String path, Set<String> parameters, Function<Parameters, Reply> work) {
        add("GET", path, new Endpoint(parameters, true, work));
    }

    private void add(String method, String path, Endpoint endpoint) {
        endpoints.computeIfAbsent(path, none -> new TreeMap<>()).put(method, endpoint);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Reply reply = reply(request);
        response.setStatus(reply.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
        response.write(true, ByteBuffer.wrap(reply.body()), callback);
        return true;
    }

    private Reply reply(Request request) {
        String path = Request.getPathInContext(request);
        try {
            Endpoint endpoint = find(request.getMethod(), path);
            if (!endpoint.open() && !admitted.test(request)) {
                throw ApiException.of(401, "present the token of api.tokenFile as 'Authorization: Bearer TOKEN'");
            }
            Parameters parameters = parameters(request);
            parameters.allow(endpoint.parameters());
            return endpoint.work().apply(parameters);
        } catch (ApiException e) {
            return Reply.error(e.status(), String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            return Reply.error(503, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Reply.error(400, "the request cannot be read: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, request.getMethod() + " " + path + " failed", e);
            return Reply.error(500, "internal error, see the agent's log: " + e);
        }
    }

    private Endpoint find(String method, String path) {
        Map<String, Endpoint> methods = endpoints.get(path);
        if (methods == null) {
            throw ApiException.notFound("there is no " + path + "; there is " + String.join(", ", endpoints.keySet()));
        }
        Endpoint endpoint = methods.get(method);
        if (endpoint == null) {
            throw ApiException.of(405, path + " takes " + String.join(" or ", methods.keySet()) + ", not " + method);
        }
        return endpoint;
    }

    private static Parameters parameters(Request request) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            values.put(field.getName(), field.getValue());
        }
        return new Parameters(values, Content.Source.asString(request));
    }
}
