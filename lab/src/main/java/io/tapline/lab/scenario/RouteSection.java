// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The lists {@code routes} and {@code neighbors}. */
final class RouteSection {
    private static final String[] TARGETS = {"via", "drop", "local", "lookup-in"};

    private final Names interfaces;

    RouteSection(Names interfaces) {
        this.interfaces = interfaces;
    }

    RouteConfig readRoute(Value value) {
        Fields fields = value.fields("prefix", "table", "via", "drop", "local", "lookup-in", "pins");
        IpPrefix prefix = fields.required("prefix").as(IpPrefix::parse);
        int table = fields.number("table", 0, RouteConfig.MAX_TABLE, 0);
        List<String> targets = Stream.of(TARGETS).filter(fields::has).toList();
        if (targets.size() != 1) {
            throw fields.mistake("a route has one of via, drop, local, lookup-in; this one has "
                    + (targets.isEmpty() ? "none" : String.join(" and ", targets)));
        }
        RouteConfig.Target target = target(fields, targets.getFirst());
        int number = pin(fields, "object-number");
        return value.build(() -> new RouteConfig(table, prefix, target, number));
    }

    private RouteConfig.Target target(Fields fields, String kind) {
        return switch (kind) {
            case "via" -> via(fields.required(kind));
            case "lookup-in" -> new RouteConfig.LookupIn(fields.required(kind).number(0, RouteConfig.MAX_TABLE));
            case "drop" -> {
                mustBeTrue(fields.required(kind));
                yield new RouteConfig.Drop();
            }
            default -> {
                mustBeTrue(fields.required(kind));
                yield new RouteConfig.Local();
            }
        };
    }

    private static void mustBeTrue(Value value) {
        if (!value.flag()) {
            throw value.mistake("can only be true; leave the key out otherwise");
        }
    }

    private RouteConfig.Forward via(Value value) {
        List<Value> hops = value.isList() ? value.list() : List.of(value);
        if (hops.isEmpty()) {
            throw value.mistake("lists no next hop; to discard packets write 'drop: true'");
        }
        return new RouteConfig.Forward(hops.stream().map(this::nextHop).toList());
    }

    private NextHop nextHop(Value value) {
        Fields fields = value.fields("interface", "gateway", "weight");
        Optional<String> device = fields.optional("interface").map(this::interfaceName);
        Optional<IpAddress> gateway = fields.optional("gateway").map(address -> address.as(IpAddress::parse));
        int weight = fields.number("weight", 1, NextHop.MAX_WEIGHT, 1);
        return value.build(() -> new NextHop(device, gateway, weight));
    }

    NeighborConfig readNeighbor(Value value) {
        Fields fields = value.fields("interface", "address", "mac", "pins");
        String device = interfaceName(fields.required("interface"));
        IpAddress address = fields.required("address").as(IpAddress::parse);
        long mac = fields.required("mac").as(MacAddress::parse);
        int number = pin(fields, "adjacency-number");
        return value.build(() -> new NeighborConfig(device, address, mac, number));
    }

    private String interfaceName(Value value) {
        String name = value.label();
        interfaces.refer(value, name);
        return name;
    }

    private static int pin(Fields fields, String key) {
        return fields.optional("pins")
                .map(pins -> pins.fields(key).number(key, 0, Integer.MAX_VALUE, -1))
                .orElse(-1);
    }
}
