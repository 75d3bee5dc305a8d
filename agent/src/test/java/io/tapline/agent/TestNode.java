// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.junit.jupiter.api.Assumptions.abort;

import io.tapline.agent.cni.CniHandler;
import io.tapline.agent.config.AgentConfig;
import io.tapline.agent.node.FaultPoint;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An agent with a host and pods that are namespaces of the test's own, and what a container runtime does. Closing it
 * removes everything; a test that died is tidied up after by the next.
 */
public final class TestNode implements AutoCloseable {
    private static final String PREFIX = "tapline-agent-test-";
    /** The node's address on its uplink. */
    public static final String NODE = "192.168.16.1";
    /** The router's. */
    public static final String ROUTER = "192.168.16.100";
    /** An address somewhere behind the router. */
    public static final String FAR = "198.51.100.7";

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final String name;
    private final Path directory;
    private final List<String> namespaces = new ArrayList<>();
    private Agent agent;

    private TestNode(String moreConfig, FaultPoint.Listener faults, boolean withUplink) {
        name = PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
        try {
            directory = Files.createTempDirectory("tapline-agent-test");
            makeNamespace("host");
            if (withUplink) {
                makeUplink();
            }
            Files.writeString(
                    configFile(), """
                    hostNamespace: %s
                    stateDirectory: %s
                    socket: %s
                    resyncSeconds: 0
                    %s
                    """.formatted(netns("host"), directory.resolve("state"), socket(), moreConfig));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        agent = Agent.start(config(), faults, AgentLog.keeping());
    }

    /** Starts one; the test is skipped where namespaces and TAPs cannot be made. */
    public static TestNode start() {
        return start("", FaultPoint.Listener.NONE);
    }

    /** Starts one with more lines of configuration and a listener. */
    public static TestNode start(String moreConfig, FaultPoint.Listener faults) {
        assumePrivileges();
        return new TestNode(moreConfig, faults, false);
    }

    /**
     * Starts one whose host has a card {@code eth0} with address {@value #NODE}, and a router {@value #ROUTER} on its
     * wire, which is the namespace {@code outside}; behind the router are all addresses.
     */
    public static TestNode startWithUplink(String moreConfig) {
        assumePrivileges();
        return new TestNode("uplink: {interface: eth0}\n" + moreConfig, FaultPoint.Listener.NONE, true);
    }

    private void makeUplink() {
        makeNamespace("outside");
        String router = name + "-outside";
        Stream.of(
                        "ip link set lo up",
                        "ip link add eth0 type veth peer name wire netns " + router,
                        "ip addr add " + NODE + "/24 dev eth0",
                        "ip link set eth0 up",
                        "ip -n " + router + " addr add " + ROUTER + "/24 dev wire",
                        "ip -n " + router + " link set wire up",
                        "ip -n " + router + " link set lo up",
                        "ip -n " + router + " addr add " + FAR + "/32 dev lo",
                        "ip -n " + router + " route add 203.0.113.0/24 via " + NODE,
                        "ip route add default via " + ROUTER)
                .forEach(command -> {
                    String output = output("host", command.split(" "));
                    if (output.startsWith("failed")) {
                        throw new AssertionError(command + ": " + output);
                    }
                });
    }

    private static void assumePrivileges() {
        if (!"root".equals(System.getProperty("user.name")) || !Files.exists(Path.of("/dev/net/tun"))) {
            skip("root and /dev/net/tun are needed for real interfaces");
        }
        try {
            for (String left : NetworkNamespace.list()) {
                if (left.startsWith(PREFIX) && !isAlive(left.substring(PREFIX.length()))) {
                    NetworkNamespace.delete(left);
                }
            }
        } catch (LinuxException e) {
            skip("network namespaces cannot be made here: " + e.getMessage());
        }
    }

    private static boolean isAlive(String rest) {
        return ProcessHandle.of(Long.parseLong(rest.substring(0, rest.indexOf('-'))))
                .isPresent();
    }

    static void skip(String why) {
        System.err.println("SKIPPED a test of the agent: " + why);
        abort(why);
    }

    /** The configuration. */
    public AgentConfig config() {
        try {
            return AgentConfig.parse(configFile().toString(), Files.readString(configFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path configFile() {
        return directory.resolve("agent.yaml");
    }

    /** A directory of the test's own. */
    public Path directory() {
        return directory;
    }

    Path socket() {
        return directory.resolve("agent.sock");
    }

    Path apiSocket() {
        return directory.resolve("api.sock");
    }

    /** The agent that runs now. */
    public Agent agent() {
        return agent;
    }

    /** Ends the agent, leaving everything as it is. */
    public void stop() {
        agent.close();
    }

    /** Starts an agent again. */
    public void startAgain() {
        agent = Agent.start(config(), FaultPoint.Listener.NONE, AgentLog.keeping());
    }

    /** Makes a namespace for a pod, or for the host. */
    public void makeNamespace(String pod) {
        NetworkNamespace.create(name + "-" + pod).close();
        namespaces.add(pod);
    }

    /** Deletes a pod's namespace. */
    public void deleteNamespace(String pod) {
        namespaces.remove(pod);
        NetworkNamespace.delete(name + "-" + pod);
    }

    /** The file of a pod's namespace. */
    public String netns(String pod) {
        return NetworkNamespace.DIRECTORY.resolve(name + "-" + pod).toString();
    }

    /** The variables for a command about a pod. */
    public Map<String, String> variables(String command, String pod) {
        Map<String, String> variables = new HashMap<>();
        variables.put("CNI_COMMAND", command);
        variables.put("CNI_CONTAINERID", containerId(pod));
        variables.put("CNI_NETNS", netns(pod));
        variables.put("CNI_IFNAME", "eth0");
        variables.put("CNI_PATH", "/opt/cni/bin");
        variables.put("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=test;K8S_POD_NAME=" + pod);
        return variables;
    }

    /** The container of a pod. */
    public String containerId(String pod) {
        return "c0ffee-" + name + "-" + pod;
    }

    /** A network configuration with more fields. */
    public static String network(String version, String more) {
        return "{\"cniVersion\": \"" + version + "\", \"name\": \"tapline\", \"type\": \"tapline\"" + more + "}";
    }

    /** Asks the agent, without a process between. */
    public CniHandler.Answer ask(Map<String, String> variables, String network) {
        return new CniHandler(agent.node()).handle(variables, network.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a pod with a namespace of its own; what the plug-in would print. */
    public String add(String pod) {
        if (!namespaces.contains(pod)) {
            makeNamespace(pod);
        }
        CniHandler.Answer answer = ask(variables("ADD", pod), network("1.1.0", ""));
        if (answer.status() != 0) {
            throw new AssertionError("ADD of " + pod + ": " + answer.text());
        }
        return answer.text();
    }

    /** Whether a command in a namespace succeeds. */
    public boolean run(String pod, String... command) {
        return !output(pod, command).startsWith("failed");
    }

    /** What a command in a namespace prints; begins with "failed" if it fails. */
    public String output(String pod, String... command) {
        List<String> all = Stream.concat(Stream.of("ip", "netns", "exec", name + "-" + pod), Stream.of(command))
                .toList();
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "failed: no end\n" + output;
            }
            return process.exitValue() == 0 ? output : "failed: " + output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether one namespace reaches an address. */
    public boolean pings(String from, String address) {
        return run(from, "ping", "-n", "-c", "1", "-W", "5", address);
    }

    /** How many records are on disk. */
    public long records() {
        try (Stream<Path> files = Files.list(directory.resolve("state/attachments"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Manifests of pods of namespace {@code test}, each with its name as label {@code app}. */
    public static String pods(String... names) {
        return Stream.of(names).map(name -> """
                apiVersion: v1
                kind: Pod
                metadata: {namespace: test, name: %s, labels: {app: %s}}
                spec: {containers: [{name: c, image: i}]}
                """.formatted(name, name)).collect(Collectors.joining("---\n"));
    }

    @Override
    public void close() {
        agent.close();
        for (String pod : List.copyOf(namespaces)) {
            deleteNamespace(pod);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
