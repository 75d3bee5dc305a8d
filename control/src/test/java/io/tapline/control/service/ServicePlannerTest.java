// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import static io.tapline.control.service.Cluster.SCOPE;
import static io.tapline.control.service.Cluster.clusterIp;
import static io.tapline.control.service.Cluster.externalLocal;
import static io.tapline.control.service.Cluster.ip;
import static io.tapline.control.service.Cluster.nodePort;
import static io.tapline.control.service.Cluster.notReady;
import static io.tapline.control.service.Cluster.pod;
import static io.tapline.control.service.Cluster.ready;
import static io.tapline.control.service.Cluster.service;
import static io.tapline.control.service.Cluster.slice;
import static io.tapline.control.service.Cluster.terminating;
import static io.tapline.control.service.Cluster.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.control.service.Backend.State;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatMapping.Audience;
import io.tapline.dataplane.config.NatMapping.WithoutBackends;
import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.Intent;
import io.tapline.model.IntentObject;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.model.Service.TrafficPolicy;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServicePlannerTest {
    private static ServicePlan plan(IntentObject... objects) {
        return ServicePlanner.plan(Intent.of(List.of(objects)), SCOPE);
    }

    private static NatBackend podBackend(String address) {
        return NatBackend.of(ip(address), 8080).withTable(1);
    }

    private static NatMapping only(ServicePlan plan) {
        assertThat(plan.mappings()).hasSize(1);
        return plan.mappings().getFirst();
    }

    private static NatMapping find(ServicePlan plan, String external, Audience audience) {
        return plan.mappings().stream()
                .filter(m -> m.external().equals(ip(external)) && m.audience() == audience)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> active(NatMapping mapping) {
        return mapping.backends().stream()
                .filter(backend -> !backend.draining())
                .map(backend -> backend.address().toString())
                .toList();
    }

    private static List<String> draining(NatMapping mapping) {
        return mapping.backends().stream()
                .filter(NatBackend::draining)
                .map(backend -> backend.address().toString())
                .toList();
    }

    @Test
    void readyEndpointsServeTheVirtualAddressAndLocalOnesWeighMore() {
        NatMapping mapping = only(
                plan(clusterIp(TrafficPolicy.DEFAULT), slice("s", ready("10.1.1.5", "n1"), ready("10.1.2.5", "n2"))));
        assertThat(mapping.name()).isEqualTo("NAT mapping 10.96.0.10:80/tcp");
        assertThat(mapping.origin()).isEqualTo("service shop/web port http");
        assertThat(mapping.backends())
                .containsExactly(
                        podBackend("10.1.1.5").withWeight(2).withOrigin("pod shop/10.1.1.5"),
                        podBackend("10.1.2.5").withOrigin("pod shop/10.1.2.5"));
        assertThat(mapping.audience()).isEqualTo(Audience.ANY);
    }

    @Test
    void endpointsThatAreLeavingOrNotReadyKeepOnlyWhatTheyHave() {
        ServicePlan plan = plan(
                clusterIp(TrafficPolicy.DEFAULT),
                slice("s", ready("10.1.1.5", "n1"), terminating("10.1.1.6", "n1"), notReady("10.1.1.7", "n1")));
        assertThat(active(only(plan))).containsExactly("10.1.1.5");
        assertThat(draining(only(plan))).containsExactly("10.1.1.6", "10.1.1.7");
        assertThat(plan.services().getFirst().ports().getFirst().backends())
                .extracting(Backend::reason)
                .containsExactly("", "it is terminating", "it is not ready");
    }

    @Test
    void terminatingEndpointsServeWhenNothingElseDoes() {
        NatMapping mapping = only(plan(
                clusterIp(TrafficPolicy.DEFAULT),
                slice("s", terminating("10.1.1.6", "n1"), notReady("10.1.1.7", "n1"))));
        assertThat(active(mapping)).containsExactly("10.1.1.6");
    }

    @Test
    void endpointsServeBeforeTheyAreReadyWhereTheServiceSaysSo() {
        TrafficPolicy policy = new TrafficPolicy(false, false, 0, List.of(), 0, true, false);
        NatMapping mapping = only(plan(clusterIp(policy), slice("s", notReady("10.1.1.7", "n1"))));
        assertThat(active(mapping)).containsExactly("10.1.1.7");
    }

    @Test
    void serviceWithoutEndpointsRefuses() {
        NatMapping mapping = only(plan(clusterIp(TrafficPolicy.DEFAULT)));
        assertThat(mapping.backends()).isEmpty();
        assertThat(mapping.withoutBackends()).isEqualTo(WithoutBackends.REJECT);
    }

    @Test
    void headlessServicesAndAliasesNeedNoMapping() {
        Service headless = new Service(
                "shop",
                "web",
                Map.of(),
                Service.Type.CLUSTER_IP,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(Cluster.http()),
                TrafficPolicy.DEFAULT);
        Service alias = service("alias", Service.Type.EXTERNAL_NAME, TrafficPolicy.DEFAULT, Cluster.http());
        assertThat(plan(headless, alias, slice("s", ready("10.1.1.5", "n1"))).mappings())
                .isEmpty();
    }

    @Test
    void clientsFromOutsideAreHiddenOnlyFromBackendsElsewhere() {
        ServicePlan plan =
                plan(nodePort(TrafficPolicy.DEFAULT), slice("s", ready("10.1.1.5", "n1"), ready("10.1.2.5", "n2")));
        NatMapping outside = find(plan, "192.168.16.1", Audience.EXTERNAL);
        assertThat(outside.port()).isEqualTo(30080);
        assertThat(outside.backends()).extracting(NatBackend::hideClient).containsExactly(false, true);
        assertThat(find(plan, "192.168.16.1", Audience.INTERNAL).backends())
                .extracting(NatBackend::hideClient)
                .containsExactly(false, false);
    }

    @Test
    void externalTrafficPolicyLocalKeepsOutsideTrafficOnTheNode() {
        ServicePlan plan = plan(
                nodePort(externalLocal(31000)),
                slice("s", ready("10.1.1.5", "n1"), ready("10.1.1.6", "n1"), ready("10.1.2.5", "n2")));
        assertThat(active(find(plan, "192.168.16.1", Audience.EXTERNAL))).containsExactly("10.1.1.5", "10.1.1.6");
        assertThat(active(find(plan, "192.168.16.1", Audience.INTERNAL))).hasSize(3);
        assertThat(active(find(plan, "10.96.0.10", Audience.ANY))).hasSize(3);
        assertThat(plan.services().getFirst().healthCheckPort()).isEqualTo(31000);
        assertThat(plan.services().getFirst().localReady()).isEqualTo(2);
    }

    @Test
    void outsideTrafficIsDroppedWhereNoEndpointIsLocal() {
        ServicePlan plan = plan(nodePort(externalLocal(31000)), slice("s", ready("10.1.2.5", "n2")));
        NatMapping outside = find(plan, "192.168.16.1", Audience.EXTERNAL);
        assertThat(active(outside)).isEmpty();
        assertThat(outside.withoutBackends()).isEqualTo(WithoutBackends.DROP);
        assertThat(plan.services().getFirst().localReady()).isZero();
    }

    @Test
    void outsideTrafficIsRefusedWhereNoEndpointExists() {
        NatMapping outside = find(plan(nodePort(externalLocal(0))), "192.168.16.1", Audience.EXTERNAL);
        assertThat(outside.withoutBackends()).isEqualTo(WithoutBackends.REJECT);
    }

    @Test
    void internalTrafficPolicyLocalConcernsTheVirtualAddressOnly() {
        TrafficPolicy policy = new TrafficPolicy(true, false, 0, List.of(), 0, false, false);
        ServicePlan plan = plan(nodePort(policy), slice("s", ready("10.1.1.5", "n1"), ready("10.1.2.5", "n2")));
        assertThat(active(find(plan, "10.96.0.10", Audience.ANY))).containsExactly("10.1.1.5");
        assertThat(active(find(plan, "192.168.16.1", Audience.INTERNAL))).hasSize(2);
        assertThat(plan.services().getFirst().ports().getFirst().backends())
                .extracting(Backend::state)
                .containsExactly(State.ACTIVE, State.DRAINING);
    }

    @Test
    void sourceRangesGuardTheLoadBalancersAddressesOnly() {
        IpPrefix range = IpPrefix.parse("203.0.113.0/24");
        TrafficPolicy policy = new TrafficPolicy(false, false, 0, List.of(range), 0, false, false);
        Service balanced = with(
                service("web", Service.Type.LOAD_BALANCER, policy, Cluster.http()),
                List.of(ip("198.51.100.1")),
                List.of(ip("198.51.100.2")));
        ServicePlan plan = plan(balanced, slice("s", ready("10.1.1.5", "n1")));
        assertThat(find(plan, "198.51.100.2", Audience.EXTERNAL).allowedSources())
                .containsExactly(range);
        assertThat(find(plan, "198.51.100.1", Audience.EXTERNAL).allowedSources())
                .isEmpty();
        assertThat(find(plan, "10.96.0.10", Audience.ANY).allowedSources()).isEmpty();
    }

    @Test
    void backendsOnTheHostAreInTheMainTable() {
        NatMapping mapping = only(plan(
                clusterIp(TrafficPolicy.DEFAULT), slice("s", ready("10.1.1.5", "n1"), ready("192.168.16.1", "n1"))));
        assertThat(mapping.backends()).extracting(NatBackend::table).containsExactly(1, 0);
    }

    @Test
    void affinityIsKeptWithItsTimeOut() {
        TrafficPolicy policy = new TrafficPolicy(false, false, 10800, List.of(), 0, false, false);
        assertThat(only(plan(clusterIp(policy))).affinitySeconds()).isEqualTo(10800);
    }

    @Test
    void protocolsStayApart() {
        Service dns = service(
                "web",
                Service.Type.CLUSTER_IP,
                TrafficPolicy.DEFAULT,
                new ServicePort("udp", Protocol.UDP, 53, "", 0),
                new ServicePort("sctp", Protocol.SCTP, 53, "", 0));
        EndpointSlice slice = new EndpointSlice(
                "shop",
                "s",
                "web",
                List.of(ready("10.1.1.5", "n1")),
                List.of(new EndpointPort("udp", Protocol.UDP, 53), new EndpointPort("sctp", Protocol.TCP, 53)));
        ServicePlan plan = plan(dns, slice);
        assertThat(plan.mappings()).extracting(NatMapping::protocol).containsExactly(17, 132);
        assertThat(plan.mappings().getLast().backends()).isEmpty();
    }

    @Test
    void hintsNarrowTheChoiceWhenAllHaveThemAndOneIsForThisZone() {
        Service service = clusterIp(TrafficPolicy.DEFAULT);
        assertThat(active(only(plan(service, slice("s", ready("10.1.1.5", "n1", "a"), ready("10.1.2.5", "n2", "b"))))))
                .containsExactly("10.1.1.5");
        assertThat(active(only(plan(service, slice("s", ready("10.1.1.5", "n1", "a"), ready("10.1.2.5", "n2"))))))
                .hasSize(2);
        assertThat(active(only(plan(service, slice("s", ready("10.1.2.5", "n2", "b"), ready("10.1.2.6", "n2", "c"))))))
                .hasSize(2);
    }

    @Test
    void slicesAddUpAndTheBetterNewsOfAnEndpointCounts() {
        ServicePlan plan = plan(
                clusterIp(TrafficPolicy.DEFAULT),
                slice("s1", ready("10.1.1.5", "n1"), notReady("10.1.1.6", "n1")),
                slice("s2", ready("10.1.1.6", "n1")));
        assertThat(active(only(plan))).containsExactly("10.1.1.5", "10.1.1.6");
    }

    @Test
    void ofTwoOwnersOfAnAddressTheFirstByNameGetsIt() {
        Service first = service("alpha", Service.Type.CLUSTER_IP, TrafficPolicy.DEFAULT, Cluster.http());
        Service second = service("beta", Service.Type.CLUSTER_IP, TrafficPolicy.DEFAULT, Cluster.http());
        ServicePlan plan = plan(second, first);
        assertThat(only(plan).origin()).isEqualTo("service shop/alpha port http");
        assertThat(plan.problems()).hasSize(1);
        assertThat(plan.problems().getFirst().object()).isEqualTo(second.ref());
        assertThat(plan.problems().getFirst().message())
                .isEqualTo("NAT mapping 10.96.0.10:80/tcp is not served: "
                        + "Service shop/alpha has the same address and port");
    }

    @Test
    void hostPortsLeadToLocalPods() {
        ContainerPort port = new ContainerPort("http", Protocol.TCP, 8080, 9080, "");
        ContainerPort elsewhere = new ContainerPort("admin", Protocol.TCP, 8081, 9081, "192.168.16.99");
        ServicePlan plan = plan(pod("one", "n1", "10.1.1.5", port, elsewhere), pod("two", "n2", "10.1.2.5", port));
        NatMapping mapping = only(plan);
        assertThat(mapping.external()).isEqualTo(ip("192.168.16.1"));
        assertThat(mapping.port()).isEqualTo(9080);
        assertThat(mapping.backends()).containsExactly(podBackend("10.1.1.5").withOrigin("pod shop/one"));
        assertThat(mapping.origin()).isEqualTo("pod shop/one hostPort 9080");
    }

    @Test
    void slicesAreMadeFromSelectorsWithPortNamesResolvedPerPod() {
        Service named = service(
                "web",
                Service.Type.CLUSTER_IP,
                TrafficPolicy.DEFAULT,
                new ServicePort("http", Protocol.TCP, 80, "web", 0));
        Intent intent = Intent.of(List.of(
                named,
                pod("one", "n1", "10.1.1.5", ContainerPort.of("web", Protocol.TCP, 8080)),
                pod("two", "n1", "10.1.1.6", ContainerPort.of("web", Protocol.TCP, 9090)),
                pod("udp", "n1", "10.1.1.7", ContainerPort.of("web", Protocol.UDP, 8080))));
        List<IntentObject> objects = new java.util.ArrayList<>(intent.objects());
        objects.addAll(EndpointController.slices(intent));
        NatMapping mapping = only(ServicePlanner.plan(Intent.of(objects), SCOPE));
        assertThat(mapping.backends()).extracting(NatBackend::port).containsExactly(8080, 9090);
    }
}
