// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.SwitchConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one trace mean, in plain words. Steps are to be asked for in order: each tells only what it
 * changed.
 */
final class StepWords {
    private static final int ACTION_DENY = 0;
    private static final int ACTION_REFLECT = 2;
    private static final int ACTION_SESSION = 3;
    private static final int CLASS_CHANGED = 0x10000;
    private static final int CLASS_ESTABLISHED = 1;

    private final PacketTrace trace;
    private final SwitchConfig config;
    private String sourceMac = "";
    private String destinationMac = "";
    private int ttl = -1;
    private String way = "";
    private String denial = "";

    StepWords(PacketTrace trace, SwitchConfig config) {
        this.trace = trace;
        this.config = config;
    }

    /** What step {@code i} did. */
    String say(int i) {
        @Nullable TraceStep next = i + 1 < trace.steps().size() ? trace.steps().get(i + 1) : null;
        return switch (trace.steps().get(i)) {
            case TraceStep.VirtioInput step -> virtio(step);
            case TraceStep.EthernetInput step -> ethernet(step);
            case TraceStep.Ip4 step -> ip4(step, next);
            case TraceStep.IcmpError step -> icmpError(step);
            case TraceStep.Acl step -> acl(step);
            case TraceStep.Nat step -> NatWords.say(step, next);
            case TraceStep.Lookup step -> lookup(step);
            case TraceStep.Rewrite step -> rewrite(step, next);
            case TraceStep.Output step -> output(step);
            case TraceStep.Arp step -> arp(step, next);
            case TraceStep.Drop step -> drop(step);
        };
    }

    private String virtio(TraceStep.VirtioInput step) {
        TraceStep.VirtioHeader h = step.virtioNet();
        String offload = (h.gsoType() & 0x7f) != 0
                ? ", to be cut into segments of " + h.gsoSize() + " bytes"
                : (h.flags() & 1) != 0 ? ", checksum still to be completed" : "";
        return bytes(step.length()) + " from " + place(step.device()) + offload;
    }

    private String ethernet(TraceStep.EthernetInput step) {
        if (step.source().isEmpty()) {
            return "too short for an Ethernet header";
        }
        sourceMac = step.source();
        destinationMac = step.destination();
        String tag = step.vlan().map(vlan -> " in VLAN " + vlan).orElse("");
        return PacketWords.etherType(step.etherType()) + tag + ", " + step.source() + " -> " + step.destination();
    }

    private String ip4(TraceStep.Ip4 step, @Nullable TraceStep next) {
        return switch (step.node()) {
            case "ip4-local" -> "for the switch itself" + answer(step, next);
            case "ip4-arp" -> arpWait(next, step.timeNanos());
            case "ip4-source-check" ->
                next instanceof TraceStep.Drop ? "a source that is not the sender's own" : "the sender's own source";
            default -> step.packet().map(this::header).orElse("too short for an IPv4 header");
        };
    }

    private static String answer(TraceStep.Ip4 step, @Nullable TraceStep next) {
        boolean answers = next instanceof TraceStep.Lookup;
        return answers && step.packet().isPresent() ? ", which answers the echo request" : "";
    }

    private static String arpWait(@Nullable TraceStep next, long since) {
        return switch (next) {
            case null -> "MAC address of the next hop is unknown";
            case TraceStep.Drop drop -> "MAC address of the next hop is unknown";
            default ->
                "MAC address of the next hop was unknown: waited " + TextFormat.duration(next.timeNanos() - since)
                        + " for ARP";
        };
    }

    private String header(Ip4Header h) {
        ttl = h.ttl();
        List<String> words = new ArrayList<>(List.of("ttl " + h.ttl(), bytes(h.length())));
        if (h.version() != 4) {
            words.add("IP version " + h.version());
        }
        if (h.headerBytes() != 20) {
            words.add("header of " + h.headerBytes() + " bytes");
        }
        if (h.checksum() != h.rightChecksum()) {
            words.add("header checksum 0x%04x should be 0x%04x".formatted(h.checksum(), h.rightChecksum()));
        }
        boolean more = (h.flags() & Ip4Header.MORE_FRAGMENTS) != 0;
        if (h.fragmentOffset() > 0 || more) {
            words.add((more ? "fragment" : "last fragment") + " at byte " + h.fragmentOffset() * 8);
        }
        return String.join(", ", words);
    }

    private String icmpError(TraceStep.IcmpError step) {
        String dropped =
                dropped(step.reporter(), step.reason().key(), step.reason().text());
        return step.sent() ? dropped + "; tells the sender: " + answer(step) : dropped + "; the sender is not told";
    }

    private static String answer(TraceStep.IcmpError step) {
        return step.type() == TraceStep.IcmpError.TCP_RESET
                ? "TCP reset"
                : "ICMP " + PacketWords.icmp(step.type(), step.code());
    }

    private String acl(TraceStep.Acl step) {
        String fragment = step.fragment() ? ", with the ports of its first fragment" : "";
        if (step.action() == ACTION_SESSION) {
            return session(step);
        }
        if (step.fragment() && !step.l4Valid()) {
            return "deny: a fragment without ports";
        }
        if (step.aclIndex() < 0 && step.action() != ACTION_DENY) {
            return "pass: no list stands here";
        }
        if (step.aclIndex() < 0) {
            denial = "no rule of " + listsOf(step) + " matches";
            return "deny: " + denial + fragment;
        }
        String rule = "list " + step.aclIndex() + quoted(step.listName()) + " rule " + step.ruleIndex()
                + origin(step.origin());
        if (step.action() == ACTION_DENY) {
            denial = step.hint().isEmpty() ? rule : rule + "; hint: " + step.hint();
            return "deny by " + rule + fragment;
        }
        return (step.action() == ACTION_REFLECT ? "permit and remember by " : "permit by ") + rule + fragment;
    }

    private String session(TraceStep.Acl step) {
        String session = "session " + step.ruleIndex() + ": ";
        String change = (step.traceBits() & CLASS_CHANGED) == 0
                ? ""
                : (step.traceBits() & 0xff) == CLASS_ESTABLISHED ? ", now established" : ", now closing";
        if (!step.listName().isEmpty()) {
            return session + "connection permitted earlier by" + quoted(step.listName()) + origin(step.origin())
                    + change;
        }
        boolean named = lists(step).stream().noneMatch(list -> list.name().isEmpty());
        return session + (named ? "reply of a connection permitted earlier" : "connection permitted earlier") + change;
    }

    private String lookup(TraceStep.Lookup step) {
        String to = step.packet().map(Ip4Header::destination).orElse("");
        way = result(step.result(), to);
        if (step.node().equals("ip4-load-balance")) {
            String choice = step.flowHash() == 0 ? "" : "flow hash 0x%08x chooses ".formatted(step.flowHash());
            return choice + way;
        }
        return "to " + trace.who(to) + ", table " + step.table() + ": " + way;
    }

    /** {@code via ADDRESS on DEVICE}, said with names. */
    private String result(String result, String destination) {
        String[] words = result.split(" ", -1);
        if (words.length != 4 || !words[0].equals("via")) {
            return result;
        }
        if (words[1].equals(destination)) {
            return "neighbour on " + words[3];
        }
        return "via " + trace.who(words[1]) + " on " + words[3];
    }

    private String rewrite(TraceStep.Rewrite step, @Nullable TraceStep next) {
        String by = way.endsWith(" " + step.device()) ? "" : "via " + step.gateway() + " on " + step.device();
        boolean refused = next instanceof TraceStep.IcmpError
                || (next instanceof TraceStep.Drop drop && drop.reporter().equals(step.node()));
        if (refused) {
            return by.isEmpty() ? "not sent on" : by + ": not sent on";
        }
        List<String> changes = new ArrayList<>();
        int now = step.packet().map(Ip4Header::ttl).orElse(ttl);
        if (ttl != now && ttl >= 0) {
            changes.add("ttl " + ttl + " -> " + now);
        }
        ttl = now;
        String to = mac(step.frame(), 0);
        String from = mac(step.frame(), 12);
        changes.add(change("dst mac", destinationMac, to));
        changes.add(change("src mac", sourceMac, from));
        destinationMac = to;
        sourceMac = from;
        return (by.isEmpty() ? "" : by + ": ")
                + String.join(", ", changes.stream().filter(c -> !c.isEmpty()).toList());
    }

    private static String change(String what, String before, String after) {
        return before.equals(after) ? "" : what + " " + before + " -> " + after;
    }

    private String output(TraceStep.Output step) {
        String owner = owner(step.device());
        String to = owner.isEmpty() ? "out of " + step.device() : "to " + owner;
        return bytes(step.length()) + " " + to;
    }

    private String arp(TraceStep.Arp step, @Nullable TraceStep next) {
        String sender = trace.who(step.senderIp());
        String words = step.operation() == 1
                ? sender + " asks who has " + step.targetIp()
                : sender + " is at " + step.senderMac();
        if (next instanceof TraceStep.Output) {
            return words + ": the switch, which answers";
        }
        return next == null ? words + ": learnt" : words;
    }

    private String drop(TraceStep.Drop step) {
        return dropped(step.reporter(), step.reason().key(), step.reason().text());
    }

    private String dropped(String reporter, String key, String text) {
        String why = denial.isEmpty() || !reporter.startsWith("acl-plugin") ? "" : ": " + denial;
        return "dropped: " + key + ": " + text + why;
    }

    private String listsOf(TraceStep.Acl step) {
        List<String> names = lists(step).stream()
                .map(list -> list.index() + quoted(list.name()))
                .toList();
        return (names.size() == 1 ? "list " : "lists ") + String.join(" and ", names) + " " + where(step);
    }

    private static String where(TraceStep.Acl step) {
        return step.carriedFrom().isEmpty()
                ? (step.input() ? "from " : "towards ") + step.device()
                : "carried from " + step.carriedFrom();
    }

    private List<AclConfig> lists(TraceStep.Acl step) {
        return step.asked().stream()
                .flatMap(index -> config.acls().stream().filter(acl -> acl.index() == index))
                .toList();
    }

    private Optional<InterfaceConfig> iface(String device) {
        return config.interfaces().stream()
                .filter(iface -> iface.name().equals(device))
                .findFirst();
    }

    private String owner(String device) {
        return iface(device).map(InterfaceConfig::owner).orElse("");
    }

    private String place(String device) {
        String owner = owner(device);
        return owner.isEmpty() ? device : device + " (" + owner + ")";
    }

    private static String quoted(String name) {
        return name.isEmpty() ? "" : " \"" + name + "\"";
    }

    private static String origin(String origin) {
        return origin.isEmpty() ? "" : " (" + origin + ")";
    }

    private static String bytes(int count) {
        return count + (count == 1 ? " byte" : " bytes");
    }

    /** A MAC address within hexadecimal digits. */
    private static String mac(String hex, int at) {
        if (hex.length() < at + 12) {
            return "";
        }
        StringBuilder mac = new StringBuilder(17);
        for (int i = at; i < at + 12; i += 2) {
            mac.append(i == at ? "" : ":").append(hex, i, i + 2);
        }
        return mac.toString();
    }
}
