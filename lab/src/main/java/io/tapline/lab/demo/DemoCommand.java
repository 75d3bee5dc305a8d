// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.demo;

import io.tapline.agent.trace.CaptureOption;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.lab.node.HostCheck;
import io.tapline.lab.node.LabNode;
import io.tapline.lab.node.SoleRun;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline demo}. */
@Command(
        name = "demo",
        header = "Real packets between real namespaces, each explained. Needs root.",
        description = {
            "Builds a small node on this machine (needs root), sends real HTTP requests through the switch,"
                    + " explains what happened to the packets, and takes everything down again.",
            "Pods are network namespaces named " + Demo.PREFIX + "-...; the host gets the interface "
                    + LabNode.HOST_DEVICE + " and routes to 10.1.0.0/16 and 10.96.0.0/12 while the demo runs."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    /** Forms of output. */
    enum Format {
        text,
        vpp,
        json,
        pcapng
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "How to print traces, one of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    @Mixin
    private CaptureOption capture;

    @Option(names = "--keep", description = "Leave everything up until Ctrl-C, and say what to try.")
    private boolean keep;

    @Option(
            names = "--isolated",
            description = "Put the host, too, into a network namespace, and leave this machine's own network alone.")
    private boolean isolated;

    /** For picocli, which fills in the fields. */
    @SuppressWarnings("NullAway.Init")
    public DemoCommand() {}

    @Override
    public Integer call() {
        capture.file(format == Format.pcapng);
        HostCheck.requirePrivileges("the demo");
        return new SoleRun("demo", Demo.PREFIX).run(spec.commandLine().getErr(), this::build, this::converse);
    }

    private Demo build() {
        if (!isolated) {
            HostCheck.requireFreeAddresses(LabNode.HOST_DEVICE);
        }
        return Demo.start(isolated);
    }

    private int converse(Demo demo) {
        PrintWriter out = spec.commandLine().getOut();
        DemoReport report = new DemoReport(out);
        if (format != Format.json) {
            report.topology(demo);
        }
        List<Exchange> exchanges = demo.run();
        SwitchConfig config = demo.node().vswitch().generation().config();
        switch (format) {
            case json -> DemoJson.print(exchanges, out);
            case pcapng -> {
                capture.file(true).ifPresent(file -> report.capture(exchanges, demo, file));
                report.verdict(exchanges);
            }
            case text, vpp -> {
                for (int i = 0; i < exchanges.size(); i++) {
                    report.exchange(i + 1, exchanges.get(i), config, format == Format.vpp);
                }
                report.verdict(exchanges);
            }
        }
        if (keep) {
            report.hints(demo);
            waitForInterrupt();
        }
        return exchanges.stream().allMatch(e -> e.expected() == e.succeeded()) ? 0 : 1;
    }

    private static void waitForInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
