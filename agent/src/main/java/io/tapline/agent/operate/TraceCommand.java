// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.cli.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline trace}. */
@Command(
        name = "trace",
        description = {
            "Trace real packets: each step, and the line of the policy that decided.",
            "It waits for packets that match all that is given, and prints each when it is done with.",
            "There is one filter at a time; a second trace takes it from the first."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  tapline trace --pod shop/db                   the next 50 packets from or to a pod",
            "  tapline trace --dropped any                   what is dropped, and why",
            "  tapline trace --from shop/web --to shop/db --port 5432 -n 4 -o vpp",
            "  tapline trace --pod shop/db -o pcapng --write db.pcapng"
        })
final class TraceCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;

    /** Forms of output. */
    enum Form {
        /** In words. */
        text,
        /** As VPP's {@code show trace}. */
        vpp,
        /** For programs. */
        json,
        /** For Wireshark. */
        pcapng
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Option(
            names = "--pod",
            paramLabel = "POD",
            description = "From or to a pod of this node, NAMESPACE/NAME, or an address.")
    private @Nullable String pod;

    @Option(
            names = "--from",
            paramLabel = "POD|CIDR",
            description = "From a pod or a block of addresses (and the answers).")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "POD|CIDR",
            description = "To a pod or a block of addresses (and the answers).")
    private @Nullable String to;

    @Option(names = "--port", paramLabel = "PORT", description = "To this port (and the answers).")
    private @Nullable Integer port;

    @Option(names = "--source-port", paramLabel = "PORT", description = "From this port (and the answers).")
    private @Nullable Integer sourcePort;

    @Option(names = "--protocol", paramLabel = "NAME", description = "icmp, tcp, udp or sctp.")
    private @Nullable String protocol;

    @Option(names = "--interface", paramLabel = "NAME", description = "Received on this interface of the switch.")
    private @Nullable String device;

    @Option(names = "--one-way", description = "Not the answers.")
    private boolean oneWay;

    @Option(
            names = "--dropped",
            paramLabel = "REASON",
            description = "Only packets that are dropped for a reason ('tapline drops' names them), or 'any'.")
    private @Nullable String dropped;

    @Option(
            names = {"-n", "--packets"},
            paramLabel = "N",
            defaultValue = "50",
            description = "End after so many packets (default ${DEFAULT-VALUE}).")
    private int packets;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "End after so long in any case (default ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "text (default), vpp, json or pcapng.")
    private Form form = Form.text;

    @Option(names = "--write", paramLabel = "FILE", description = "Where '-o pcapng' writes.")
    private @Nullable Path file;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    TraceCommand() {}

    @Override
    public Integer call() {
        if ((form == Form.pcapng) != (file != null)) {
            throw UserError.usage("-o pcapng and --write FILE go together");
        }
        PrintWriter out = spec.commandLine().getOut();
        long begin = Json.tree(agent.ask("POST", "/v1/trace", filter()).text())
                .get("after")
                .asLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
        boolean whole = form == Form.json || form == Form.pcapng;
        long seen = begin;
        while (seen - begin < packets && System.nanoTime() < end && pause()) {
            long last = newest(seen);
            if (!whole && last > seen) {
                out.print(agent.get("/v1/trace", reading(seen, form.name())).text());
                out.flush();
            }
            seen = last;
        }
        if (whole) {
            write(out, agent.get("/v1/trace", reading(begin, form.name())));
        }
        if (seen == begin) {
            throw UserError.failure("no packet matched within " + timeout + " s");
        }
        return 0;
    }

    private long newest(long seen) {
        long newest = seen;
        for (var packet :
                Json.tree(agent.get("/v1/trace", reading(seen, "json")).text()).get("packets")) {
            newest = Math.max(newest, packet.get("number").asLong());
        }
        return newest;
    }

    private static Map<String, String> reading(long after, String form) {
        return Map.of("after", Long.toString(after), "format", form);
    }

    private void write(PrintWriter out, Answer answer) {
        if (file == null) {
            out.print(answer.text());
            out.flush();
            return;
        }
        try {
            Files.write(file, answer.body());
        } catch (IOException e) {
            throw UserError.failure("cannot write " + file + ": " + UserError.reason(e), e);
        }
        out.println("written to " + file);
        out.flush();
    }

    private Map<String, String> filter() {
        Map<String, String> filter = new LinkedHashMap<>();
        filter.put("packets", Integer.toString(packets));
        put(filter, "pod", pod);
        put(filter, "from", from);
        put(filter, "to", to);
        put(filter, "port", port);
        put(filter, "sourcePort", sourcePort);
        put(filter, "protocol", protocol);
        put(filter, "interface", device);
        put(filter, "dropped", dropped);
        if (oneWay) {
            filter.put("oneWay", "true");
        }
        return filter;
    }

    private static void put(Map<String, String> filter, String name, @Nullable Object value) {
        if (value != null) {
            filter.put(name, value.toString());
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
