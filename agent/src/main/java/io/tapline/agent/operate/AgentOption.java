// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.ImpactRow;
import io.tapline.cli.UserError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Which agent a command asks. */
public final class AgentOption {
    private static final byte[] NOTHING = new byte[0];

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            defaultValue = "${env:TAPLINE_SOCKET:-/run/tapline/api.sock}",
            description = "The agent's unix socket for operators (default: $TAPLINE_SOCKET, or /run/tapline/api.sock).")
    private Path socket = Path.of("/run/tapline/api.sock");

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "An agent elsewhere, such as https://10.0.0.7:9920 (api.listen), instead of the socket.")
    private @Nullable URI server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the bearer token that --server wants.")
    private @Nullable Path tokenFile;

    /** For picocli, which fills in the fields. */
    public AgentOption() {}

    /** Asks; a refusal or an agent that is not there is the user's to know. */
    Answer ask(String method, String path, Map<String, String> parameters) {
        Answer answer = send(method, target(path, parameters), NOTHING);
        if (!answer.isSuccess()) {
            throw UserError.failure(explanation(answer));
        }
        return answer;
    }

    /**
     * Which live connections would be cut.
     *
     * @param manifests what would be applied, as {@code kubectl} takes it; may be empty
     * @param deleted {@code NAMESPACE/NAME} of network policies that would be deleted
     * @throws UserError if no agent answers, or it refuses
     */
    public List<ImpactRow> whatIf(String manifests, List<String> deleted) {
        Map<String, String> parameters = deleted.isEmpty() ? Map.of() : Map.of("delete", String.join(",", deleted));
        Answer answer = send("POST", target("/v1/what-if", parameters), manifests.getBytes(StandardCharsets.UTF_8));
        if (!answer.isSuccess()) {
            throw UserError.failure(explanation(answer));
        }
        return Json.items(answer.text(), ImpactRow.class).items();
    }

    /** Asks for a view. */
    Answer get(String path, Map<String, String> parameters) {
        return ask("GET", path, parameters);
    }

    /** Sends a body; also a refusal is given back. */
    Answer send(String method, String target, byte[] body) {
        try {
            return server == null ? UnixHttp.send(socket, method, target, body) : tcp(server, method, target, body);
        } catch (IOException e) {
            throw UserError.failure(explanation(e), e);
        }
    }

    private Answer tcp(URI to, String method, String target, byte[] body) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(to.resolve(target)).method(method, BodyPublishers.ofByteArray(body));
            if (tokenFile != null) {
                request.header(
                        "Authorization", "Bearer " + Files.readString(tokenFile).strip());
            }
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IllegalArgumentException e) {
            throw UserError.usage("--server " + to + ": write http://ADDRESS:PORT or https://ADDRESS:PORT");
        }
    }

    static String target(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }

    private static String explanation(Answer answer) {
        try {
            JsonNode error = Json.tree(answer.text()).get("error");
            return error == null ? answer.text().strip() : error.asString();
        } catch (RuntimeException e) {
            return "the agent answered with status " + answer.status() + ": "
                    + answer.text().strip();
        }
    }

    private String explanation(IOException e) {
        if (server != null) {
            return "no agent answers at " + server + ": " + reason(e);
        }
        if (!Files.exists(socket)) {
            return Files.isReadable(parent()) || !Files.exists(parent())
                    ? "no agent runs here: there is no " + socket
                            + "; start one with 'tapline agent', or name its socket with --socket"
                    : "no agent to be seen at " + socket + "; run as root, or name its socket with --socket";
        }
        if (!Files.isWritable(socket)) {
            return socket + " is for root; use sudo";
        }
        return "no agent listens at " + socket + ": " + reason(e)
                + "; see 'systemctl status tapline-agent', or start one with 'tapline agent'";
    }

    private Path parent() {
        Path parent = socket.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static String reason(IOException e) {
        return switch (e) {
            case ConnectException refused -> "the connection is refused";
            case AccessDeniedException denied -> UserError.reason(denied);
            default -> String.valueOf(e.getMessage());
        };
    }

    /** For messages. */
    @Override
    public String toString() {
        return server == null ? socket.toString() : server.toString();
    }
}
