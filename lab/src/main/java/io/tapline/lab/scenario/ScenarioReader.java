// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.EndpointName;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.TextFile;
import io.tapline.source.yaml.Value;
import io.tapline.source.yaml.YamlTree;
import io.tapline.wire.IpAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads scenario files; docs/replay.md describes the format. Mistakes are collected, one per list element, so that most
 * can be put right at once.
 */
public final class ScenarioReader {
    private static final int MAX_MISTAKES = 20;

    private final String file;
    private final List<Mistake> mistakes = new ArrayList<>();

    private ScenarioReader(String file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws ScenarioException when it cannot be read or understood, naming places and remedies
     */
    public static Scenario read(Path path) {
        try {
            return parse(path.toString(), TextFile.read(path, "scenario"));
        } catch (Mistake e) {
            throw new ScenarioException(path.toString(), List.of(e));
        }
    }

    /**
     * Reads a text as if it were that of a file.
     *
     * @throws ScenarioException when it cannot be understood, naming places and remedies
     */
    static Scenario parse(String file, String text) {
        return new ScenarioReader(file).scenario(text);
    }

    private Scenario scenario(String text) {
        Optional<Scenario> scenario = Optional.empty();
        try {
            scenario = Optional.of(sections(YamlTree.parse(text, "scenario")));
        } catch (Mistake e) {
            mistakes.add(e);
        }
        if (!mistakes.isEmpty()) {
            throw new ScenarioException(file, mistakes);
        }
        return scenario.orElseThrow();
    }

    private Scenario sections(Value root) {
        Fields sections =
                root.fields("interfaces", "routes", "neighbors", "acls", "nat", "endpoints", "pins", "packets");
        AclSection aclSection = new AclSection();
        InterfaceSection interfaceSection = new InterfaceSection(aclSection.indexes());
        RouteSection routeSection = new RouteSection(interfaceSection.names());
        List<AclConfig> acls = each(sections, "acls", aclSection::read);
        List<InterfaceConfig> interfaces = each(sections, "interfaces", interfaceSection::read);
        List<RouteConfig> routes = each(sections, "routes", routeSection::readRoute);
        List<NeighborConfig> neighbors = each(sections, "neighbors", routeSection::readNeighbor);
        List<EndpointName> endpoints = each(sections, "endpoints", ScenarioReader::endpoint);
        Optional<Fields> pins = sections.optional("pins")
                .map(value -> value.fields("first-acl-session", "first-nat-session", "start-time"));
        int firstNatSession = pins.map(p -> p.number("first-nat-session", 0, Integer.MAX_VALUE / 2, 0))
                .orElse(0);
        NatConfig nat = sections.optional("nat")
                .map(value -> new NatSection(interfaceSection.names()).read(value, firstNatSession))
                .orElse(new NatConfig(true));
        int firstSession = pins.map(p -> p.number("first-acl-session", 0, Integer.MAX_VALUE / 2, 0))
                .orElse(0);
        long start = pins.flatMap(p -> p.optional("start-time"))
                .map(time -> time.as(Words::clock))
                .orElse(0L);
        Map<String, InterfaceConfig> byName =
                interfaces.stream().collect(Collectors.toMap(InterfaceConfig::name, Function.identity()));
        PacketSection packets = new PacketSection(interfaceSection.names(), byName, Path.of(file));
        List<Scenario.Event> events = each(sections, "packets", packets::read).stream()
                .flatMap(List::stream)
                .toList();
        Scenario scenario = new Scenario(
                file,
                new SwitchConfig(interfaces, routes, neighbors, acls, nat, endpoints, firstSession),
                start,
                events);
        if (scenario.packetCount() > Scenario.MAX_PACKETS) {
            throw sections.required("packets")
                    .mistake(scenario.packetCount() + " packets are more than " + Scenario.MAX_PACKETS);
        }
        return scenario;
    }

    /** Reads the elements of a list; one that has a mistake is left out, as are the mistakes after the first few. */
    private <T> List<T> each(Fields sections, String key, Function<Value, T> reader) {
        List<T> elements = new ArrayList<>();
        for (Value element : sections.list(key)) {
            try {
                elements.add(reader.apply(element));
            } catch (Mistake e) {
                if (mistakes.size() < MAX_MISTAKES) {
                    mistakes.add(e);
                }
            }
        }
        return elements;
    }

    private static EndpointName endpoint(Value value) {
        Fields fields = value.fields("address", "name");
        IpAddress address = fields.required("address").as(IpAddress::parse);
        return new EndpointName(address, fields.required("name").label());
    }
}
