// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.config;

import io.tapline.agent.node.NodeOptions;
import io.tapline.agent.node.UplinkOptions;
import io.tapline.control.ipam.AddressPlan;
import io.tapline.control.node.NodeSettings;
import io.tapline.control.node.UplinkPorts;
import io.tapline.control.policy.PolicyAnnotations;
import io.tapline.dataplane.NatLimits;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.model.HostPolicies;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The agent's configuration.
 *
 * @param node what the node needs to know
 * @param manifests directory of manifests; empty for none
 * @param socket the agent's socket
 * @param api where operators are served
 * @param resyncSeconds pause between two comparisons; 0 for none
 * @param entries every key with its value
 */
public record AgentConfig(
        NodeOptions node,
        Optional<Path> manifests,
        Path socket,
        ApiSettings api,
        int resyncSeconds,
        List<Entry> entries) {
    /**
     * A key.
     *
     * @param key its name, with dots for nested maps
     * @param value its value; empty for none
     * @param given whether the file gives it; otherwise the value is the default
     * @param meaning what it is for
     */
    public record Entry(String key, String value, boolean given, String meaning) {}

    private static final int MAX_SECONDS = 86_400;
    private static final int MIN_SESSIONS = 1024;
    private static final int MAX_SESSIONS = 1 << 24;

    /** Where deletions wait while there is no agent. */
    public Path pendingDeletes() {
        return node.stateDirectory().resolve("pending-deletes");
    }

    /** Where what was in force last is kept. */
    public Path lastGoodManifests() {
        return node.stateDirectory().resolve("last-good-manifests.yaml");
    }

    /** Everything at its default. */
    public static AgentConfig defaults() {
        return of(new EnumMap<>(Knob.class));
    }

    /**
     * A configuration file.
     *
     * @param name of the file, for messages
     * @throws ConfigFileException with the line and key of the first mistake
     */
    public static AgentConfig parse(String name, String text) {
        return of(ConfigFile.read(name, text));
    }

    static AgentConfig of(Map<Knob, Setting> settings) {
        Values values = new Values(settings);
        NodeSettings node = new NodeSettings(
                values.build(Knob.NODE_ID, () -> plan(values).node(values.number(Knob.NODE_ID, 1, 1 << 20))),
                values.number(Knob.MTU, 68, 65535),
                values.build(
                        Knob.UPLINK_TABLE,
                        () -> new NodeSettings.Tables(
                                values.number(Knob.MAIN_TABLE, 0, 255),
                                values.number(Knob.POD_TABLE, 0, 255),
                                values.number(Knob.UPLINK_TABLE, 0, 255))),
                values.text(Knob.HOST_DEVICE),
                List.of(),
                Optional.empty(),
                values.build(
                        Knob.SOURCE_NAT_PORTS,
                        () -> new UplinkPorts(values.ports(Knob.NODE_PORTS), values.ports(Knob.SOURCE_NAT_PORTS))),
                natTimeouts(values));
        Optional<Path> manifests = values.optional(Knob.MANIFESTS).map(Path::of);
        int podWait = values.number(Knob.POD_WAIT, 0, 3600);
        NodeOptions options = new NodeOptions(
                values.optional(Knob.NODE_NAME).orElseGet(AgentConfig::hostName),
                node,
                values.optional(Knob.HOST_NAMESPACE).map(Path::of),
                uplink(values),
                Path.of(values.text(Knob.STATE)),
                values.number(Knob.HISTORY, 1, 1_000_000),
                manifests.isPresent() ? OptionalInt.of(podWait) : OptionalInt.empty(),
                values.number(Knob.SPIN, 0, 1_000_000) * 1000L,
                limits(values),
                onPolicyChange(values),
                hostPolicies(values));
        return new AgentConfig(
                options,
                manifests,
                Path.of(values.text(Knob.SOCKET)),
                api(values),
                values.number(Knob.RESYNC, 0, MAX_SECONDS),
                values.entries());
    }

    private static ApiSettings api(Values values) {
        Path socket = values.optional(Knob.API_SOCKET)
                .map(Path::of)
                .orElseGet(() -> Path.of(values.text(Knob.SOCKET)).resolveSibling("api.sock"));
        Optional<String> listen = values.optional(Knob.API_LISTEN);
        if (listen.isEmpty()) {
            return new ApiSettings(socket, Optional.empty());
        }
        Optional<Path> keyStore = values.optional(Knob.API_KEY_STORE).map(Path::of);
        Optional<Path> password = values.optional(Knob.API_KEY_PASSWORD).map(Path::of);
        Optional<Path> token = values.optional(Knob.API_TOKEN).map(Path::of);
        return values.build(
                Knob.API_LISTEN,
                () -> new ApiSettings(
                        socket, Optional.of(ApiSettings.Listener.parse(listen.get(), token, keyStore, password))));
    }

    private static Optional<UplinkOptions> uplink(Values values) {
        Optional<IpAddress> gateway = values.optional(Knob.UPLINK_GATEWAY)
                .map(text -> values.build(Knob.UPLINK_GATEWAY, () -> IpAddress.parse(text)));
        return values.optional(Knob.UPLINK).map(device -> new UplinkOptions(device, gateway));
    }

    private static SwitchLimits limits(Values values) {
        AclSessions.Timeouts timeouts = new AclSessions.Timeouts(
                values.number(Knob.SESSION_UDP, 1, NatTimeouts.MAX_SECONDS),
                values.number(Knob.SESSION_TCP_IDLE, 1, NatTimeouts.MAX_SECONDS),
                values.number(Knob.SESSION_TCP_TRANSIENT, 1, NatTimeouts.MAX_SECONDS));
        return SwitchLimits.DEFAULT
                .withAclSessions(values.number(Knob.SESSIONS, MIN_SESSIONS, MAX_SESSIONS), timeouts)
                .withNat(NatLimits.DEFAULT.withSessions(values.number(Knob.NAT_SESSIONS, MIN_SESSIONS, MAX_SESSIONS)));
    }

    private static NatTimeouts natTimeouts(Values values) {
        return new NatTimeouts(
                values.number(Knob.NAT_UDP, 1, NatTimeouts.MAX_SECONDS),
                values.number(Knob.NAT_TCP_ESTABLISHED, 1, NatTimeouts.MAX_SECONDS),
                values.number(Knob.NAT_TCP_TRANSITORY, 1, NatTimeouts.MAX_SECONDS),
                values.number(Knob.NAT_TCP_CLOSED, 1, NatTimeouts.MAX_SECONDS),
                values.number(Knob.NAT_ICMP, 1, NatTimeouts.MAX_SECONDS));
    }

    private static OnChange onPolicyChange(Values values) {
        String text = values.text(Knob.ON_POLICY_CHANGE);
        return PolicyAnnotations.parse(text)
                .orElseThrow(() -> values.mistake(
                        Knob.ON_POLICY_CHANGE,
                        "'" + text + "' is none of re-evaluate, keep and drain Ns with 1 to "
                                + OnChange.MAX_DRAIN_SECONDS + " seconds, such as drain 30s"));
    }

    private static Optional<HostPolicies> hostPolicies(Values values) {
        boolean reachOwnPods = values.flag(Knob.REACH_OWN_PODS);
        Optional<String> namespace = values.optional(Knob.HOST_POLICIES);
        if (namespace.isEmpty() && !reachOwnPods) {
            throw values.mistake(Knob.REACH_OWN_PODS, "has no meaning without " + Knob.HOST_POLICIES.path());
        }
        return namespace.map(name -> values.build(Knob.HOST_POLICIES, () -> new HostPolicies(name, reachOwnPods)));
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the host's name; set nodeName", e);
        }
    }

    private static AddressPlan plan(Values values) {
        IpPrefix services = values.prefix(Knob.SERVICES);
        Optional<String> whole = values.optional(Knob.CONTIV_CIDR);
        if (whole.isPresent()) {
            values.refuseBeside(
                    Knob.CONTIV_CIDR,
                    Knob.POD_SUBNET,
                    Knob.POD_NODE_LENGTH,
                    Knob.HOST_SUBNET,
                    Knob.HOST_NODE_LENGTH,
                    Knob.INTERCONNECT,
                    Knob.VXLAN);
            IpPrefix prefix = values.prefix(Knob.CONTIV_CIDR);
            return values.build(Knob.CONTIV_CIDR, () -> AddressPlan.within(prefix, services));
        }
        return values.build(
                Knob.POD_SUBNET,
                () -> new AddressPlan(
                        values.prefix(Knob.POD_SUBNET),
                        values.number(Knob.POD_NODE_LENGTH, 1, 32),
                        values.prefix(Knob.HOST_SUBNET),
                        values.number(Knob.HOST_NODE_LENGTH, 1, 32),
                        values.prefix(Knob.INTERCONNECT),
                        values.prefix(Knob.VXLAN),
                        services));
    }

    /** A configuration file with every key, its default and its meaning. */
    public static String documentation() {
        StringBuilder text = new StringBuilder("# tapline agent: every key with its default.\n");
        String section = "";
        for (Knob knob : Knob.values()) {
            int dot = knob.path().indexOf('.');
            String knobSection = dot < 0 ? "" : knob.path().substring(0, dot);
            if (!knobSection.equals(section) && !knobSection.isEmpty()) {
                text.append(knobSection).append(":\n");
            }
            section = knobSection;
            String indent = knobSection.isEmpty() ? "" : "  ";
            String fallback = knob.fallback().isEmpty() ? "\"\"" : knob.fallback();
            text.append(indent).append("# ").append(knob.meaning()).append('\n');
            text.append(indent)
                    .append(knob.path().substring(dot + 1))
                    .append(": ")
                    .append(fallback)
                    .append('\n');
        }
        return text.toString();
    }

    /** The value of a key and where it stands. */
    record Setting(String text, String place) {}

    /** Values by their keys; each complaint names place and key. */
    private record Values(Map<Knob, Setting> settings) {
        String text(Knob knob) {
            Setting setting = settings.get(knob);
            return setting == null ? knob.fallback() : setting.text();
        }

        Optional<String> optional(Knob knob) {
            return Optional.of(text(knob)).filter(text -> !text.isEmpty());
        }

        int number(Knob knob, int least, int most) {
            String text = text(knob);
            if (!text.matches("-?[0-9]{1,9}")) {
                throw mistake(knob, "'" + text + "' is not a whole number");
            }
            int value = Integer.parseInt(text);
            if (value < least || value > most) {
                throw mistake(knob, text + " is outside " + least + ".." + most);
            }
            return value;
        }

        boolean flag(Knob knob) {
            return switch (text(knob)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw mistake(knob, "'" + text(knob) + "' is neither true nor false");
            };
        }

        IpPrefix prefix(Knob knob) {
            return build(knob, () -> IpPrefix.parse(text(knob)));
        }

        List<Entry> entries() {
            return Arrays.stream(Knob.values())
                    .map(knob -> new Entry(knob.path(), text(knob), settings.containsKey(knob), knob.meaning()))
                    .toList();
        }

        PortRange ports(Knob knob) {
            String[] ends = text(knob).split("-", 2);
            return build(knob, () -> {
                int first = port(knob, ends[0]);
                return new PortRange(first, ends.length == 1 ? first : port(knob, ends[1]));
            });
        }

        private int port(Knob knob, String text) {
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_534) {
                // The kernel's rules know no range up to 65535.
                throw mistake(knob, "'" + text(knob) + "' is not a range within 1-65534 such as 30000-32767");
            }
            return Integer.parseInt(text);
        }

        <T> T build(Knob knob, Supplier<T> work) {
            try {
                return work.get();
            } catch (ConfigFileException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw mistake(knob, String.valueOf(e.getMessage()));
            }
        }

        void refuseBeside(Knob knob, Knob... others) {
            for (Knob other : others) {
                if (settings.containsKey(other)) {
                    throw mistake(other, "has no meaning beside " + knob.path() + "; leave one of them out");
                }
            }
        }

        private ConfigFileException mistake(Knob knob, String message) {
            Setting setting = settings.get(knob);
            return new ConfigFileException(
                    (setting == null ? "" : setting.place() + ": ") + knob.path() + ": " + message);
        }
    }
}
