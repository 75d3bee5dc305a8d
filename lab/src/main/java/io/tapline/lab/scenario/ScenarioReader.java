// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.EndpointName;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.lab.scenario.ScenarioException.Mistake;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    /** Most bytes of a scenario file. */
    static final int MAX_FILE_BYTES = 16 << 20;

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
        return parse(path.toString(), load(path));
    }

    /**
     * Reads a text as if it were that of a file.
     *
     * @throws ScenarioException when it cannot be understood, naming places and remedies
     */
    static Scenario parse(String file, String text) {
        return new ScenarioReader(file).scenario(text);
    }

    private static String load(Path path) {
        String file = path.toString();
        try {
            if (Files.isDirectory(path)) {
                throw new ScenarioException(file, "is a directory; name a scenario file in it");
            }
            if (Files.isRegularFile(path) && Files.size(path) > MAX_FILE_BYTES) {
                throw new ScenarioException(file, "is larger than " + (MAX_FILE_BYTES >> 20) + " MiB");
            }
            String text = Files.readString(path, StandardCharsets.UTF_8);
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new ScenarioException(file, "there is no such file");
        } catch (AccessDeniedException e) {
            throw new ScenarioException(file, "must not be read by this user");
        } catch (CharacterCodingException e) {
            throw new ScenarioException(file, "is not UTF-8 text");
        } catch (IOException e) {
            throw new ScenarioException(file, "cannot be read: " + e.getMessage());
        }
    }

    private Scenario scenario(String text) {
        Optional<Scenario> scenario = Optional.empty();
        try {
            scenario = Optional.of(sections(YamlTree.parse(text)));
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
        boolean forwarding = sections.optional("nat")
                .flatMap(nat -> nat.fields("forwarding").optional("forwarding"))
                .map(Value::flag)
                .orElse(true);
        Optional<Fields> pins = sections.optional("pins").map(value -> value.fields("first-acl-session", "start-time"));
        int firstSession = pins.map(p -> p.number("first-acl-session", 0, Integer.MAX_VALUE / 2, 0))
                .orElse(0);
        long start = pins.flatMap(p -> p.optional("start-time"))
                .map(time -> time.as(Words::clock))
                .orElse(0L);
        Map<String, InterfaceConfig> byName =
                interfaces.stream().collect(Collectors.toMap(InterfaceConfig::name, Function.identity()));
        PacketSection packets = new PacketSection(interfaceSection.names(), byName);
        List<Scenario.Event> events = each(sections, "packets", packets::read).stream()
                .flatMap(List::stream)
                .toList();
        Scenario scenario = new Scenario(
                file,
                new SwitchConfig(
                        interfaces, routes, neighbors, acls, new NatConfig(forwarding), endpoints, firstSession),
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
