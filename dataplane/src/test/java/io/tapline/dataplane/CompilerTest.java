// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.Dpo;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From a configuration to a generation: which route wins, what is shared, and what is refused with which words. */
class CompilerTest {
    private static final int MAX_INTERFACE = 8;
    private static final long MAC = 0x02fe_0000_0001L;
    private static final long PEER = 0x0200_0000_0002L;
    private static final InterfaceConfig ONE = InterfaceConfig.of(1, "one", MAC, IpPrefix.parse("192.168.1.1/24"));
    private static final InterfaceConfig TWO = InterfaceConfig.of(2, "two", MAC, IpPrefix.parse("192.168.2.1/24"));
    private static final IpAddress ROUTER = IpAddress.parse("192.168.1.254");

    private static SwitchConfig config(List<InterfaceConfig> interfaces, RouteConfig... routes) {
        List<NeighborConfig> neighbors = List.of(NeighborConfig.of("one", ROUTER, PEER));
        return new SwitchConfig(interfaces, List.of(routes), neighbors, List.of(), new NatConfig(true), List.of(), 0);
    }

    private static SwitchConfig routes(RouteConfig... routes) {
        return config(List.of(ONE, TWO), routes);
    }

    private static Generation compile(SwitchConfig config) {
        return Compiler.compile(config, Compiler.empty(MAX_INTERFACE), MAX_INTERFACE, 0);
    }

    private static void refuses(SwitchConfig config, String message) {
        assertThatThrownBy(() -> compile(config))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    private static int lookup(Generation generation, String address) {
        return generation.tries()[0].lookup(IpAddress.parseIpv4(address));
    }

    private static RouteConfig forward(String prefix, NextHop... hops) {
        return RouteConfig.forward(0, IpPrefix.parse(prefix), hops);
    }

    @Test
    void subnetsNeighboursAndOwnAddressesAreRoutes() {
        Generation generation = compile(routes());
        assertThat(Dpo.kind(lookup(generation, "192.168.1.7"))).isEqualTo(Dpo.GLEAN);
        assertThat(Dpo.kind(lookup(generation, "192.168.1.254"))).isEqualTo(Dpo.ADJACENCY);
        assertThat(Dpo.kind(lookup(generation, "192.168.1.1"))).isEqualTo(Dpo.LOCAL);
        assertThat(Dpo.index(lookup(generation, "192.168.2.1"))).isEqualTo(2);
        assertThat(lookup(generation, "10.0.0.1")).isEqualTo(Dpo.NO_ROUTE);
    }

    @Test
    void aConfiguredRouteWinsOverWhatFollowsFromAddresses() {
        Generation generation =
                compile(routes(RouteConfig.of(0, IpPrefix.parse("192.168.1.1/32"), new RouteConfig.Drop())));
        assertThat(lookup(generation, "192.168.1.1")).isEqualTo(Dpo.DROP);
    }

    @Test
    void aGatewayThatNobodyKnowsIsAskedFor() {
        Generation generation =
                compile(routes(forward("10.0.0.0/8", NextHop.via("two", IpAddress.parse("192.168.2.9")))));
        int dpo = lookup(generation, "10.1.2.3");
        assertThat(Dpo.kind(dpo)).isEqualTo(Dpo.GATEWAY);
        assertThat(generation.adjacencies().interfaceIndex(Dpo.index(dpo))).isEqualTo(2);
        assertThat(generation.adjacencies().gateway(Dpo.index(dpo))).isEqualTo(IpAddress.parseIpv4("192.168.2.9"));
    }

    @Test
    void recursionEndsAtTheLongestRouteToTheGateway() {
        Generation generation = compile(routes(
                forward("10.0.0.0/8", NextHop.recursive(IpAddress.parse("172.16.0.1"))),
                forward("172.16.0.0/12", NextHop.via("two", IpAddress.parse("192.168.2.9"))),
                forward("172.16.0.0/24", NextHop.via("one", ROUTER))));
        int dpo = lookup(generation, "10.1.2.3");
        assertThat(Dpo.kind(dpo)).isEqualTo(Dpo.RECURSIVE);
        int target = generation.loadBalances().select(Dpo.index(dpo), 0);
        assertThat(Dpo.kind(target)).isEqualTo(Dpo.ADJACENCY);
        assertThat(generation.adjacencies().interfaceIndex(Dpo.index(target))).isEqualTo(1);
    }

    @Test
    void neighboursOfOneLinkShareAnAdjacency() {
        Generation generation = compile(routes(
                forward("10.0.0.0/8", NextHop.via("one", ROUTER)),
                forward("172.16.0.0/12", NextHop.via("one", ROUTER))));
        assertThat(lookup(generation, "10.0.0.1"))
                .isEqualTo(lookup(generation, "172.16.0.1"))
                .isEqualTo(lookup(generation, "192.168.1.254"));
    }

    @Test
    void aTableWithTheSameRoutesIsShared() {
        RouteConfig there = forward("10.0.0.0/8", NextHop.via("one", ROUTER));
        RouteConfig other = RouteConfig.of(1, IpPrefix.ANY_IPV4, new RouteConfig.Drop());
        Generation before = compile(routes(there));
        Generation after = Compiler.compile(routes(there, other), before, MAX_INTERFACE, 0);
        assertThat(after.number()).isEqualTo(2);
        assertThat(after.tries()).hasSize(2);
        assertThat(after.tries()[0]).isSameAs(before.tries()[0]);
        assertThat(after.interfaces()).isSameAs(before.interfaces());
    }

    @Test
    void refusesRoutesThatLeadNowhere() {
        refuses(
                routes(forward("10.0.0.0/8", NextHop.onLink("three"))),
                "route 10.0.0.0/8 in table 0: there is no interface named three");
        refuses(
                routes(forward("10.0.0.0/8", NextHop.recursive(IpAddress.parse("172.16.0.1")))),
                "route 10.0.0.0/8 in table 0: no route leads to its gateway 172.16.0.1; add one or give an interface");
        refuses(
                routes(
                        forward("10.0.0.0/8", NextHop.recursive(IpAddress.parse("172.16.0.1"))),
                        forward("172.16.0.0/12", NextHop.recursive(IpAddress.parse("10.0.0.1")))),
                "route 172.16.0.0/12 in table 0: its gateways refer to one another; give an interface");
        refuses(
                routes(forward("10.0.0.0/8", NextHop.via("one", IpAddress.parse("fe80::1")))),
                "route 10.0.0.0/8 in table 0: gateway fe80::1 is not an IPv4 address");
        refuses(
                routes(RouteConfig.of(0, IpPrefix.parse("10.0.0.0/8"), new RouteConfig.LookupIn(256))),
                "route 10.0.0.0/8 in table 0: table 256 to look up in is outside 0..255");
    }

    @Test
    void refusesRoutesAndNeighboursThatAreGivenTwice() {
        RouteConfig route = forward("10.0.0.0/8", NextHop.onLink("one"));
        refuses(routes(route, route), "route 10.0.0.0/8 in table 0 is given twice; list all next hops in one route");
        NextHop[] many = Collections.nCopies(65, NextHop.onLink("one")).toArray(NextHop[]::new);
        refuses(routes(forward("10.0.0.0/8", many)), "route 10.0.0.0/8 in table 0: 65 next hops are more than 64");
        NeighborConfig neighbor = NeighborConfig.of("one", ROUTER, PEER);
        refuses(
                new SwitchConfig(
                        List.of(ONE),
                        List.of(),
                        List.of(neighbor, neighbor),
                        List.of(),
                        new NatConfig(true),
                        List.of(),
                        0),
                "neighbour 192.168.1.254 on one is given twice");
    }

    @Test
    void refusesInterfacesThatCannotBeToldApart() {
        refuses(config(List.of(ONE, InterfaceConfig.of(1, "other", MAC))), "interface other: index 1 is taken");
        refuses(config(List.of(ONE, InterfaceConfig.of(3, "one", MAC))), "interface one: the name is used twice");
        refuses(
                config(List.of(ONE, InterfaceConfig.of(9, "nine", MAC))),
                "interface nine: index 9 is above the switch's limit of 8");
    }

    @Test
    void refusesListsThatDoNotExistOrExistTwice() {
        refuses(
                config(List.of(ONE.withAcls(List.of(5), List.of()))),
                "interface one: there is no access list with index 5");
        AclConfig list = new AclConfig(0, "first", List.of());
        AclConfig again = new AclConfig(0, "second", List.of());
        refuses(
                new SwitchConfig(
                        List.of(ONE), List.of(), List.of(), List.of(list, again), new NatConfig(true), List.of(), 0),
                "access list 'second': index 0 is taken");
    }

    @Test
    void refusesNatThatCannotWork() {
        IpAddress node = IpAddress.parse("192.168.1.1");
        refuses(
                nat(ONE, new NatConfig(true).withSourceNats(List.of(SourceNat.of("one", node)), List.of())),
                "source NAT on one: answers come in there, so that its NAT role must be out or both");
        refuses(
                nat(
                        ONE.withNat(NatRole.OUTSIDE),
                        new NatConfig(true).withSourceNats(List.of(SourceNat.of("two", node)), List.of())),
                "source NAT: there is no interface two");
        NatMapping hiding = NatMapping.of(IpAddress.parse("10.96.0.1"), 80, Ipv4.PROTOCOL_TCP, List.of())
                .withTwiceNat(NatMapping.TwiceNat.ALWAYS);
        refuses(
                nat(ONE, new NatConfig(true).withMappings(List.of(hiding))),
                "a NAT mapping hides its clients (twice-NAT), but the twice-NAT pool is empty");
    }

    private static SwitchConfig nat(InterfaceConfig iface, NatConfig nat) {
        return new SwitchConfig(List.of(iface), List.of(), List.of(), List.of(), nat, List.of(), 0);
    }

    @Test
    void aConfigurationThatIsRefusedChangesNothing() {
        try (Switch vswitch = new Switch(SwitchLimits.SMALL, () -> 0)) {
            vswitch.apply(routes());
            Generation before = vswitch.generation();
            SwitchConfig broken = routes(forward("10.0.0.0/8", NextHop.onLink("three")));
            assertThatThrownBy(() -> vswitch.apply(broken)).isInstanceOf(ConfigException.class);
            assertThat(vswitch.generation()).isSameAs(before);
        }
    }
}
