// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.source.yaml.TextFile;
import io.tapline.source.yaml.Value;
import io.tapline.source.yaml.YamlTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an API server refuses is refused, with the place and the reason. */
class InvalidManifestTest {
    private static final Path RESOURCES = Path.of("src/test/resources/io/tapline/source");

    /** Field and a part of the message for each object of the file of invalid policies. */
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("peer-empty", "spec.ingress[0].from[0]: the peer is empty"),
            Map.entry("peer-ipblock-and-nsselector", "spec.egress[0].to[0]: ipBlock stands alone"),
            Map.entry("cidr-missing", "spec.ingress[0].from[0].ipBlock: the key 'cidr' is missing"),
            Map.entry(
                    "except-equal",
                    "spec.ingress[0].from[0].ipBlock.except[0]: '10.0.0.0/8' does not lie strictly inside"),
            Map.entry("port-too-big", "spec.ingress[0].ports[0].port: 65536 is outside 1..65535"),
            Map.entry("port-name-long", "spec.ingress[0].ports[0].port: 'a-very-long-port-name' has 21 characters"),
            Map.entry("endport-without-port", "spec.ingress[0].ports[0].endPort: needs a 'port'"),
            Map.entry("endport-too-big", "spec.ingress[0].ports[0].endPort: 65536 is outside"),
            Map.entry(
                    "type-unknown",
                    "spec.policyTypes[0]: 'Ingres' is none of Egress, Ingress; did you mean 'Ingress'?"),
            Map.entry("in-without-values", "spec.podSelector.matchExpressions[0]: the operator In needs 'values'"),
            Map.entry("operator-unknown", "spec.podSelector.matchExpressions[0].operator: 'Gt' is none of"),
            Map.entry("label-value-bad", "spec.podSelector.matchLabels.a: '-x-' is not a label value"));

    static Stream<Value> invalidPolicies() {
        String text = TextFile.read(RESOURCES.resolve("invalid-policies.yaml"), "list of policies");
        return YamlTree.parse(text, "list of policies").list().stream();
    }

    @ParameterizedTest
    @MethodSource("invalidPolicies")
    void refusesWhatAnApiServerRefuses(Value entry) {
        String id = entry.fields("id", "why", "policy").required("id").text();
        Manifests read = ManifestReader.object(
                "f.yaml", entry.fields("id", "why", "policy").required("policy"));
        assertThat(read.located()).isEmpty();
        assertThat(read.errors()).singleElement().satisfies(error -> {
            assertThat(error.object()).isEqualTo("NetworkPolicy x/p");
            assertThat(error.field() + ": " + error.message())
                    .contains(REASONS.getOrDefault(id, "(no reason is noted for " + id + ")"));
        });
    }

    /** One slip in an otherwise valid policy. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            podSelector: {matchLabels: {a: 1}}                            | spec.podSelector.matchLabels.a    | write "1" with its quotes
            podSelector: {matchLabels: {a: yes}}                          | spec.podSelector.matchLabels.a    | truth value
            podSelector: {matchLabels: {a: b c}}                          | spec.podSelector.matchLabels.a    | not a label value
            podSelector: {matchLabels: {-a: b}}                           | spec.podSelector.matchLabels.-a   | not a label key
            podSelector: {matchLabels: {A_/x: b}}                         | spec.podSelector.matchLabels[A_/x] | DNS name before its '/'
            podSelector: {matchLabels: {x/y/z: b}}                        | spec.podSelector.matchLabels[x/y/z] | not a label key
            podSelector: []                                               | spec.podSelector                  | must be a map
            podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]} | spec.podSelector.matchExpressions[0].values | takes no values
            podSelector: {matchExpressions: [{operator: Exists}]}         | spec.podSelector.matchExpressions[0] | 'key' is missing
            podSelector: {matchExpressions: [{key: a}]}                   | spec.podSelector.matchExpressions[0] | 'operator' is missing
            podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]} | spec.podSelector.matchExpressions[0].operator | did you mean 'In'?
            podSelector: {matchExpressions: [{key: a, operator: NotIn, values: [-b]}]} | spec.podSelector.matchExpressions[0].values[0] | not a label value
            policyTypes: [Ingress, Egress, Ingress]                       | spec.policyTypes                  | more than two
            policyTypes: Ingress                                          | spec.policyTypes                  | must be a list
            ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]              | spec.ingress[0].from[0].ipBlock.cidr | such as 10.0.0.0/32
            ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]           | spec.ingress[0].from[0].ipBlock.cidr | not a CIDR
            ingress: [{from: [{ipBlock: {cidr: 10.0.0.256/8}}]}]          | spec.ingress[0].from[0].ipBlock.cidr | not a CIDR
            ingress: [{from: [{ipBlock: {cidr: 'fd00::/8', except: [10.0.0.0/8]}}]}] | spec.ingress[0].from[0].ipBlock.except[0] | strictly inside
            ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16, except: [10.0.0.0/8]}}]}] | spec.ingress[0].from[0].ipBlock.except[0] | strictly inside
            ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0]}}]}] | spec.ingress[0].from[0].ipBlock.except[0] | not a CIDR
            ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}] | spec.ingress[0].from[0]     | stands alone
            ingress: [{from: [{}]}]                                       | spec.ingress[0].from[0]           | the peer is empty
            ingress: [{ports: [{port: 0}]}]                               | spec.ingress[0].ports[0].port     | outside 1..65535
            ingress: [{ports: [{port: -1}]}]                              | spec.ingress[0].ports[0].port     | outside 1..65535
            ingress: [{ports: [{port: 80.5}]}]                            | spec.ingress[0].ports[0].port     | not a whole number
            ingress: [{ports: [{port: '80'}]}]                            | spec.ingress[0].ports[0].port     | without quotes: 80
            ingress: [{ports: [{port: ab--c}]}]                           | spec.ingress[0].ports[0].port     | must not hold '--'
            ingress: [{ports: [{port: Http}]}]                            | spec.ingress[0].ports[0].port     | is not allowed
            ingress: [{ports: [{port: -http}]}]                           | spec.ingress[0].ports[0].port     | is not allowed
            ingress: [{ports: [{port: 80, endPort: 79}]}]                 | spec.ingress[0].ports[0].endPort  | less than 'port'
            ingress: [{ports: [{port: http, endPort: 90}]}]               | spec.ingress[0].ports[0].endPort  | needs a number
            ingress: [{ports: [{port: 80, endPort: '90'}]}]               | spec.ingress[0].ports[0].endPort  | write 90 without quotes
            ingress: [{ports: [{port: 80, protocol: tcp}]}]               | spec.ingress[0].ports[0].protocol | did you mean 'TCP'?
            ingress: [{ports: [{port: 80, protocol: ICMP}]}]              | spec.ingress[0].ports[0].protocol | none of SCTP, TCP, UDP
            ingress: {}                                                   | spec.ingress                      | must be a list
            podSelector: {}, podSelector: {}                              | spec.podSelector                  | given twice
            """)
    void namesTheFieldOfASlip(String spec, String field, String message) {
        Manifests read = ManifestReader.parse(
                "f.yaml",
                "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}, spec: {"
                        + spec + "}}");
        assertThat(read.located()).isEmpty();
        assertThat(read.errors()).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo(field);
            assertThat(error.message()).contains(message);
        });
    }

    /** One slip in another object, written after its kind. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            v1 | Namespace | metadata: {name: a.b}                                    | metadata.name | is not allowed
            v1 | Namespace | metadata: {name: a, namespace: b}                        | metadata.namespace | is in no namespace
            v1 | Namespace | metadata: {generateName: a-}                             | metadata | write a 'name'
            v1 | Namespace | spec: {}                                                 | `` | 'metadata' is missing
            v1 | Pod | metadata: {name: A}, spec: {containers: [{name: c, image: i}]}   | metadata.name | is not allowed
            v1 | Pod | metadata: {name: a}                                            | `` | 'spec' is missing
            v1 | Pod | metadata: {name: a}, spec: {containers: []}                    | spec | at least one
            v1 | Pod | metadata: {name: a}, spec: {containers: [{image: i}]}          | spec.containers[0] | 'name' is missing
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c}]}           | spec.containers[0] | 'image' is missing
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i}, {name: c, image: i}]} | spec.containers[1] | another container
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 0}]}]} | spec.containers[0].ports[0].containerPort | outside 1..65535
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i, ports: [{name: x--y, containerPort: 1}]}]} | spec.containers[0].ports[0].name | must not hold '--'
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i, ports: [{name: w, containerPort: 1}, {name: w, containerPort: 2}]}]} | spec.containers[0] | two ports are named 'w'
            v1 | Pod | metadata: {name: a}, spec: {hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 2}]}]} | spec.containers[0].ports[0].hostPort | must be 1
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 9}, {containerPort: 2, hostPort: 9}]}]} | spec.containers[0].ports[1] | given twice
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i}]}, status: {podIPs: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]} | status.podIPs | two addresses of one family
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i}]}, status: {podIP: 10.0.0.2, podIPs: [{ip: 10.0.0.1}]} | status.podIP | not the first
            v1 | Pod | metadata: {name: a}, spec: {containers: [{name: c, image: i}]}, status: {podIP: 10.0.0} | status.podIP | not an IP address
            v1 | Service | metadata: {name: 1a}, spec: {ports: [{port: 80}]}          | metadata.name | beginning with a letter
            v1 | Service | metadata: {name: a}, spec: {}                              | spec | needs at least one
            v1 | Service | metadata: {name: a}, spec: {ports: [{port: 80}, {port: 81, name: x}]} | spec.ports[0] | 'name' is missing
            v1 | Service | metadata: {name: a}, spec: {ports: [{port: 80, name: x}, {port: 81, name: x}]} | spec.ports[1] | two ports are named
            v1 | Service | metadata: {name: a}, spec: {ports: [{port: 80, name: x}, {port: 80, name: z}]} | spec.ports[1] | given twice
            v1 | Service | metadata: {name: a}, spec: {ports: [{port: 70000}]}        | spec.ports[0].port | outside 1..65535
            v1 | Service | metadata: {name: a}, spec: {ports: [{port: 80, targetPort: '80'}]} | spec.ports[0].targetPort | without quotes
            v1 | Service | metadata: {name: a}, spec: {ports: [{port: 80, nodePort: 30080}]} | spec.ports[0].nodePort | NodePort and LoadBalancer
            v1 | Service | metadata: {name: a}, spec: {type: Nodeport, ports: [{port: 80}]} | spec.type | did you mean 'NodePort'?
            v1 | Service | metadata: {name: a}, spec: {type: ExternalName}            | spec | 'externalName' is missing
            v1 | Service | metadata: {name: a}, spec: {type: NodePort, clusterIP: None, ports: [{port: 80}]} | spec.clusterIP | ClusterIP only
            v1 | Service | metadata: {name: a}, spec: {externalTrafficPolicy: Local, ports: [{port: 80}]} | spec.externalTrafficPolicy | NodePort and LoadBalancer
            v1 | Service | metadata: {name: a}, spec: {externalIPs: [127.0.0.1], ports: [{port: 80}]} | spec.externalIPs[0] | loopback
            v1 | Service | metadata: {name: a}, spec: {sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]} | spec.sessionAffinityConfig.clientIP.timeoutSeconds | outside 1..86400
            v1 | Service | metadata: {name: a}, spec: {loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]} | spec.loadBalancerSourceRanges | LoadBalancer only
            v1 | Node | metadata: {name: a}, spec: {podCIDRs: [10.0.0.0]}             | spec.podCIDRs[0] | not a CIDR
            v1 | Node | metadata: {name: a}, status: {addresses: [{type: InternalIP, address: a}]} | status.addresses[0].address | not an IP address
            discovery.k8s.io/v1 | EndpointSlice | metadata: {name: a}, endpoints: []  | `` | 'addressType' is missing
            discovery.k8s.io/v1 | EndpointSlice | metadata: {name: a}, addressType: IPv4, endpoints: [{addresses: []}] | endpoints[0].addresses | 1 to 100
            discovery.k8s.io/v1 | EndpointSlice | metadata: {name: a}, addressType: IPv4, endpoints: [{addresses: ['fd00::1']}] | endpoints[0].addresses[0] | addressType
            discovery.k8s.io/v1 | EndpointSlice | metadata: {name: a}, addressType: IPv4, endpoints: [{addresses: [127.0.0.1]}] | endpoints[0].addresses[0] | loopback
            discovery.k8s.io/v1 | EndpointSlice | metadata: {name: a}, addressType: IPv4, endpoints: [], ports: [{name: x}, {name: x}] | ports[1] | two ports are named
            networking.k8s.io/v1beta1 | NetworkPolicy | metadata: {name: a}           | `` | write apiVersion: networking.k8s.io/v1
            policy.networking.k8s.io/v1alpha2 | ClusterNetworkPolicy | metadata: {name: a}, spec: {tier: Admin, priority: 1001, subject: {namespaces: {}}} | spec.priority | outside 0..1000
            policy.networking.k8s.io/v1alpha2 | ClusterNetworkPolicy | metadata: {name: a}, spec: {tier: admin, priority: 1, subject: {namespaces: {}}} | spec.tier | did you mean 'Admin'?
            policy.networking.k8s.io/v1alpha2 | ClusterNetworkPolicy | metadata: {name: a}, spec: {tier: Admin, priority: 1, subject: {}} | spec.subject | exactly one of
            policy.networking.k8s.io/v1alpha2 | ClusterNetworkPolicy | metadata: {name: a}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {}}]}]} | spec.ingress[0].action | none of Accept, Deny, Pass
            policy.networking.k8s.io/v1alpha2 | ClusterNetworkPolicy | metadata: {name: a}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: []}]} | spec.ingress[0].from | 1 to 25
            policy.networking.k8s.io/v1alpha2 | ClusterNetworkPolicy | metadata: {name: a}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{networks: [10.0.0.0/8]}]}]} | spec.ingress[0].from[0].networks | egress rules only
            policy.networking.k8s.io/v1alpha1 | BaselineAdminNetworkPolicy | metadata: {name: a}, spec: {subject: {namespaces: {}}} | metadata | named 'default'
            """)
    void namesTheFieldOfASlipInOtherObjects(String version, String kind, String rest, String field, String message) {
        Manifests read =
                ManifestReader.parse("f.yaml", "{apiVersion: " + version + ", kind: " + kind + ", " + rest + "}");
        assertThat(read.located()).isEmpty();
        assertThat(read.errors()).singleElement().satisfies(error -> {
            assertThat(error.object()).startsWith(kind);
            assertThat(error.field()).isEqualTo(field);
            assertThat(error.message()).contains(message);
        });
    }

    @Test
    void findsAllMistakesOfAFileAtOnce() {
        Manifests read = ManifestReader.parse("shop.yaml", """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: db, namespace: shop}
                spec:
                  podSelector: {matchLabels: {app: -db}}
                  ingress:
                  - from:
                    - ipBlock: {cidr: 10.0.0.0}
                    - {}
                    ports:
                    - {port: 80, protocol: tcp}
                    - {port: 0}
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop}
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: Shop}
                """);
        assertThat(read.errors().stream().map(Problem::toString))
                .containsExactly(
                        "shop.yaml:5: NetworkPolicy shop/db: spec.podSelector.matchLabels.app: '-db' is not a label value;"
                                + " use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or"
                                + " digit",
                        "shop.yaml:8: NetworkPolicy shop/db: spec.ingress[0].from[0].ipBlock.cidr: '10.0.0.0' is not a"
                                + " CIDR; write a block with its length, such as 10.0.0.0/32",
                        "shop.yaml:9: NetworkPolicy shop/db: spec.ingress[0].from[1]: the peer is empty; give a podSelector,"
                                + " a namespaceSelector or an ipBlock ({} as a selector selects all)",
                        "shop.yaml:11: NetworkPolicy shop/db: spec.ingress[0].ports[0].protocol: 'tcp' is none of SCTP, TCP,"
                                + " UDP; did you mean 'TCP'?",
                        "shop.yaml:12: NetworkPolicy shop/db: spec.ingress[0].ports[1].port: 0 is outside 1..65535",
                        "shop.yaml:20: Namespace Shop: metadata.name: 'Shop' is not allowed; use a-z, 0-9 and '-',"
                                + " beginning and ending with a letter or digit");
        assertThat(read.objects().map(object -> object.ref().toString()))
                .as("the good object of the file")
                .containsExactly("Namespace shop");
    }

    @Test
    void saysWhatIsNotYaml() {
        assertThat(ManifestReader.parse("f.yaml", "a: [1\nb: 2\n").errors())
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.line()).isEqualTo(2);
                    assertThat(error.message()).startsWith("this is not YAML");
                });
    }

    @Test
    void reportsAFileThatIsNotThere() {
        assertThat(ManifestReader.read(List.of(Path.of("no-such.yaml"))).errors())
                .singleElement()
                .hasToString("no-such.yaml: there is no such file");
    }

    @Test
    void refusesAliasesThatUnfoldWithoutEnd() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(ManifestReader.parse("f.yaml", bomb.toString()).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.message()).contains("aliases unfold into more than"));
        assertThat(ManifestReader.parse("f.yaml", "&a [*a]").errors())
                .singleElement()
                .satisfies(error -> assertThat(error.message()).contains("contains itself"));
    }
}
