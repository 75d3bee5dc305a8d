// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.demo;

import io.tapline.agent.trace.TraceCapture;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TextFormat;
import io.tapline.dataplane.trace.VppFormat;
import io.tapline.lab.node.LabNode;
import io.tapline.lab.node.LabPod;
import io.tapline.vswitch.LiveSwitch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** What the demo tells its user. */
final class DemoReport {
    private final PrintWriter out;

    DemoReport(PrintWriter out) {
        this.out = out;
    }

    void topology(Demo demo) {
        LabNode node = demo.node();
        out.println("One node, built from network namespaces:");
        out.printf("  %-12s %-11s %s%n", "host", node.hostAddress(), "by " + LabNode.HOST_DEVICE + " <-> tap0");
        for (LabPod pod : node.pods()) {
            out.printf(
                    "  %-12s %-11s %s%n",
                    pod.name(),
                    pod.address(),
                    "namespace " + node.namespaceName(pod.name()) + ", eth0 <-> " + pod.interfaceName());
        }
        out.println();
        out.flush();
    }

    void exchange(int number, Exchange exchange, SwitchConfig config, boolean vpp) {
        out.println(number + ". " + exchange.title());
        out.println("   " + exchange.result());
        out.println();
        if (vpp) {
            out.print(VppFormat.format(exchange.traces()));
        } else {
            int packet = 1;
            for (PacketTrace trace : exchange.traces()) {
                out.println(TextFormat.format(packet++, trace, config));
            }
        }
        out.flush();
    }

    /** Writes the traced packets of all conversations, numbered from 1, with the time of day. */
    void capture(List<Exchange> exchanges, Demo demo, Path file) {
        LiveSwitch vswitch = demo.node().vswitch();
        Instant now = Instant.now();
        long epochNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano() - vswitch.nanoTime();
        TraceCapture capture = new TraceCapture(vswitch.generation().config(), epochNanos);
        long number = 1;
        for (Exchange exchange : exchanges) {
            for (PacketTrace trace : exchange.traces()) {
                capture.add(number++, trace);
            }
        }
        out.println(capture.write(file) + " frames written to " + file);
        out.flush();
    }

    void hints(Demo demo) {
        LabNode node = demo.node();
        LabPod web = node.pods().getFirst();
        LabPod client = node.pods().getLast();
        out.println("It stays up until you press Ctrl-C. In another terminal, try:");
        out.printf("  curl http://%s:%d/%n", web.address(), Demo.PORT);
        out.printf("  ping -c 3 %s%n", web.address());
        out.printf(
                "  ip netns exec %s curl http://%s:%d/%n", node.namespaceName(client.name()), web.address(), Demo.PORT);
        out.printf("  ip netns exec %s traceroute -n %s%n", node.namespaceName(client.name()), node.hostAddress());
        out.flush();
    }

    void verdict(List<Exchange> exchanges) {
        long right =
                exchanges.stream().filter(e -> e.expected() == e.succeeded()).count();
        out.printf("%d of %d conversations went as they should.%n", right, exchanges.size());
        out.flush();
    }
}
