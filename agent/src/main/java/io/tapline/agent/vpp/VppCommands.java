// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.vpp;

import io.tapline.agent.node.NodeController;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.dataplane.trace.VppFormat;
import io.tapline.vswitch.LiveSwitch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Understands VPP's debug commands. Each word may be cut short as long as it means only one thing, as in VPP: {@code sh
 * int} is {@code show interface}.
 *
 * <p>Threading: any thread.
 */
public final class VppCommands {
    private static final int MAX_TRACED = 1024;

    private final LiveSwitch vswitch;
    private final List<Command> commands = new ArrayList<>();

    /** A command: its words, and what it does with those that follow. */
    private record Command(List<String> words, String parameters, Function<List<String>, String> work) {
        String usage() {
            return String.join(" ", words) + (parameters.isEmpty() ? "" : " " + parameters);
        }
    }

    /** The commands of a node. */
    public VppCommands(NodeController node) {
        this.vswitch = node.vswitch();
        VppCounters counters = new VppCounters(vswitch);
        VppFib fib = new VppFib(vswitch);
        VppAcls acls = new VppAcls(vswitch);
        VppNat nat = new VppNat(vswitch);
        add("show version", "", rest -> VppCounters.version());
        add("show interface", "", rest -> counters.interfaces());
        add("show interface address", "", rest -> counters.addresses());
        add("show errors", "", rest -> counters.errors());
        add("show runtime", "", rest -> counters.runtime());
        add("clear interfaces", "", rest -> counters.clearInterfaces());
        add("clear errors", "", rest -> counters.clearErrors());
        add("clear runtime", "", rest -> counters.clearRuntime());
        add("trace add", "NODE COUNT", this::trace);
        add("show trace", "[max COUNT]", this::showTrace);
        add("clear trace", "", rest -> clearTrace());
        add("show ip fib", "[table N] [PREFIX]", fib::fib);
        add("show ip neighbors", "", rest -> fib.neighbors());
        add("show ip arp", "", rest -> fib.neighbors());
        add("show acl-plugin acl", "[index N]", acls::lists);
        add("show acl-plugin interface", "", rest -> acls.interfaces());
        add("show acl-plugin sessions", "", rest -> acls.sessions());
        add("show nat44 sessions", "", rest -> nat.sessions());
        add("show nat44 static mappings", "", rest -> nat.mappings());
        add("show nat44 interfaces", "", rest -> nat.interfaces());
        add("show nat44 addresses", "", rest -> nat.addresses());
        add("show nat44 summary", "", rest -> nat.summary());
    }

    private void add(String words, String parameters, Function<List<String>, String> work) {
        commands.add(new Command(List.of(words.split(" ")), parameters, work));
    }

    /**
     * Carries out a command.
     *
     * @return what VPP would print
     * @throws IllegalArgumentException if there is no such command; the message lists those there are
     */
    public String run(String line) {
        List<String> words = List.of(line.strip().split("\\s+"));
        List<Command> best = commands.stream()
                .filter(command -> begins(words, command.words()))
                .toList();
        int length =
                best.stream().mapToInt(command -> command.words().size()).max().orElse(0);
        List<Command> longest = best.stream()
                .filter(command -> command.words().size() == length)
                .toList();
        List<Command> exact = longest.stream()
                .filter(command -> words.subList(0, length).equals(command.words()))
                .toList();
        List<Command> meant = exact.isEmpty() ? longest : exact;
        if (meant.size() != 1) {
            throw new IllegalArgumentException(complaint(line, meant));
        }
        List<String> rest = words.subList(length, words.size());
        Command command = meant.getFirst();
        if (command.parameters().isEmpty() && !rest.isEmpty()) {
            throw new IllegalArgumentException("unknown input `" + String.join(" ", rest) + "'");
        }
        return command.work().apply(rest);
    }

    private static boolean begins(List<String> words, List<String> command) {
        if (words.size() < command.size()) {
            return false;
        }
        for (int i = 0; i < command.size(); i++) {
            if (words.get(i).isEmpty() || !command.get(i).startsWith(words.get(i))) {
                return false;
            }
        }
        return true;
    }

    private String complaint(String line, List<Command> meant) {
        List<String> choice = (meant.isEmpty() ? commands : meant)
                .stream().map(Command::usage).sorted(Comparator.naturalOrder()).toList();
        String what = meant.isEmpty() ? "unknown input `" + line.strip() + "'" : "`" + line.strip() + "' is ambiguous";
        return what + "; there is: " + String.join(", ", choice);
    }

    private String trace(List<String> rest) {
        if (rest.size() != 2 || !rest.get(0).equals("virtio-input")) {
            throw new IllegalArgumentException(
                    "trace add: packets enter by virtio-input; use 'trace add virtio-input COUNT'");
        }
        int count = number(rest.get(1), MAX_TRACED);
        vswitch.arm(TraceFilter.ALL, count);
        return "";
    }

    private String showTrace(List<String> rest) {
        int max = rest.isEmpty() ? MAX_TRACED : number(rest.getLast(), MAX_TRACED);
        List<PacketTrace> traces = vswitch.traces();
        List<PacketTrace> shown = traces.subList(0, Math.min(max, traces.size()));
        String banner = "------------------- Start of thread 0 tapline-worker -------------------\n";
        return banner + (shown.isEmpty() ? "No packets in trace buffer\n" : VppFormat.format(shown));
    }

    private String clearTrace() {
        vswitch.disarm();
        return "";
    }

    static int number(String text, int most) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException("'" + text + "' is not a number in 0.." + most);
        }
        return Integer.parseInt(text);
    }
}
