// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.EndpointName;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.FeatureArcs;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.dataplane.table.Ip4Trie;
import io.tapline.dataplane.table.NatTable;
import io.tapline.wire.IpAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a configuration into a generation, or refuses it with one clear message. Runs off the data path and changes
 * nothing but what it returns. What follows from a part of the configuration that is as it was is shared with the
 * generation before.
 */
final class Compiler {
    private final SwitchConfig config;
    private final Generation previous;
    private final int maxInterface;
    private final int nowTicks;
    private final Map<String, InterfaceConfig> byName = new HashMap<>();
    private final Map<Integer, AclConfig> acls = new HashMap<>();
    private final Map<List<Integer>, CompiledAcl> previousLists = new HashMap<>();

    private Compiler(SwitchConfig config, Generation previous, int maxInterface, int nowTicks) {
        this.config = config;
        this.previous = previous;
        this.maxInterface = maxInterface;
        this.nowTicks = nowTicks;
    }

    /** The generation before the first configuration: no interfaces, nothing passes. */
    static Generation empty(int maxInterface) {
        InterfaceAcls none = new InterfaceAcls(maxInterface);
        FibCompiler.Result fib = FibCompiler.compile(SwitchConfig.EMPTY, Map.of(), new Ip4Trie[0]);
        return new Generation(
                0,
                SwitchConfig.EMPTY,
                new Interfaces(List.of(), maxInterface),
                new FeatureArcs.Builder(maxInterface).build(),
                fib.tries(),
                fib.adjacencies(),
                fib.loadBalances(),
                none,
                new int[(maxInterface + 1) * 2],
                NatTable.compile(SwitchConfig.EMPTY.nat(), Map.of(), maxInterface, null),
                Map.of());
    }

    /**
     * Compiles {@code config} into the generation after {@code previous}.
     *
     * @param nowTicks when it takes the place of {@code previous}, in the ticks of sessions
     * @throws ConfigException naming the object and what is wrong with it
     */
    static Generation compile(SwitchConfig config, Generation previous, int maxInterface, int nowTicks) {
        return new Compiler(config, previous, maxInterface, nowTicks).generation();
    }

    private Generation generation() {
        checkInterfaces();
        checkAcls();
        long number = previous.number() + 1;
        SwitchConfig before = previous.config();
        boolean sameInterfaces = number > 1 && config.interfaces().equals(before.interfaces());
        boolean sameRoutes = sameInterfaces
                && config.routes().equals(before.routes())
                && config.neighbors().equals(before.neighbors());
        boolean sameArcs =
                sameInterfaces && config.nat().sourceNats().equals(before.nat().sourceNats());
        FibCompiler.Result fib = sameRoutes
                ? new FibCompiler.Result(previous.tries(), previous.adjacencies(), previous.loadBalances())
                : FibCompiler.compile(config, byName, previous.tries());
        return new Generation(
                number,
                config,
                sameInterfaces ? previous.interfaces() : new Interfaces(config.interfaces(), maxInterface),
                sameArcs ? previous.arcs() : arcs(),
                fib.tries(),
                fib.adjacencies(),
                fib.loadBalances(),
                interfaceAcls(number),
                sameArcs ? previous.aclNext() : aclNext(),
                nat(),
                config.endpoints().equals(before.endpoints()) ? previous.names() : names());
    }

    private Map<IpAddress, String> names() {
        Map<IpAddress, String> names = new HashMap<>();
        for (EndpointName endpoint : config.endpoints()) {
            names.put(endpoint.address(), endpoint.name());
        }
        return Map.copyOf(names);
    }

    private void checkInterfaces() {
        Set<Integer> indexes = new HashSet<>();
        for (InterfaceConfig iface : config.interfaces()) {
            if (iface.index() > maxInterface) {
                throw new ConfigException("interface " + iface.name() + ": index " + iface.index()
                        + " is above the switch's limit of " + maxInterface);
            }
            if (!indexes.add(iface.index())) {
                throw new ConfigException("interface " + iface.name() + ": index " + iface.index() + " is taken");
            }
            if (byName.put(iface.name(), iface) != null) {
                throw new ConfigException("interface " + iface.name() + ": the name is used twice");
            }
        }
    }

    private void checkAcls() {
        for (AclConfig acl : config.acls()) {
            if (acls.put(acl.index(), acl) != null) {
                throw new ConfigException("access list '" + acl.name() + "': index " + acl.index() + " is taken");
            }
        }
        for (InterfaceConfig iface : config.interfaces()) {
            checkReferences(iface, iface.inputAcls());
            checkReferences(iface, iface.outputAcls());
            checkReferences(iface, iface.senderAcls());
        }
    }

    private void checkReferences(InterfaceConfig iface, List<Integer> indexes) {
        for (int index : indexes) {
            if (!acls.containsKey(index)) {
                throw new ConfigException(
                        "interface " + iface.name() + ": there is no access list with index " + index);
            }
        }
    }

    private FeatureArcs arcs() {
        FeatureArcs.Builder arcs = new FeatureArcs.Builder(maxInterface);
        boolean anySender = config.interfaces().stream()
                .anyMatch(iface -> !iface.senderAcls().isEmpty());
        for (InterfaceConfig iface : config.interfaces()) {
            Map<Feature, Integer> enabled = new EnumMap<>(Feature.class);
            if (!iface.senders().isAny()) {
                enabled.put(Feature.SOURCE_CHECK, NodeIndex.IP4_SOURCE_CHECK);
            }
            if (!iface.inputAcls().isEmpty()) {
                enabled.put(Feature.ACL_INPUT, NodeIndex.ACL_IN_IP4);
            }
            if (anySender || !iface.outputAcls().isEmpty()) {
                enabled.put(Feature.ACL_OUTPUT, NodeIndex.ACL_OUT_IP4);
            }
            if (iface.nat() != NatRole.NONE) {
                enabled.put(Feature.NAT44, natNode(iface.nat()));
            }
            if (hasSourceNat(iface)) {
                enabled.put(Feature.NAT44_OUTPUT, NodeIndex.NAT44_IN2OUT_OUTPUT);
            }
            arcs.set(iface.index(), enabled);
        }
        return arcs.build();
    }

    private boolean hasSourceNat(InterfaceConfig iface) {
        return config.nat().sourceNats().stream().anyMatch(nat -> nat.device().equals(iface.name()));
    }

    private NatTable nat() {
        for (SourceNat nat : config.nat().sourceNats()) {
            InterfaceConfig iface = byName.get(nat.device());
            if (iface != null && iface.nat() != NatRole.OUTSIDE && iface.nat() != NatRole.BOTH) {
                throw new ConfigException("source NAT on " + nat.device()
                        + ": answers come in there, so that its NAT role must be out or both");
            }
        }
        Map<String, Integer> indexes = new HashMap<>();
        config.interfaces().forEach(iface -> indexes.put(iface.name(), iface.index()));
        NatTable nat = NatTable.compile(config.nat(), indexes, maxInterface, previous.nat());
        if (nat.hidesClients() && config.nat().twiceNatPool().isEmpty()) {
            throw new ConfigException("a NAT mapping hides its clients (twice-NAT), but the twice-NAT pool is empty");
        }
        return nat;
    }

    private static int natNode(NatRole role) {
        return switch (role) {
            case INSIDE -> NodeIndex.NAT44_IN2OUT;
            case OUTSIDE -> NodeIndex.NAT44_OUT2IN;
            case BOTH -> NodeIndex.NAT44_CLASSIFY;
            case NONE -> throw new IllegalArgumentException("no NAT node for an interface without NAT");
        };
    }

    private InterfaceAcls interfaceAcls(long number) {
        InterfaceAcls result = new InterfaceAcls(maxInterface);
        Map<List<Integer>, CompiledAcl> shared = new HashMap<>();
        previousLists();
        boolean sendersSame = true;
        for (InterfaceConfig iface : config.interfaces()) {
            sendersSame &= attach(result, shared, iface.index(), InterfaceAcls.SENDER, iface.senderAcls());
        }
        for (InterfaceConfig iface : config.interfaces()) {
            boolean same = sendersSame;
            same &= attach(result, shared, iface.index(), InterfaceAcls.INPUT, iface.inputAcls());
            same &= attach(result, shared, iface.index(), InterfaceAcls.OUTPUT, iface.outputAcls());
            InterfaceAcls before = previous.acls();
            result.changed(
                    iface.index(),
                    same ? before.epoch(iface.index()) : (int) number,
                    same ? before.changedTicks(iface.index()) : nowTicks);
        }
        return result;
    }

    /**
     * Interfaces with the same lists share one compiled form.
     *
     * @return whether the lists of this interface are what they were
     */
    private boolean attach(
            InterfaceAcls result,
            Map<List<Integer>, CompiledAcl> shared,
            int interfaceIndex,
            int direction,
            List<Integer> indexes) {
        CompiledAcl before = previous.acls().list(interfaceIndex, direction);
        if (indexes.isEmpty()) {
            return before == null;
        }
        CompiledAcl compiled = shared.computeIfAbsent(indexes, this::compiled);
        result.set(interfaceIndex, direction, compiled);
        return before == compiled || (before != null && before.decidesAs(compiled));
    }

    /** The compiled form of lists: the previous generation's if they have not changed. */
    private CompiledAcl compiled(List<Integer> indexes) {
        List<AclConfig> lists = indexes.stream().map(acls::get).toList();
        CompiledAcl before = previousLists.get(indexes);
        return before != null && before.acls().equals(lists) ? before : new CompiledAcl(lists, before);
    }

    private void previousLists() {
        for (InterfaceConfig iface : previous.config().interfaces()) {
            CompiledAcl input = previous.acls().list(iface.index(), InterfaceAcls.INPUT);
            CompiledAcl output = previous.acls().list(iface.index(), InterfaceAcls.OUTPUT);
            CompiledAcl sender = previous.acls().list(iface.index(), InterfaceAcls.SENDER);
            if (input != null) {
                previousLists.put(iface.inputAcls(), input);
            }
            if (output != null) {
                previousLists.put(iface.outputAcls(), output);
            }
            if (sender != null) {
                previousLists.put(iface.senderAcls(), sender);
            }
        }
    }

    /** Numbers next nodes as vnet_feature does: by order of first use on the arc, 0 being error-drop. */
    private int[] aclNext() {
        int[] numbers = new int[(maxInterface + 1) * 2];
        Map<Integer, Integer> inputOrder = new HashMap<>();
        for (InterfaceConfig iface : config.interfaces()) {
            int follower = iface.nat() == NatRole.NONE ? NodeIndex.IP4_LOOKUP : natNode(iface.nat());
            if (!iface.inputAcls().isEmpty()) {
                inputOrder.putIfAbsent(follower, inputOrder.size() + 1);
            }
            int input = iface.pins().aclInputNext();
            int output = iface.pins().aclOutputNext();
            numbers[iface.index() * 2] = input >= 0 ? input : inputOrder.getOrDefault(follower, 1);
            numbers[iface.index() * 2 + 1] = output >= 0 ? output : hasSourceNat(iface) ? 2 : 1;
        }
        return numbers;
    }
}
