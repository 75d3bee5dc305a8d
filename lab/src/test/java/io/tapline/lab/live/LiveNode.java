// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tapline.cli.UserError;
import io.tapline.dataplane.Counters;
import io.tapline.lab.node.HostCheck;
import io.tapline.lab.node.LabNode;
import io.tapline.lab.node.LabPod;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.TapOffload;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node with real interfaces for one test class, in namespaces named after this process; those of processes that died
 * are removed first. Skips the test, and says why, where namespaces and TAPs cannot be made.
 */
final class LiveNode implements AutoCloseable {
    private static final String PREFIX = "tapline-live-";
    private static final Pattern LEFTOVER = Pattern.compile("(" + PREFIX + "(\\d+)-\\d+)-.*");
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final String prefix;
    private final LabNode node;

    private LiveNode(String prefix, LabNode node) {
        this.prefix = prefix;
        this.node = node;
    }

    static LiveNode create(Class<?> test, Set<TapOffload> offloads) {
        Tools.assume(test, "ip", "iproute2");
        try {
            HostCheck.requirePrivileges(test.getSimpleName());
            removeLeftovers();
            String prefix = PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
            LabNode.Options options = LabNode.Options.of(prefix, true).withOffloads(offloads);
            return new LiveNode(prefix, LabNode.create(options));
        } catch (UserError | LinuxException e) {
            System.err.println("SKIPPED " + test.getSimpleName() + ": " + e.getMessage());
            return abort("SKIPPED " + test.getSimpleName() + ": " + e.getMessage());
        }
    }

    private static void removeLeftovers() {
        for (String name : NetworkNamespace.list()) {
            Matcher matcher = LEFTOVER.matcher(name);
            if (matcher.matches()
                    && ProcessHandle.of(Long.parseLong(matcher.group(2))).isEmpty()) {
                NetworkNamespace.delete(name);
            }
        }
    }

    LabNode node() {
        return node;
    }

    /** Name of the host's namespace. */
    String hostName() {
        return prefix + "-host";
    }

    /** Name of a pod's namespace. */
    String nameOf(LabPod pod) {
        return node.namespaceName(pod.name());
    }

    /** received + made = sent + dropped + taken + held, seen by the worker between two rounds. */
    void assertConserved() {
        AtomicLong in = new AtomicLong();
        AtomicLong out = new AtomicLong();
        int held = node.vswitch().framesHeld();
        node.vswitch().await(() -> {
            Counters counters = node.vswitch().counters();
            in.set(counters.framesReceived() + counters.framesOriginated());
            out.set(counters.framesSent() + counters.drops() + counters.framesDelivered());
        });
        assertThat(in.get())
                .as("received + made = sent + dropped + taken + held")
                .isEqualTo(out.get() + held);
    }

    @Override
    public void close() {
        node.close();
    }
}
