// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The map {@code nat}. */
final class NatSection {
    private static final int MAX_PORT = 0xffff;
    private static final Map<String, Integer> PROTOCOLS =
            Map.of("tcp", Ipv4.PROTOCOL_TCP, "udp", Ipv4.PROTOCOL_UDP, "sctp", Ipv4.PROTOCOL_SCTP);
    private static final Map<String, NatMapping.TwiceNat> TWICE_NAT = Map.of(
            "off", NatMapping.TwiceNat.OFF, "self", NatMapping.TwiceNat.SELF, "always", NatMapping.TwiceNat.ALWAYS);
    private static final Map<String, NatMapping.Audience> AUDIENCES = Map.of(
            "any", NatMapping.Audience.ANY,
            "internal", NatMapping.Audience.INTERNAL,
            "external", NatMapping.Audience.EXTERNAL);
    private static final Map<String, NatMapping.WithoutBackends> WITHOUT_BACKENDS = Map.of(
            "reject", NatMapping.WithoutBackends.REJECT,
            "drop", NatMapping.WithoutBackends.DROP,
            "forward", NatMapping.WithoutBackends.FORWARD);

    private final Names interfaces;

    NatSection(Names interfaces) {
        this.interfaces = interfaces;
    }

    NatConfig read(Value value, int firstSession) {
        Fields fields = value.fields("forwarding", "mappings", "identities", "source", "twice-nat-pool", "timeouts");
        boolean forwarding = fields.optional("forwarding").map(Value::flag).orElse(true);
        List<NatMapping> mappings =
                fields.list("mappings").stream().map(NatSection::mapping).toList();
        List<NatIdentity> identities =
                fields.list("identities").stream().map(NatSection::identity).toList();
        List<SourceNat> sources =
                fields.list("source").stream().map(this::source).toList();
        List<IpAddress> pool = addresses(fields, "twice-nat-pool");
        NatTimeouts timeouts =
                fields.optional("timeouts").map(NatSection::timeouts).orElse(NatTimeouts.DEFAULT);
        return value.build(
                () -> new NatConfig(forwarding, mappings, identities, sources, pool, timeouts, firstSession));
    }

    private static NatMapping mapping(Value value) {
        Fields fields = value.fields(
                "external",
                "port",
                "protocol",
                "backends",
                "out2in-only",
                "twice-nat",
                "affinity",
                "allowed-sources",
                "audience",
                "without-backends",
                "origin");
        IpAddress external = fields.required("external").as(IpAddress::parse);
        int port = fields.number("port", 1, MAX_PORT, 0);
        int protocol = protocol(fields);
        List<NatBackend> backends =
                fields.list("backends").stream().map(NatSection::backend).toList();
        return value.build(() -> new NatMapping(
                external,
                port,
                protocol,
                backends,
                fields.optional("out2in-only").map(Value::flag).orElse(true),
                fields.optional("twice-nat").map(word -> word.choice(TWICE_NAT)).orElse(NatMapping.TwiceNat.SELF),
                fields.number("affinity", 0, NatMapping.MAX_AFFINITY_SECONDS, 0),
                prefixes(fields, "allowed-sources"),
                fields.optional("audience").map(word -> word.choice(AUDIENCES)).orElse(NatMapping.Audience.ANY),
                fields.optional("without-backends")
                        .map(word -> word.choice(WITHOUT_BACKENDS))
                        .orElse(NatMapping.WithoutBackends.REJECT),
                origin(fields)));
    }

    private static NatBackend backend(Value value) {
        Fields fields = value.fields("address", "port", "weight", "table", "draining", "hide-client", "origin");
        return value.build(() -> new NatBackend(
                fields.required("address").as(IpAddress::parse),
                fields.number("port", 1, MAX_PORT, 0),
                fields.number("weight", 1, NatBackend.MAX_WEIGHT, 1),
                fields.number("table", 0, RouteConfig.MAX_TABLE, -1),
                fields.optional("draining").map(Value::flag).orElse(false),
                fields.optional("hide-client").map(Value::flag).orElse(false),
                origin(fields)));
    }

    private static NatIdentity identity(Value value) {
        Fields fields = value.fields("address", "port", "protocol", "origin");
        return value.build(() -> new NatIdentity(
                fields.required("address").as(IpAddress::parse),
                fields.number("port", 1, MAX_PORT, 0),
                protocol(fields),
                origin(fields)));
    }

    private SourceNat source(Value value) {
        Fields fields = value.fields("interface", "pool", "ports", "excluded");
        Value device = fields.required("interface");
        interfaces.refer(device, device.label());
        List<IpPrefix> excluded = prefixes(fields, "excluded");
        return value.build(() -> new SourceNat(
                device.label(),
                addresses(fields, "pool"),
                fields.optional("ports")
                        .map(ports -> ports.as(text -> Words.range(text, MAX_PORT)))
                        .orElse(SourceNat.ALL_PORTS),
                excluded));
    }

    private static NatTimeouts timeouts(Value value) {
        Fields fields = value.fields("udp", "tcp-established", "tcp-transitory", "tcp-closed", "icmp");
        NatTimeouts otherwise = NatTimeouts.DEFAULT;
        int most = NatTimeouts.MAX_SECONDS;
        return new NatTimeouts(
                fields.number("udp", 1, most, otherwise.udp()),
                fields.number("tcp-established", 1, most, otherwise.tcpEstablished()),
                fields.number("tcp-transitory", 1, most, otherwise.tcpTransitory()),
                fields.number("tcp-closed", 1, most, otherwise.tcpClosed()),
                fields.number("icmp", 1, most, otherwise.icmp()));
    }

    private static int protocol(Fields fields) {
        Optional<Value> protocol = fields.optional("protocol");
        return protocol.map(word -> word.choice(PROTOCOLS)).orElse(0);
    }

    private static List<IpAddress> addresses(Fields fields, String key) {
        return fields.list(key).stream()
                .map(address -> address.as(IpAddress::parse))
                .toList();
    }

    private static List<IpPrefix> prefixes(Fields fields, String key) {
        return fields.list(key).stream()
                .map(prefix -> prefix.as(IpPrefix::parse))
                .toList();
    }

    private static String origin(Fields fields) {
        return fields.optional("origin").map(Value::label).orElse("");
    }
}
