// SPDX-License-Identifier: Apache-2.0
package io.tapline.cni;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The CNI plug-in. It hands environment and standard input to the agent and prints what that answers.
 *
 * <p>What it does by itself: VERSION; and when there is no agent, an error that says so, but for DEL, which is put on
 * disk for the agent to carry out when it is back.
 */
public final class Plugin {
    /** System property: path of the agent's socket. */
    static final String SOCKET_PROPERTY = "tapline.socket";
    /** System property: directory for deletions that the agent is to carry out later. */
    static final String PENDING_PROPERTY = "tapline.pending";

    private static final int MAX_INPUT = 1024 * 1024;
    private static final int INVALID_ENVIRONMENT = 4;
    private static final int IO_FAILURE = 5;
    private static final int TRY_AGAIN_LATER = 11;
    private static final int LIMITED_CONNECTIVITY = 51;
    private static final String[] VERSIONS = {"0.3.1", "0.4.0", "1.0.0", "1.1.0"};

    private final AgentClient agent;
    private final Path pending;

    private Plugin(AgentClient agent, Path pending) {
        this.agent = agent;
        this.pending = pending;
    }

    /** Answers one request and ends with its exit status. */
    public static void main(String[] args) throws IOException {
        Path socket = Path.of(System.getProperty(SOCKET_PROPERTY, "/run/tapline/agent.sock"));
        Path pending = Path.of(System.getProperty(PENDING_PROPERTY, "/var/lib/tapline/pending-deletes"));
        byte[] input = System.in.readNBytes(MAX_INPUT + 1);
        Answer answer = new Plugin(new AgentClient(socket), pending).answer(System.getenv(), input);
        OutputStream out = System.out;
        out.write(answer.output());
        out.flush();
        System.exit(answer.status());
    }

    private Answer answer(Map<String, String> environment, byte[] input) {
        String command = environment.getOrDefault("CNI_COMMAND", "");
        String version = versionOf(input);
        if (input.length > MAX_INPUT) {
            return error(version, IO_FAILURE, "the network configuration is longer than " + MAX_INPUT + " bytes");
        }
        if (command.equals("VERSION")) {
            return versions(version);
        }
        Request request = Request.of(environment, input);
        try {
            return agent.ask(request);
        } catch (IOException e) {
            return withoutAgent(command, version, environment, request, e);
        }
    }

    private Answer withoutAgent(
            String command, String version, Map<String, String> environment, Request request, IOException e) {
        String down = "the agent does not answer on " + agent.socket() + " (" + e.getMessage() + ")";
        return switch (command) {
            case "DEL" -> delete(version, environment, request);
            case "STATUS" -> error(version, LIMITED_CONNECTIVITY, down + "; pods of this node have no network");
            case "ADD", "CHECK", "GC" -> error(version, TRY_AGAIN_LATER, down + "; try again when it runs");
            default ->
                error(
                        version,
                        INVALID_ENVIRONMENT,
                        command.isEmpty()
                                ? "CNI_COMMAND is not set"
                                : "CNI_COMMAND " + command + " is none of ADD, DEL, CHECK, GC, STATUS, VERSION");
        };
    }

    /** Queues a deletion; the agent may have come up meanwhile, and then would not look at the queue at once. */
    private Answer delete(String version, Map<String, String> environment, Request request) {
        for (String variable : new String[] {"CNI_CONTAINERID", "CNI_IFNAME"}) {
            if (environment.getOrDefault(variable, "").isEmpty()) {
                return error(version, INVALID_ENVIRONMENT, "DEL needs " + variable + ", which is not set");
            }
        }
        try {
            PendingFile file = PendingFile.write(pending, request);
            try {
                Answer answer = agent.ask(request);
                file.delete();
                return answer;
            } catch (IOException stillDown) {
                return new Answer(0, new byte[0]);
            }
        } catch (IOException e) {
            return error(version, IO_FAILURE, "the deletion cannot be queued in " + pending + ": " + e);
        }
    }

    private static Answer versions(String version) {
        StringBuilder text = new StringBuilder("{\"cniVersion\":");
        quote(text, version);
        text.append(",\"supportedVersions\":[");
        for (int i = 0; i < VERSIONS.length; i++) {
            text.append(i == 0 ? "" : ",");
            quote(text, VERSIONS[i]);
        }
        return Answer.of(0, text.append("]}\n"));
    }

    private static Answer error(String version, int code, String message) {
        StringBuilder text = new StringBuilder("{\"cniVersion\":");
        quote(text, version);
        text.append(",\"code\":").append(code).append(",\"msg\":");
        quote(text, message);
        return Answer.of(1, text.append("}\n"));
    }

    /** The value of cniVersion, found without reading the rest; the newest version if there is none. */
    private static String versionOf(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        int key = text.indexOf("\"cniVersion\"");
        int from = key < 0 ? -1 : text.indexOf('"', text.indexOf(':', key + 12) + 1);
        int to = from < 0 ? -1 : text.indexOf('"', from + 1);
        String value = to < 0 ? "" : text.substring(from + 1, to);
        return value.matches("[0-9.]{1,16}") ? value : VERSIONS[VERSIONS.length - 1];
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(' ');
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
