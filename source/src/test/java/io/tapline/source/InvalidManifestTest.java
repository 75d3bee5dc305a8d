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
import org.junit.jupiter.params.provider.CsvFileSource;
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
    @CsvFileSource(resources = "policy-slips.csv", delimiter = '|', quoteCharacter = '`')
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
    @CsvFileSource(resources = "service-slips.csv", delimiter = '|', quoteCharacter = '`')
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
                        "shop.yaml:5: NetworkPolicy shop/db: spec.podSelector.matchLabels.app: '-db' is not a label"
                                + " value; use at most 63 letters, digits, '-', '_' and '.', beginning and ending"
                                + " with a letter or digit",
                        "shop.yaml:8: NetworkPolicy shop/db: spec.ingress[0].from[0].ipBlock.cidr: '10.0.0.0' is not a"
                                + " CIDR; write a block with its length, such as 10.0.0.0/32",
                        "shop.yaml:9: NetworkPolicy shop/db: spec.ingress[0].from[1]: the peer is empty; give a"
                                + " podSelector, a namespaceSelector or an ipBlock ({} as a selector selects all)",
                        "shop.yaml:11: NetworkPolicy shop/db: spec.ingress[0].ports[0].protocol: 'tcp' is none of SCTP,"
                                + " TCP, UDP; did you mean 'TCP'?",
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
