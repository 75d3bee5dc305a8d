// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.cni.Installer;
import io.tapline.model.ObjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls the installed plug-in as container runtimes do (libcni 1.x): the configuration is read from the network
 * directory, the plug-in is a process that gets variables and standard input. Threading: any thread.
 */
final class CniRuntime {
    private static final String DEVICE = "eth0";
    private static final int SECONDS = 60;

    private final StateDirectory directory;
    private final String network;

    CniRuntime(StateDirectory directory) {
        this.directory = directory;
        this.network = network(directory.networkDirectory().resolve(Installer.CONFLIST));
    }

    /** The first plug-in's configuration, with the list's name and version in it. */
    private static String network(Path conflist) {
        try {
            JsonNode list = JsonMapper.shared().readTree(Files.readString(conflist));
            ObjectNode plugin = (ObjectNode) list.path("plugins").path(0);
            plugin.set("cniVersion", list.path("cniVersion"));
            plugin.set("name", list.path("name"));
            return plugin.toString();
        } catch (IOException | JacksonException e) {
            throw UserError.failure("the network configuration " + conflist + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Attaches a pod; its address. */
    String add(ObjectRef pod) {
        JsonNode result = call("ADD", pod);
        String address = result.path("ips").path(0).path("address").asString("");
        return address.replaceFirst("/.*", "");
    }

    /** Detaches a pod, whatever there is of it. */
    void delete(ObjectRef pod) {
        call("DEL", pod);
    }

    private JsonNode call(String command, ObjectRef pod) {
        Path program = directory.pluginDirectory().resolve(Installer.NAME);
        ProcessBuilder builder = new ProcessBuilder(program.toString());
        builder.environment().putAll(variables(command, pod));
        try {
            Files.createDirectories(directory.logs());
            builder.redirectError(ProcessBuilder.Redirect.appendTo(
                    directory.logs().resolve("plug-in.log").toFile()));
            Process process = builder.start();
            process.getOutputStream().write(network.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw UserError.failure(pod + ": the plug-in did not end " + command + " within " + SECONDS + " s");
            }
            return result(command, pod, process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("the plug-in " + program + " cannot be called", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonNode result(String command, ObjectRef pod, int status, String output) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(output);
        } catch (JacksonException e) {
            throw UserError.failure(pod + ": " + command + ": the plug-in printed no JSON but '" + output + "'", e);
        }
        if (status != 0) {
            throw UserError.failure(
                    pod + ": " + command + ": " + json.path("msg").asString(output) + " (code "
                            + json.path("code").asInt() + ")");
        }
        return json;
    }

    private Map<String, String> variables(String command, ObjectRef pod) {
        String id = directory.containerId(pod);
        return Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                id,
                "CNI_NETNS",
                directory.namespaceFile(pod).toString(),
                "CNI_IFNAME",
                DEVICE,
                "CNI_PATH",
                directory.pluginDirectory().toString(),
                "CNI_ARGS",
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=" + pod.namespace() + ";K8S_POD_NAME=" + pod.name()
                        + ";K8S_POD_INFRA_CONTAINER_ID=" + id + ";K8S_POD_UID=" + id.substring(0, 32));
    }
}
