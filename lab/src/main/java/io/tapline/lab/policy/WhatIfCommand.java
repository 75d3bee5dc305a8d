// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.agent.operate.AgentOption;
import io.tapline.agent.view.ImpactRow;
import io.tapline.cli.UserError;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.source.ManifestReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline what-if}. */
@Command(
        name = "what-if",
        header = "Which verdicts and live connections would a change of policies change?",
        description = {
            "Prints which pairs of pods would change their verdict if objects were applied or deleted, off-line,",
            "and with --live which connections of the node that runs here would be cut."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  tapline what-if -f cluster/ --proposed deny-all.yaml       verdicts, off-line, without root",
            "  sudo tapline what-if --live --proposed deny-all.yaml       live connections of this node"
        })
final class WhatIfCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Mixin
    private HostOptions hosts;

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "MANIFESTS",
            arity = "1..*",
            description = "The present manifests: files, or directories of files that end in .yaml, .yml or .json.")
    private List<Path> present = new ArrayList<>();

    @Option(names = "--live", description = "List the live connections of this node that would be cut.")
    private boolean live;

    @Option(
            names = "--proposed",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Manifests that would be applied on top of the present ones.")
    private List<Path> proposed = new ArrayList<>();

    @Option(
            names = "--delete",
            paramLabel = "POLICY",
            description = "NAMESPACE/NAME of a network policy that would be deleted; may be repeated.")
    private List<String> deleted = new ArrayList<>();

    @Option(
            names = "--probe",
            paramLabel = "PROBE",
            split = ",",
            defaultValue = "TCP/80",
            description = "What to try, such as tcp/80,udp/53,tcp/80@v6; default ${DEFAULT-VALUE}.")
    private List<String> probes;

    @Option(names = "--services", description = "Try the services too, each at its own ports.")
    private boolean services;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private OutputFormat format;

    /** A pair whose verdict changes. */
    private record Change(String probe, String from, String to, String before, String after) {}

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    WhatIfCommand() {}

    @Override
    public void run() {
        if (proposed.isEmpty() && deleted.isEmpty()) {
            throw UserError.usage("nothing is proposed; give --proposed FILE or --delete NAMESPACE/NAME");
        }
        if (present.isEmpty() && !live) {
            throw UserError.usage("give the present manifests with -f, or --live to ask the agent that runs here");
        }
        Optional<List<Change>> changes = present.isEmpty() ? Optional.empty() : Optional.of(verdicts());
        Optional<List<ImpactRow>> cut = live ? Optional.of(cut()) : Optional.empty();
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.json) {
            Map<String, Object> document = new LinkedHashMap<>();
            changes.ifPresent(list -> document.put(
                    "changes", list.stream().map(WhatIfCommand::document).toList()));
            cut.ifPresent(list -> document.put("connections", list));
            out.println(Json.text(document));
        } else {
            changes.ifPresent(list -> print(out, list));
            cut.ifPresent(list -> printCut(out, list));
        }
        out.flush();
    }

    private List<Change> verdicts() {
        Optional<HostPolicies> optIn = hosts.policies();
        PrintWriter err = spec.commandLine().getErr();
        Intent now = Placement.complete(ManifestOptions.read(present, err), optIn);
        Intent then = Placement.complete(changed(now), optIn);
        HostOptions.warn(then, optIn, err);
        List<Probe> parsed = probes.stream().map(ExplainCommand::probe).toList();
        return changes(Reachability.of(now, optIn, parsed, services), Reachability.of(then, optIn, parsed, services));
    }

    /** Mistakes are found here, where the files have names. */
    private List<ImpactRow> cut() {
        if (!proposed.isEmpty()) {
            ManifestOptions.read(proposed, spec.commandLine().getErr());
        }
        return agent.whatIf(ManifestReader.joined(proposed), deleted);
    }

    private static void print(PrintWriter out, List<Change> changes) {
        changes.forEach(change -> out.println(change.probe() + " " + change.from() + " -> " + change.to() + ": "
                + change.before() + " now, " + change.after() + " then"));
        out.println(changes.size() + (changes.size() == 1 ? " verdict" : " verdicts") + " would change");
    }

    private static void printCut(PrintWriter out, List<ImpactRow> cut) {
        cut.forEach(row -> out.println(row.protocol() + " " + row.clientName() + " (" + row.client() + ") -> "
                + row.serverName() + " (" + row.server() + "), open for " + row.ageSeconds() + " s: " + row.fate()
                + "; "
                + row.deniedBy()));
        out.println(cut.size() + (cut.size() == 1 ? " live connection" : " live connections") + " would be denied");
    }

    private Intent changed(Intent present) {
        Intent changed = present;
        for (String name : deleted) {
            int slash = name.indexOf('/');
            ObjectRef ref = new ObjectRef(
                    Kind.NETWORK_POLICY, slash < 0 ? "default" : name.substring(0, slash), name.substring(slash + 1));
            if (changed.find(ref).isEmpty()) {
                throw UserError.usage("there is no " + ref + " to delete");
            }
            changed = changed.with(new IntentChange.Remove(ref));
        }
        if (!proposed.isEmpty()) {
            for (IntentObject object :
                    ManifestOptions.read(proposed, spec.commandLine().getErr()).objects()) {
                changed = changed.with(new IntentChange.Put(object));
            }
        }
        return changed;
    }

    private static List<Change> changes(Reachability before, Reachability after) {
        TreeSet<String> pods = new TreeSet<>(before.pods());
        pods.addAll(after.pods());
        Set<String> probes = new LinkedHashSet<>(before.rows().keySet());
        probes.addAll(after.rows().keySet());
        List<Change> changes = new ArrayList<>();
        for (String probe : probes) {
            TreeSet<String> columns = new TreeSet<>(before.columns(probe));
            columns.addAll(after.columns(probe));
            for (String from : pods) {
                for (String to : columns) {
                    char was = before.cell(probe, from, to);
                    char is = after.cell(probe, from, to);
                    if (was != is) {
                        changes.add(new Change(probe, from, to, word(was), word(is)));
                    }
                }
            }
        }
        return changes;
    }

    private static String word(char cell) {
        return switch (cell) {
            case '.' -> "allowed";
            case 'X' -> "dropped";
            case '~' -> "allowed to some of its pods";
            default -> "not there";
        };
    }

    private static Map<String, Object> document(Change change) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("probe", change.probe());
        document.put("from", change.from());
        document.put("to", change.to());
        document.put("before", change.before());
        document.put("after", change.after());
        return document;
    }
}
