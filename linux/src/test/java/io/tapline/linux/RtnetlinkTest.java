// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RtnetlinkTest {
    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeWhatIsOpen() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void wiresAPodInOneBatch() {
        NetworkNamespace namespace = namespaces.create();
        Tap tap = opened(Pod.wire(namespace, "10.1.1.2"));
        int eth0 = tap.ifIndex();

        Rtnetlink rtnetlink = open(namespace);
        Link link = rtnetlink.link("eth0").orElseThrow();
        assertThat(link.index()).isEqualTo(eth0);
        assertThat(link.mac()).contains(Pod.MAC);
        assertThat(link.mtu()).isEqualTo(1450);
        assertThat(link.isUp()).isTrue();
        assertThat(link.state().hasCarrier()).isTrue();
        assertThat(link.kind()).contains("tun");
        assertThat(rtnetlink.addresses()).contains(Address.host(eth0, InetAddress.ofLiteral("10.1.1.2")));
        assertThat(rtnetlink.routes().stream().filter(route -> route.table() == Route.TABLE_MAIN))
                .containsExactly(
                        Route.via(Pod.ANYWHERE, Pod.GATEWAY, eth0), Route.link(InetPrefix.host(Pod.GATEWAY), eth0));
        assertThat(rtnetlink.neighbours()).contains(Neighbour.permanent(eth0, Pod.GATEWAY, Pod.GATEWAY_MAC));
    }

    @Test
    void wiresAPodAsIpSeesIt() {
        NetworkNamespace namespace = namespaces.create();
        opened(Pod.wire(namespace, "10.1.1.2"));
        assertThat(Shell.ip(namespace, "addr", "show", "dev", "eth0"))
                .contains("\"address\":\"00:00:00:00:00:02\"", "\"mtu\":1450", "LOWER_UP")
                .contains("\"local\":\"10.1.1.2\",\"prefixlen\":32", "\"scope\":\"global\"");
        assertThat(Shell.ip(namespace, "route"))
                .contains("\"dst\":\"default\",\"gateway\":\"10.1.1.1\",\"dev\":\"eth0\"")
                .contains("\"dst\":\"10.1.1.1\",\"dev\":\"eth0\"")
                .contains("\"scope\":\"link\"");
        assertThat(Shell.ip(namespace, "neigh"))
                .contains("\"dst\":\"10.1.1.1\",\"dev\":\"eth0\",\"lladdr\":\"02:fe:00:00:00:01\"")
                .contains("\"PERMANENT\"");
        assertThat(Shell.ip(namespace, "link", "show", "dev", "lo")).contains("\"LOWER_UP\"");
    }

    @Test
    void connectsNamespacesByAVethPair() {
        NetworkNamespace left = namespaces.create();
        NetworkNamespace right = namespaces.create();
        HardwareAddress mac = HardwareAddress.parse("02:00:00:00:00:22");
        Rtnetlink here = open(left);
        here.apply(Request.createVeth(
                LinkSettings.named("near").withMtu(1400).withUp(true),
                LinkSettings.named("far").withNamespace(right).withMac(mac)));
        Rtnetlink there = open(right);
        there.apply(Request.changeLink("far", LinkSettings.NONE.withUp(true)));
        Link near = here.link("near").orElseThrow();
        Link far = there.link("far").orElseThrow();
        assertThat(near.mtu()).isEqualTo(1400);
        assertThat(near.kind()).contains("veth");
        assertThat(near.relations().peer()).hasValue(far.index());
        assertThat(near.relations().peerNamespaceId()).isPresent();
        assertThat(far.mac()).contains(mac);
        assertThat(near.state().isOperational()).isTrue();

        here.apply(Request.add(Address.of(near.index(), InetPrefix.parse("10.8.0.1/24"))));
        there.apply(Request.add(Address.of(far.index(), InetPrefix.parse("10.8.0.2/24"))));
        Shell.ping(left, "10.8.0.2");
        assertThat(here.neighbours())
                .anySatisfy(neighbour -> assertThat(neighbour)
                        .isEqualTo(new Neighbour(
                                near.index(), InetAddress.ofLiteral("10.8.0.2"), Optional.of(mac), neighbour.state())));

        here.apply(Request.deleteLink("near"));
        assertThat(there.link("far")).as("the other end goes too").isEmpty();
    }

    @Test
    void putsPortsIntoABridge() {
        NetworkNamespace namespace = namespaces.create();
        Rtnetlink rtnetlink = open(namespace);
        rtnetlink.apply(Request.createLink(
                new LinkKind.Bridge(), LinkSettings.named("br0").withUp(true)));
        int bridge = rtnetlink.link("br0").orElseThrow().index();
        int port = device(rtnetlink, "d0");
        rtnetlink.apply(Request.changeLink("d0", LinkSettings.NONE.withMaster(bridge)));
        assertThat(rtnetlink.link(port).orElseThrow().relations().master()).hasValue(bridge);
        rtnetlink.apply(Request.changeLink(port, LinkSettings.NONE.withMaster(0)));
        assertThat(rtnetlink.link(port).orElseThrow().relations().master()).isEqualTo(OptionalInt.empty());
    }

    @Test
    void renamesAndMovesADevice() {
        NetworkNamespace left = namespaces.create();
        NetworkNamespace right = namespaces.create();
        Rtnetlink here = open(left);
        here.apply(Request.createVeth(LinkSettings.named("d0"), LinkSettings.named("far-d0")));
        int index = here.link("d0").orElseThrow().index();
        here.apply(
                Request.changeLink(index, LinkSettings.named("d1")),
                Request.changeLink(index, LinkSettings.NONE.withUp(true)),
                Request.changeLink("d1", LinkSettings.NONE.withUp(false)),
                Request.changeLink("d1", LinkSettings.NONE.withNamespace(right)));
        assertThat(here.links()).extracting(Link::name).containsExactly("lo", "far-d0");
        Link moved = open(right).link("d1").orElseThrow();
        assertThat(moved.isUp()).isFalse();
        assertThat(Shell.ip(right, "link")).contains("\"ifname\":\"d1\"");
    }

    @Test
    void readsBackWhatWasAsked() {
        NetworkNamespace namespace = namespaces.createWithIpv6();
        Rtnetlink rtnetlink = open(namespace);
        int device = device(rtnetlink, "d0");
        List<Entry> entries = List.of(
                Address.of(device, InetPrefix.parse("10.8.0.1/24")),
                Address.of(device, InetPrefix.parse("10.8.1.1/32")).withScope(Scope.LINK),
                Address.of(device, InetPrefix.parse("fd00:8::1/64")),
                Route.link(InetPrefix.parse("10.9.0.0/16"), device).withMetric(7),
                Route.via(InetPrefix.parse("10.10.0.0/16"), InetAddress.ofLiteral("10.8.0.9"), device)
                        .withMtu(1300)
                        .withSource(InetAddress.ofLiteral("10.8.0.1")),
                Route.via(InetPrefix.parse("10.11.0.0/16"), InetAddress.ofLiteral("172.16.0.1"), device)
                        .withOnLink(),
                Route.link(InetPrefix.parse("10.12.0.0/16"), device).withTable(1000),
                Route.via(InetPrefix.parse("10.13.0.0/16"), InetAddress.ofLiteral("fd00:8::9"), device),
                Route.via(InetPrefix.parse("fd00:9::/48"), InetAddress.ofLiteral("fd00:8::9"), device)
                        .withMetric(20),
                multipath(device),
                blackhole(),
                Neighbour.permanent(device, InetAddress.ofLiteral("10.8.0.9"), Pod.GATEWAY_MAC),
                Neighbour.reachable(device, InetAddress.ofLiteral("fd00:8::9"), Pod.GATEWAY_MAC));
        rtnetlink.apply(entries.stream().map(Request::add).toList());

        List<Entry> table = new ArrayList<>(rtnetlink.addresses());
        table.addAll(rtnetlink.routes());
        table.addAll(rtnetlink.neighbours());
        assertThat(table).containsAll(entries);

        assertThat(Shell.ip(namespace, "route", "show", "table", "all"))
                .contains("\"dst\":\"10.11.0.0/16\",\"gateway\":\"172.16.0.1\"", "onlink")
                .contains("\"metrics\":[{\"mtu\":1300}]", "\"prefsrc\":\"10.8.0.1\"")
                .contains("\"table\":\"1000\"", "\"type\":\"blackhole\"", "\"host\":\"fd00:8::9\"");

        rtnetlink.apply(entries.reversed().stream().map(Request::delete).toList());
        table = new ArrayList<>(rtnetlink.addresses());
        table.addAll(rtnetlink.routes());
        assertThat(table).doesNotContainAnyElementsOf(entries);
    }

    @Test
    void replacesByKey() {
        NetworkNamespace namespace = namespaces.create();
        Rtnetlink rtnetlink = open(namespace);
        int device = device(rtnetlink, "d0");
        InetAddress neighbour = InetAddress.ofLiteral("10.8.0.9");
        Route route = Route.link(InetPrefix.parse("10.9.0.0/16"), device);
        rtnetlink.apply(
                Request.replace(Address.of(device, InetPrefix.parse("10.8.0.1/24"))),
                Request.replace(Address.of(device, InetPrefix.parse("10.8.0.1/24"))),
                Request.replace(route),
                Request.replace(route.withMtu(1200)),
                Request.replace(Neighbour.reachable(device, neighbour, Pod.MAC)),
                Request.replace(Neighbour.permanent(device, neighbour, Pod.GATEWAY_MAC)));
        assertThat(rtnetlink.routes()).contains(route.withMtu(1200)).doesNotContain(route);
        assertThat(rtnetlink.neighbours()).containsExactly(Neighbour.permanent(device, neighbour, Pod.GATEWAY_MAC));
    }

    @Test
    void appliesBatchesOfAnySize() {
        NetworkNamespace namespace = namespaces.create();
        Rtnetlink rtnetlink = open(namespace);
        int device = device(rtnetlink, "d0");
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            requests.add(Request.add(Route.link(InetPrefix.parse("10." + i / 250 + "." + i % 250 + ".0/24"), device)));
        }
        requests.set(700, Request.deleteLink("nosuch"));
        List<Outcome> outcomes = rtnetlink.attempt(requests);
        assertThat(outcomes)
                .hasSize(1000)
                .filteredOn(outcome -> !outcome.isApplied())
                .containsExactly(new Outcome(700, Request.deleteLink("nosuch"), Errno.ENODEV, ""));
        assertThat(rtnetlink.routes().stream().filter(route -> route.table() == Route.TABLE_MAIN))
                .hasSize(999);
        assertThat(rtnetlink.attempt(List.of())).isEmpty();
    }

    @Test
    void attributesEachErrorToItsRequest() {
        NetworkNamespace namespace = namespaces.create();
        Rtnetlink rtnetlink = open(namespace);
        int device = device(rtnetlink, "d0");
        Route unreachable = Route.via(InetPrefix.parse("10.9.0.0/16"), InetAddress.ofLiteral("10.77.0.1"), device);
        Address address = Address.of(device, InetPrefix.parse("10.8.0.1/24"));
        RtnetlinkException e = catchThrowableOfType(
                RtnetlinkException.class,
                () -> rtnetlink.apply(
                        Request.add(address),
                        Request.add(unreachable),
                        Request.add(address),
                        Request.add(Route.link(InetPrefix.parse("10.10.0.0/16"), device))));
        assertThat(e)
                .hasMessage("rtnetlink on add route 10.9.0.0/16 via 10.77.0.1 dev #" + device
                        + " (request 2 of 4, " + namespace + "): ENETUNREACH (Network is unreachable); the kernel says"
                        + " \"Nexthop has invalid gateway\"; no route leads to the gateway; add a link-scope route to"
                        + " it first, or set onLink; further failures: 1");
        assertThat(e.errno()).isEqualTo(Errno.ENETUNREACH);
        assertThat(e.failures()).extracting(Outcome::position).containsExactly(1, 2);
        assertThat(e.failures()).extracting(Outcome::errno).containsExactly(Errno.ENETUNREACH, Errno.EEXIST);
        assertThat(rtnetlink.routes())
                .as("what follows the errors is applied")
                .contains(Route.link(InetPrefix.parse("10.10.0.0/16"), device));
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        NetworkNamespace namespace = namespaces.create();
        Rtnetlink rtnetlink = open(namespace);
        int device = device(rtnetlink, "d0");
        InetPrefix prefix = InetPrefix.parse("10.9.0.0/16");
        assertRefused(
                rtnetlink,
                Request.add(Route.link(prefix, 999)),
                "rtnetlink on add route 10.9.0.0/16 dev #999 (" + namespace
                        + "): ENODEV (No such device); there is no such device in this namespace");
        assertRefused(rtnetlink, Request.add(Address.of(999, prefix)), "ENODEV");
        assertRefused(rtnetlink, Request.add(Neighbour.permanent(999, Pod.GATEWAY, Pod.MAC)), "ENODEV");
        assertRefused(
                rtnetlink,
                Request.changeLink("nosuch", LinkSettings.NONE.withUp(true)),
                "change device \"nosuch\" (" + namespace + "): ENODEV");
        assertRefused(
                rtnetlink,
                Request.createLink(new LinkKind.Bridge(), LinkSettings.named("d0")),
                "create bridge \"d0\" (" + namespace + "): EEXIST (File exists); it exists already");
        assertRefused(rtnetlink, Request.delete(Route.link(prefix, device)), "ESRCH", "there is no such entry");
        assertRefused(rtnetlink, Request.delete(Address.of(device, prefix)), "EADDRNOTAVAIL", "no such entry");
        assertRefused(
                rtnetlink,
                Request.delete(Neighbour.permanent(device, Pod.GATEWAY, Pod.MAC)),
                "ENOENT",
                "no such entry");
        assertRefused(
                rtnetlink,
                Request.add(Route.link(InetPrefix.parse("10.9.0.1/16"), device)),
                "EINVAL",
                "the kernel says \"Invalid prefix for given prefix length\"");
        assertRefused(rtnetlink, Request.changeLink(device, LinkSettings.NONE.withMtu(1)), "EINVAL");
        rtnetlink.apply(Request.changeLink(device, LinkSettings.NONE.withUp(false)));
        assertRefused(rtnetlink, Request.add(Route.link(prefix, device)), "ENETDOWN", "set it up first");
    }

    @Test
    void saysThatAPrivilegeIsMissing() {
        NetworkNamespace namespace = namespaces.create();
        Rtnetlink rtnetlink = open(namespace);
        assertThatThrownBy(() -> Privileges.callWithoutCapabilities(() -> {
                    rtnetlink.apply(Request.deleteLink("lo"));
                    return 0;
                }))
                .isInstanceOf(RtnetlinkException.class)
                .hasMessageContaining("EPERM (Operation not permitted); run as root, or with CAP_NET_ADMIN");
        assertThat(Privileges.callWithoutCapabilities(rtnetlink::links)).hasSize(1);
    }

    @Test
    void refusesToRenameByName() {
        assertThatThrownBy(() -> Request.changeLink("d0", LinkSettings.named("d1")))
                .hasMessage("rename the device \"d0\" by its index: the kernel cannot do it by name");
    }

    @Test
    void refusesToSetThePeerOfANewPairUp() {
        assertThatThrownBy(() -> Request.createVeth(
                        LinkSettings.named("near"), LinkSettings.named("far").withUp(true)))
                .hasMessage("the kernel cannot set the peer of a veth pair up, or into a bridge, while it creates it;"
                        + " do so by a request of its own");
    }

    @Test
    void createsADummyWhereTheKernelHasThem() {
        Rtnetlink rtnetlink = open(namespaces.create());
        Outcome outcome = rtnetlink
                .attempt(List.of(Request.createLink(new LinkKind.Dummy(), LinkSettings.named("d0"))))
                .getFirst();
        if (outcome.errno() == Errno.EOPNOTSUPP) {
            assertThat(outcome.kernelText()).isEqualTo("Unknown device type");
        } else {
            assertThat(outcome.isApplied()).isTrue();
            assertThat(rtnetlink.link("d0").orElseThrow().kind()).contains("dummy");
        }
    }

    @Test
    void findsNoDeviceWhereThereIsNone() {
        Rtnetlink rtnetlink = open(namespaces.create());
        assertThat(rtnetlink.link("nosuch")).isEmpty();
        assertThat(rtnetlink.link(999)).isEmpty();
        assertThat(rtnetlink.link(1).orElseThrow().name()).isEqualTo("lo");
    }

    @Test
    void readsConsistentTablesWhileTheyChange() throws InterruptedException {
        NetworkNamespace namespace = namespaces.create();
        Rtnetlink reader = open(namespace);
        int device = device(reader, "d0");
        List<Request> lasting = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            lasting.add(Request.add(Route.link(InetPrefix.parse("10." + i / 250 + "." + i % 250 + ".0/24"), device)));
        }
        reader.apply(lasting);
        Route passing = Route.link(InetPrefix.parse("10.100.0.0/16"), device);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
                while (!stop.get()) {
                    rtnetlink.apply(Request.add(passing));
                    rtnetlink.apply(Request.delete(passing));
                }
            }
        });
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(reader.routes().stream()
                                .filter(route -> route.table() == Route.TABLE_MAIN && !route.equals(passing)))
                        .hasSize(2000);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void refusesWorkAfterItsEnd() {
        Rtnetlink rtnetlink = open(namespaces.create());
        rtnetlink.close();
        assertThatThrownBy(rtnetlink::links)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    private static Route multipath(int device) {
        Route route = Route.via(InetPrefix.parse("10.14.0.0/16"), InetAddress.ofLiteral("10.8.0.9"), device);
        List<NextHop> hops = List.of(
                NextHop.via(InetAddress.ofLiteral("10.8.0.9"), device),
                NextHop.via(InetAddress.ofLiteral("172.16.0.2"), device).withOnLink());
        return new Route(
                route.destination(), route.type(), hops, route.scope(), route.table(), route.metric(), route.options());
    }

    private static Route blackhole() {
        return new Route(
                InetPrefix.parse("10.15.0.0/16"),
                RouteType.BLACKHOLE,
                List.of(),
                Scope.GLOBAL,
                Route.TABLE_MAIN,
                0,
                RouteOptions.DEFAULT);
    }

    private static void assertRefused(Rtnetlink rtnetlink, Request request, String... parts) {
        assertThatThrownBy(() -> rtnetlink.apply(request))
                .isInstanceOf(RtnetlinkException.class)
                .hasMessageContainingAll(parts);
    }

    /** A device that is up and has a carrier: one end of a pair. */
    private static int device(Rtnetlink rtnetlink, String name) {
        rtnetlink.apply(
                Request.createVeth(LinkSettings.named(name).withUp(true), LinkSettings.named("far-" + name)),
                Request.changeLink("far-" + name, LinkSettings.NONE.withUp(true)));
        return rtnetlink.link(name).orElseThrow().index();
    }

    private Rtnetlink open(NetworkNamespace namespace) {
        return opened(Rtnetlink.open(namespace));
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }
}
