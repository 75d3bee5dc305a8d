// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.pods;

import io.tapline.cni.Installer;
import io.tapline.linux.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** An agent in a process of its own, a namespace for its host and one per pod, and two CNI plug-ins to call. */
final class PodsTestbed implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/lib/cni");
    private static final String NETWORK = "{\"cniVersion\": \"1.0.0\", \"name\": \"tapline\", \"type\": \"tapline\"}";
    private static final int TICKS_PER_SECOND = 100; // USER_HZ, the same on every architecture of Linux

    private final String name = "tapline-bench-" + ProcessHandle.current().pid();
    private final Path directory;
    private final List<String> namespaces = new ArrayList<>();
    private Process agent;

    private PodsTestbed(Path directory) {
        this.directory = directory;
        this.agent = notStarted();
    }

    private static Process notStarted() {
        try {
            return new ProcessBuilder("true").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PodsTestbed create(int pods) throws IOException {
        PodsTestbed testbed = new PodsTestbed(Files.createTempDirectory("tapline-bench"));
        testbed.makeNamespace("host");
        for (int i = 0; i < pods; i++) {
            testbed.makeNamespace("p" + i);
        }
        testbed.makeNamespace("process");
        Files.writeString(testbed.configFile(), """
                hostNamespace: %s
                stateDirectory: %s
                socket: %s
                """.formatted(
                        testbed.netns("host"), testbed.directory.resolve("state"), testbed.socket()));
        new Installer(
                        testbed.directory.resolve("bin"),
                        testbed.directory.resolve("net.d"),
                        testbed.socket(),
                        testbed.directory.resolve("pending"),
                        Path.of(System.getProperty("java.home", "")))
                .install("{}");
        return testbed;
    }

    private void makeNamespace(String suffix) {
        NetworkNamespace.create(name + "-" + suffix).close();
        namespaces.add(suffix);
    }

    private String netns(String suffix) {
        return NetworkNamespace.DIRECTORY.resolve(name + "-" + suffix).toString();
    }

    private Path configFile() {
        return directory.resolve("agent.yaml");
    }

    private Path socket() {
        return directory.resolve("agent.sock");
    }

    /** Starts the agent as the launcher does, waits until it is ready, and returns what it said about its start. */
    String startAgent() throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-Xmx256m", "-XX:-UsePerfData"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:AOTCache="))
                .forEach(command::add);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path", "")));
        command.addAll(
                List.of("io.tapline.cli.Main", "agent", "--config", configFile().toString()));
        agent = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = agent.inputReader(StandardCharsets.UTF_8);
        String before = "";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("ready: ")) {
                return before;
            }
            before = line;
        }
        throw new IOException("the agent ended: " + before);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    }

    void killAgent() {
        agent.destroyForcibly().onExit().join();
    }

    /** Adds pod {@code i} over the socket. */
    void add(int i) throws IOException {
        call("ADD", i);
    }

    /** Deletes it again. */
    void delete(int i) throws IOException {
        call("DEL", i);
    }

    private void call(String command, int i) throws IOException {
        StringBuilder environment = new StringBuilder();
        variables(command, "p" + i)
                .forEach((key, value) ->
                        environment.append(key).append('=').append(value).append('\0'));
        String request =
                "tapline/1 cni " + environment.length() + " " + NETWORK.length() + "\n" + environment + NETWORK;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("tapline/1 0 ")) {
                throw new IOException(command + " of pod " + i + ": " + answer);
            }
        }
    }

    void addAtOnce(int from, int to) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = from; i < to; i++) {
                int pod = i;
                all.add(threads.submit(() -> {
                    add(pod);
                    return true;
                }));
            }
            for (Future<Boolean> one : all) {
                one.get();
            }
        }
    }

    private Map<String, String> variables(String command, String pod) {
        return Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                name + "-" + pod,
                "CNI_NETNS",
                netns(pod),
                "CNI_IFNAME",
                "eth0",
                "CNI_PATH",
                DEBIAN.toString());
    }

    boolean hasDebianPlugins() {
        return Files.isExecutable(DEBIAN.resolve("bridge")) && Files.isExecutable(DEBIAN.resolve("host-local"));
    }

    /** How long an ADD by our plug-in takes; deleted again outside the time. */
    long timeOurPlugin(int round) throws IOException, InterruptedException {
        return time(directory.resolve("bin/tapline"), NETWORK, round);
    }

    /** The same of Debian's bridge, in the host's namespace. */
    long timeBridge(int round) throws IOException, InterruptedException {
        String network = """
                {"cniVersion": "1.0.0", "name": "bench", "type": "bridge", "bridge": "tlb0", "isGateway": true,
                 "ipam": {"type": "host-local", "subnet": "10.2.0.0/16", "dataDir": "%s"}}
                """.formatted(directory.resolve("host-local"));
        return time(DEBIAN.resolve("bridge"), network, round);
    }

    private long time(Path plugin, String network, int round) throws IOException, InterruptedException {
        long from = System.nanoTime();
        run(plugin, "ADD", network, round);
        long nanos = System.nanoTime() - from;
        run(plugin, "DEL", network, round);
        return nanos;
    }

    /** Both run by way of ip netns exec, so that both pay for it. */
    private void run(Path plugin, String command, String network, int round) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("ip", "netns", "exec", name + "-host", plugin.toString());
        builder.redirectErrorStream(true);
        builder.environment().putAll(variables(command, "process"));
        Process process = builder.start();
        process.getOutputStream().write(network.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(plugin + " " + command + " in round " + round + ": " + output);
        }
    }

    /** Processor time of the agent so far, in seconds. */
    double agentSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + agent.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) / TICKS_PER_SECOND;
    }

    long agentResidentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("/proc/" + agent.pid() + "/status has no VmRSS");
    }

    @Override
    public void close() throws IOException {
        killAgent();
        namespaces.forEach(suffix -> NetworkNamespace.delete(name + "-" + suffix));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
