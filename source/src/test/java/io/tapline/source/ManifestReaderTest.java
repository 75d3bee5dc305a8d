// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.ClusterNetworkPolicy.Action;
import io.tapline.model.ClusterNetworkPolicy.Networks;
import io.tapline.model.ClusterNetworkPolicy.PodPeer;
import io.tapline.model.ClusterNetworkPolicy.Tier;
import io.tapline.model.ClusterNetworkPolicy.UnknownPeer;
import io.tapline.model.Direction;
import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.IntentObject;
import io.tapline.model.LabelSelector;
import io.tapline.model.LabelSelector.Operator;
import io.tapline.model.LabelSelector.Requirement;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.NetworkPolicy.AnyPort;
import io.tapline.model.NetworkPolicy.IpBlock;
import io.tapline.model.NetworkPolicy.NamedPort;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.PortNumbers;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
    @TempDir
    private Path directory;

    private static IntentObject only(String text) {
        Manifests manifests = ManifestReader.parse("f.yaml", text);
        assertThat(manifests.problems()).isEmpty();
        return manifests.objects().findFirst().orElseThrow();
    }

    private static NetworkPolicy policy(String spec) {
        return (NetworkPolicy)
                only("{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}" + spec
                        + "}");
    }

    @Test
    void readsAWholeNetworkPolicy() {
        assertThat(only("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: db, annotations: {example.com/on-change: drain}}
                spec:
                  podSelector:
                    matchLabels: {app: db}
                    matchExpressions:
                    - {key: tier, operator: NotIn, values: [front, ""]}
                  policyTypes: [Egress, Ingress]
                  ingress:
                  - from:
                    - podSelector: {matchLabels: {app: web}}
                    - namespaceSelector: {}
                    - {namespaceSelector: {}, podSelector: {}}
                    - ipBlock: {cidr: 10.1.0.0/16, except: [10.1.2.0/24]}
                    ports:
                    - port: 5432
                    - {port: 6000, endPort: 6010, protocol: UDP}
                    - {port: metrics, protocol: SCTP}
                    - {}
                  egress:
                  - {}
                """))
                .isEqualTo(new NetworkPolicy(
                        "default",
                        "db",
                        Map.of("example.com/on-change", "drain"),
                        new LabelSelector(
                                new TreeMap<>(Map.of("app", "db")),
                                List.of(new Requirement("tier", Operator.NOT_IN, Set.of("front", "")))),
                        Set.of(Direction.INGRESS, Direction.EGRESS),
                        List.of(new NetworkPolicy.Rule(
                                List.of(
                                        new NetworkPolicy.PodPeer(
                                                Optional.empty(), LabelSelector.of(Map.of("app", "web"))),
                                        new NetworkPolicy.PodPeer(
                                                Optional.of(LabelSelector.EVERYTHING), LabelSelector.EVERYTHING),
                                        new NetworkPolicy.PodPeer(
                                                Optional.of(LabelSelector.EVERYTHING), LabelSelector.EVERYTHING),
                                        new IpBlock(
                                                IpPrefix.parse("10.1.0.0/16"), List.of(IpPrefix.parse("10.1.2.0/24")))),
                                List.of(
                                        new PolicyPort(Protocol.TCP, new PortNumbers(5432, 5432)),
                                        new PolicyPort(Protocol.UDP, new PortNumbers(6000, 6010)),
                                        new PolicyPort(Protocol.SCTP, new NamedPort("metrics")),
                                        new PolicyPort(Protocol.TCP, new AnyPort())))),
                        List.of(new NetworkPolicy.Rule(List.of(), List.of()))));
    }

    /** The API's table of defaults. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                       | [ingress]
            , spec: {podSelector: {}}                                | [ingress]
            , spec: {podSelector: {}, ingress: [{}]}                 | [ingress]
            , spec: {podSelector: {}, egress: []}                    | [ingress]
            , spec: {podSelector: {}, egress: [{}]}                  | [ingress, egress]
            , spec: {podSelector: {}, policyTypes: [], egress: [{}]} | [ingress, egress]
            , spec: {podSelector: {}, policyTypes: [Egress]}         | [egress]
            , spec: {podSelector: {}, policyTypes: [Ingress], egress: [{}]} | [ingress]
            """)
    void fillsInPolicyTypes(String spec, String types) {
        assertThat(policy(spec).types().stream().sorted().toList()).hasToString(types);
    }

    @Test
    void takesEmptyAndMissingListsAlike() {
        NetworkPolicy.Rule anything = new NetworkPolicy.Rule(List.of(), List.of());
        assertThat(policy(", spec: {ingress: [{}, {from: [], ports: []}, {from: , ports: null}]}")
                        .ingress())
                .containsExactly(anything, anything, anything);
    }

    @Test
    void readsAPodOnTwoFamilies() {
        assertThat(only("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web-0, namespace: shop, labels: {app: web, build: "7"}}
                spec:
                  nodeName: node-1
                  initContainers:
                  - {name: prepare, image: i, ports: [{containerPort: 1}]}
                  - {name: proxy, image: i, restartPolicy: Always, ports: [{containerPort: 15001, name: proxy}]}
                  containers:
                  - name: main
                    image: i
                    ports:
                    - {containerPort: 80, name: http, hostPort: 8080, hostIP: 192.168.0.1}
                    - {containerPort: 80, protocol: UDP}
                status:
                  phase: Running
                  podIP: 10.1.1.2
                  podIPs: [{ip: 10.1.1.2}, {ip: "fd00::2"}]
                """))
                .isEqualTo(new Pod(
                        "shop",
                        "web-0",
                        Map.of("app", "web", "build", "7"),
                        Map.of(),
                        "node-1",
                        List.of(IpAddress.parse("10.1.1.2"), IpAddress.parse("fd00::2")),
                        false,
                        List.of(
                                new ContainerPort("proxy", Protocol.TCP, 15001, 0, ""),
                                new ContainerPort("http", Protocol.TCP, 80, 8080, "192.168.0.1"),
                                ContainerPort.of("", Protocol.UDP, 80)),
                        Pod.Phase.RUNNING));
    }

    @Test
    void readsANodeWithInternalAddressesFirst() {
        assertThat(only("""
                apiVersion: v1
                kind: Node
                metadata: {name: node-1, labels: {zone: a}}
                spec: {podCIDR: 10.1.1.0/24, podCIDRs: [10.1.1.0/24, "fd00:1::/64"]}
                status:
                  addresses:
                  - {type: Hostname, address: node-1}
                  - {type: ExternalIP, address: 203.0.113.1}
                  - {type: InternalIP, address: 192.168.16.1}
                """))
                .isEqualTo(new Node(
                        "node-1",
                        Map.of("zone", "a"),
                        List.of(IpAddress.parse("192.168.16.1"), IpAddress.parse("203.0.113.1")),
                        List.of(IpPrefix.parse("10.1.1.0/24"), IpPrefix.parse("fd00:1::/64"))));
    }

    @Test
    void readsAServiceWithItsDefaults() {
        Service service = (Service) only("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec:
                  type: LoadBalancer
                  clusterIP: 10.96.0.7
                  selector: {app: web}
                  sessionAffinity: ClientIP
                  externalTrafficPolicy: Local
                  healthCheckNodePort: 32000
                  loadBalancerSourceRanges: [203.0.113.0/24]
                  ports:
                  - {name: http, port: 80, targetPort: web, nodePort: 30080}
                  - {name: dns, port: 53, protocol: UDP}
                status: {loadBalancer: {ingress: [{ip: 198.51.100.1}, {hostname: lb.example.com}]}}
                """);
        assertThat(service.type()).isEqualTo(Service.Type.LOAD_BALANCER);
        assertThat(service.clusterIps()).containsExactly(IpAddress.parse("10.96.0.7"));
        assertThat(service.loadBalancerIps()).containsExactly(IpAddress.parse("198.51.100.1"));
        assertThat(service.ports())
                .containsExactly(
                        new ServicePort("http", Protocol.TCP, 80, "web", 30080),
                        new ServicePort("dns", Protocol.UDP, 53, "53", 0));
        assertThat(service.policy())
                .isEqualTo(new Service.TrafficPolicy(
                        false, true, 10_800, List.of(IpPrefix.parse("203.0.113.0/24")), 32000, false, false));
    }

    @Test
    void readsAnEndpointSlice() {
        assertThat(only("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                ports: [{name: http, port: 8080}]
                endpoints:
                - addresses: [10.1.1.2]
                  nodeName: node-1
                  targetRef: {kind: Pod, name: web-0, namespace: shop}
                - addresses: [10.1.1.3]
                  conditions: {ready: false, serving: true, terminating: true}
                  hints: {forZones: [{name: a}]}
                """))
                .isEqualTo(new EndpointSlice(
                        "shop",
                        "web-1",
                        "web",
                        List.of(
                                new Endpoint(
                                        IpAddress.parse("10.1.1.2"),
                                        true,
                                        true,
                                        false,
                                        "node-1",
                                        "shop/web-0",
                                        List.of()),
                                new Endpoint(IpAddress.parse("10.1.1.3"), false, true, true, "", "", List.of("a"))),
                        List.of(new EndpointPort("http", Protocol.TCP, 8080))));
    }

    @Test
    void readsAClusterNetworkPolicyAndConvertsItsForerunner() {
        ClusterNetworkPolicy policy = (ClusterNetworkPolicy) only("""
                apiVersion: policy.networking.k8s.io/v1alpha2
                kind: ClusterNetworkPolicy
                metadata: {name: guard}
                spec:
                  tier: Admin
                  priority: 10
                  subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}
                  egress:
                  - name: out
                    action: Accept
                    to: [{networks: [10.0.0.0/8]}, {pods: {namespaceSelector: {}, podSelector: {}}}]
                    protocols:
                    - tcp: {destinationPort: {number: 443}}
                    - udp: {destinationPort: {range: {start: 1, end: 9}}}
                    - sctp: {}
                """);
        ClusterNetworkPolicy converted = (ClusterNetworkPolicy) only("""
                apiVersion: policy.networking.k8s.io/v1alpha1
                kind: AdminNetworkPolicy
                metadata: {name: guard}
                spec:
                  priority: 10
                  subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}
                  egress:
                  - name: out
                    action: Allow
                    to: [{networks: [10.0.0.0/8]}, {pods: {namespaceSelector: {}, podSelector: {}}}]
                    ports:
                    - portNumber: {protocol: TCP, port: 443}
                    - portRange: {protocol: UDP, start: 1, end: 9}
                """);
        PodPeer everyPod = new PodPeer(LabelSelector.EVERYTHING, Optional.of(LabelSelector.EVERYTHING));
        ClusterNetworkPolicy.Rule rule = policy.egress().getFirst();
        assertThat(policy.tier()).isEqualTo(Tier.ADMIN);
        assertThat(rule.action()).isEqualTo(Action.ACCEPT);
        assertThat(rule.peers()).containsExactly(new Networks(List.of(IpPrefix.parse("10.0.0.0/8"))), everyPod);
        assertThat(rule.ports())
                .containsExactly(
                        new PolicyPort(Protocol.TCP, new PortNumbers(443, 443)),
                        new PolicyPort(Protocol.UDP, new PortNumbers(1, 9)),
                        new PolicyPort(Protocol.SCTP, new AnyPort()));
        assertThat(converted.subject()).isEqualTo(policy.subject());
        assertThat(converted.egress().getFirst().ports()).isEqualTo(rule.ports().subList(0, 2));
        assertThat(converted.egress().getFirst().action()).isEqualTo(Action.ACCEPT);
    }

    @Test
    void opensNothingForWhatItDoesNotUnderstand() {
        Manifests manifests = ManifestReader.parse("f.yaml", """
                apiVersion: policy.networking.k8s.io/v1alpha2
                kind: ClusterNetworkPolicy
                metadata: {name: guard}
                spec:
                  tier: Baseline
                  priority: 0
                  subject: {namespaces: {}}
                  egress:
                  - {action: Accept, to: [{domainNames: [example.com]}]}
                  - {action: Accept, to: [{namespaces: {}}], protocols: [{icmp: {}}]}
                  - {action: Deny, to: [{namespaces: {}}], protocols: [{icmp: {}}, {tcp: {}}]}
                """);
        assertThat(manifests.errors()).isEmpty();
        assertThat(manifests.warnings()).hasSize(3);
        ClusterNetworkPolicy policy =
                manifests.intent().clusterNetworkPolicies().findFirst().orElseThrow();
        assertThat(policy.egress().get(0).peers()).containsExactly(new UnknownPeer("domainNames"));
        assertThat(policy.egress().get(1).peers()).containsExactly(new UnknownPeer("icmp"));
        assertThat(policy.egress().get(2).ports()).isEmpty();
    }

    @Test
    void readsListsDocumentsAndJson() {
        assertThat(ManifestReader.parse("f.yaml", """
                ---
                # nothing
                ---
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Namespace, metadata: {name: a}}
                - {apiVersion: v1, kind: Namespace, metadata: {name: b}}
                ---
                {apiVersion: v1, kind: NamespaceList, items: [{metadata: {name: c, labels: {x: "y"}}}]}
                """).objects())
                .containsExactly(
                        new Namespace("a", Map.of(), Map.of()),
                        new Namespace("b", Map.of(), Map.of()),
                        new Namespace("c", Map.of("x", "y"), Map.of()));
        assertThat(only("{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Namespace\","
                        + "\n\t\"metadata\": {\"name\": \"d\"}\n}"))
                .isEqualTo(new Namespace("d", Map.of(), Map.of()));
    }

    @Test
    void warnsOfUnknownFieldsAndOtherKinds() {
        Manifests manifests = ManifestReader.parse("f.yaml", """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: p, namespace: x}
                spec:
                  podSelector: {}
                  ingres: []
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
                """);
        assertThat(manifests.warnings().stream().map(Problem::toString))
                .containsExactly(
                        "f.yaml:6: NetworkPolicy x/p: spec.ingres: warning: unknown key;"
                                + " did you mean 'ingress'? known here:"
                                + " podSelector, policyTypes, ingress, egress",
                        "f.yaml:8: warning: left out an object of the kind v1/ConfigMap,"
                                + " which the network does not need");
        assertThat(manifests.located()).hasSize(1);
    }

    @Test
    void readsTheManifestsOfADirectory() throws IOException {
        Files.writeString(directory.resolve("b.yaml"), "{apiVersion: v1, kind: Namespace, metadata: {name: b}}");
        Files.writeString(
                directory.resolve("c.yml"), "{apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {x: z}}}");
        Files.writeString(directory.resolve("notes.txt"), "not a manifest");
        Files.writeString(directory.resolve(".hidden.yaml"), "not a manifest");
        Manifests manifests = ManifestReader.read(List.of(directory));
        assertThat(manifests.intent().namespaces()).containsExactly(new Namespace("b", Map.of("x", "z"), Map.of()));
        assertThat(manifests.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).contains("b.yaml:1 already; the later one counts"));
    }

    @Test
    void givesNoIntentWhenThereIsAnError() {
        Manifests manifests = ManifestReader.parse("f.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: B}}");
        assertThatThrownBy(manifests::intent)
                .isInstanceOf(ManifestException.class)
                .hasMessageStartingWith("f.yaml:1: Namespace B: metadata.name: 'B' is not allowed");
    }
}
