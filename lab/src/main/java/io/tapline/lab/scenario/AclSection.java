// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.config.PortRange;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The list {@code acls}. */
final class AclSection {
    static final int MAX_INDEX = 0xffff;

    private static final int MAX_PORT = 0xffff;
    private static final int MAX_ICMP = 0xff;
    private static final Map<String, AclAction> ACTIONS = Map.of(
            "deny", AclAction.DENY,
            "permit", AclAction.PERMIT,
            "permit+reflect", AclAction.PERMIT_REFLECT,
            "reject", AclAction.REJECT);
    private static final Map<String, Integer> PROTOCOLS = Map.of(
            "any", AclRule.ANY_PROTOCOL,
            "icmp", Ipv4.PROTOCOL_ICMP,
            "tcp", Ipv4.PROTOCOL_TCP,
            "udp", Ipv4.PROTOCOL_UDP,
            "sctp", Ipv4.PROTOCOL_SCTP);

    private final Names indexes = new Names("access list with index");

    /** The lists' indexes, to be referred to. */
    Names indexes() {
        return indexes;
    }

    AclConfig read(Value value) {
        Fields fields = value.fields("index", "name", "rules", "on-change");
        Value index = fields.required("index");
        int number = index.number(0, MAX_INDEX);
        indexes.declare(index, Integer.toString(number));
        String name = fields.optional("name").map(Value::label).orElse("");
        List<AclRule> rules =
                fields.list("rules").stream().map(AclSection::rule).toList();
        Optional<Value> onChange = fields.optional("on-change");
        return value.build(() -> new AclConfig(
                number,
                name,
                rules,
                onChange.map(v -> v.as(AclSection::onChange)).orElse(OnChange.RE_EVALUATE)));
    }

    private static OnChange onChange(String text) {
        return switch (text) {
            case "re-evaluate" -> OnChange.RE_EVALUATE;
            case "keep" -> OnChange.KEEP;
            default -> OnChange.drain(drainSeconds(text));
        };
    }

    private static int drainSeconds(String text) {
        if (!text.matches("drain [0-9]{1,5} s")) {
            throw new IllegalArgumentException("'" + text + "' is not re-evaluate, keep, or as 'drain 30 s'");
        }
        return Integer.parseInt(text.substring("drain ".length(), text.length() - " s".length()));
    }

    private static AclRule rule(Value value) {
        Fields fields = value.fields(
                "action",
                "source",
                "destination",
                "protocol",
                "source-ports",
                "destination-ports",
                "icmp-type",
                "icmp-code",
                "origin",
                "hint");
        AclAction action = fields.required("action").choice(ACTIONS);
        Optional<IpPrefix> source = block(fields, "source");
        Optional<IpPrefix> destination = block(fields, "destination");
        boolean ip6 = source.or(() -> destination).map(block -> !block.isIpv4()).orElse(false);
        IpPrefix any = ip6 ? IpPrefix.ANY_IPV6 : IpPrefix.ANY_IPV4;
        int protocol = fields.optional("protocol").map(AclSection::protocol).orElse(AclRule.ANY_PROTOCOL);
        boolean icmp = protocol == Ipv4.PROTOCOL_ICMP;
        refuse(fields, icmp, "source-ports", "ICMP has no ports; write icmp-type and icmp-code");
        refuse(fields, icmp, "destination-ports", "ICMP has no ports; write icmp-type and icmp-code");
        refuse(fields, !icmp, "icmp-type", "needs 'protocol: icmp' in the same rule");
        refuse(fields, !icmp, "icmp-code", "needs 'protocol: icmp' in the same rule");
        PortRange first = icmp ? range(fields, "icmp-type", MAX_ICMP) : range(fields, "source-ports", MAX_PORT);
        PortRange second = icmp ? range(fields, "icmp-code", MAX_ICMP) : range(fields, "destination-ports", MAX_PORT);
        Origin origin = Origin.of(fields.optional("origin").map(Value::label).orElse(""));
        String hint = fields.optional("hint").map(Value::label).orElse("");
        return value.build(() -> new AclRule(
                action, source.orElse(any), destination.orElse(any), protocol, first, second, origin, hint));
    }

    /** An address block; empty for any. */
    private static Optional<IpPrefix> block(Fields fields, String key) {
        return fields.optional(key)
                .filter(value -> !value.text().equals("any"))
                .map(value -> value.as(IpPrefix::parse));
    }

    private static int protocol(Value value) {
        boolean isNumber = value.text().chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? value.number(1, 255) : value.choice(PROTOCOLS);
    }

    private static PortRange range(Fields fields, String key, int most) {
        return fields.optional(key)
                .filter(value -> !value.text().equals("any"))
                .map(value -> value.as(text -> Words.range(text, most)))
                .orElse(PortRange.ANY);
    }

    private static void refuse(Fields fields, boolean when, String key, String message) {
        Optional<Value> value = fields.optional(key);
        if (when && value.isPresent()) {
            throw value.get().mistake(message);
        }
    }
}
