// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.wire.capture.CapturedPacket;
import io.tapline.wire.capture.Direction;
import io.tapline.wire.capture.PcapngWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class ScenarioReaderTest {
    private static final String TAP0 = "interfaces: [{name: tap0, index: 1, mac: 02:fe:00:00:00:01}]\n";

    @TempDir
    private Path directory;

    private static String mistake(String text) {
        Throwable thrown = catchThrowable(() -> ScenarioReader.parse("s.yaml", text));
        assertThat(thrown).isInstanceOf(ScenarioException.class);
        return String.valueOf(thrown.getMessage());
    }

    /** Each row: a line that follows one correct interface, and what is said about it. */
    @ParameterizedTest
    @CsvFileSource(resources = "mistakes.csv", delimiter = '|')
    void namesPlaceKeyAndRemedy(String line, String message) {
        assertThat(mistake(TAP0 + line)).startsWith(message);
    }

    @Test
    void reportsSeveralMistakesAtOnce() {
        assertThat(mistake("interfaces:\n  - {name: a}\n  - {name: b, index: 0, mac: x}\npackets:\n  - {}\n")
                        .lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).startsWith("s.yaml:"));
    }

    @Test
    void refusesReferencesToNothingAndDoubleNames() {
        assertThat(mistake("interfaces: [{name: a, index: 1, mac: 02:fe:00:00:00:01, acls: {input: [9]}}]"))
                .contains("interfaces[0].acls.input[0]: there is no access list with index 9");
        assertThat(mistake(TAP0.replace("]", ", {name: tap0, index: 2, mac: 02:fe:00:00:00:01}]")))
                .contains("there is another interface tap0, in line 1");
        assertThat(mistake(TAP0.replace("]", ", {name: b, index: 1, mac: 02:fe:00:00:00:01}]")))
                .contains("there is another interface with index 1, in line 1");
    }

    @Test
    void refusesWhatIsNotOnePlainDocument() {
        assertThat(mistake("")).isEqualTo("s.yaml:1:1: the file is empty; it should hold a scenario");
        assertThat(mistake("a: [")).startsWith("s.yaml:").contains("this is not YAML");
        assertThat(mistake("packets: []\n---\npackets: []\n")).contains("a second document begins");
        assertThat(mistake("packets: !!set {}\n")).contains("tags (!name) are not allowed");
    }

    @Test
    void saysWhatIsWrongWithTheFileItself() throws IOException {
        Path missing = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> ScenarioReader.read(missing))
                .isInstanceOf(ScenarioException.class)
                .hasMessage(missing + ": there is no such file");
        assertThatThrownBy(() -> ScenarioReader.read(directory))
                .hasMessage(directory + ": is a directory; name a scenario file in it");
        Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> ScenarioReader.read(binary)).hasMessage(binary + ": is not UTF-8 text");
    }

    @Test
    void readsEveryKey() {
        Scenario scenario = ScenarioReader.parse("s.yaml", """
                interfaces:
                  - {name: a, index: 1, owner: the host, mac: 02:fe:00:00:00:01, addresses: [10.0.1.1/24, 10.0.2.1/24],
                     mtu: 9000, table: 0, acls: {input: [7], output: [7, 8]}, nat: out,
                     pins: {acl-input-next: 2, acl-output-next: 3}}
                  - {name: b, index: 2, mac: 02:fe:00:00:00:02, table: 1, nat: in}
                  - {name: c, index: 3, mac: 02:fe:00:00:00:03, nat: none}
                routes:
                  - prefix: 10.9.0.0/16
                    via: [{interface: a, gateway: 10.0.1.2, weight: 3}, {gateway: 10.0.2.2}]
                    pins: {object-number: 5}
                  - {prefix: 10.8.0.0/16, table: 1, drop: true}
                  - {prefix: 10.7.0.1/32, local: true}
                  - {prefix: 0.0.0.0/0, table: 1, lookup-in: 0}
                neighbors: [{interface: a, address: 10.0.1.2, mac: 02:00:00:00:00:09, pins: {adjacency-number: 4}}]
                acls:
                  - index: 7
                    name: seven
                    rules:
                      - {action: permit, source: 10.0.0.0/8, destination: any, protocol: tcp, source-ports: any,
                         destination-ports: 80-90, origin: "policy x"}
                      - {action: permit+reflect, protocol: icmp, icmp-type: 8, icmp-code: 0-3}
                      - {action: deny, protocol: 132}
                  - {index: 8}
                nat: {forwarding: false}
                endpoints: [{address: 10.0.1.2, name: x/y}]
                pins: {first-acl-session: 22, start-time: "00:00:01:000002"}
                packets:
                  - {interface: a, hex: "00 01", at: 5ms}
                  - {advance: 2s}
                  - {interface: b, hex: ff, needs-csum: true, csum-start: 34, csum-offset: 16,
                     gso-type: tcpv4, gso-size: 1448, header-length: 54}
                """);
        assertThat(scenario.startNanos()).isEqualTo(1_000_002_000L);
        assertThat(scenario.packetCount()).isEqualTo(2);
        assertThat(scenario.events()).hasSize(3).element(1).isEqualTo(new Scenario.Advance(2_000_000_000L));
        assertThat(scenario.config().interfaces())
                .extracting(i -> i.nat())
                .containsExactly(NatRole.OUTSIDE, NatRole.INSIDE, NatRole.NONE);
        assertThat(scenario.config().interfaces().getFirst().outputAcls()).containsExactly(7, 8);
        assertThat(scenario.config().interfaces().getFirst().mtu()).isEqualTo(9000);
        assertThat(scenario.config().routes()).extracting(RouteConfig::target).satisfies(targets -> {
            assertThat(targets.get(0))
                    .isInstanceOfSatisfying(
                            RouteConfig.Forward.class, f -> assertThat(f.hops()).hasSize(2));
            assertThat(targets.get(3)).isEqualTo(new RouteConfig.LookupIn(0));
        });
        assertThat(scenario.config().acls().getFirst().rules())
                .extracting(r -> r.action())
                .containsExactly(AclAction.PERMIT, AclAction.PERMIT_REFLECT, AclAction.DENY);
        assertThat(scenario.config().nat().forwarding()).isFalse();
        assertThat(scenario.config().firstAclSession()).isEqualTo(22);
    }

    @Test
    void takesPacketsFromACaptureBesideTheScenario() throws IOException {
        capture("three.pcapng", 3, 0);
        Scenario all = read("packets: [{interface: tap0, pcap: three.pcapng}]");
        assertThat(firstBytes(all)).containsExactly(1, 2, 3);
        Scenario some = read("packets: [{interface: tap0, pcap: three.pcapng, frames: [3, 1-2]}]");
        assertThat(firstBytes(some)).containsExactly(3, 1, 2);
        assertThat(firstBytes(read("packets: [{interface: tap0, pcap: three.pcapng, frames: 2}]")))
                .containsExactly(2);
    }

    @Test
    void refusesFramesThatTheCaptureDoesNotHave() throws IOException {
        capture("three.pcapng", 3, 0);
        capture("cut.pcapng", 1, 100);
        Files.writeString(directory.resolve("text.pcap"), "not a capture");
        assertThatThrownBy(() -> read("packets: [{interface: tap0, pcap: three.pcapng, frames: [2-4]}]"))
                .hasMessageEndingWith(
                        "s.yaml:2:58: packets[0].frames[0]: '2-4' is not within the capture's frames, 1..3");
        assertThatThrownBy(() -> read("packets: [{interface: tap0, pcap: three.pcapng, frames: x}]"))
                .hasMessageContaining("packets[0].frames: 'x' is neither a frame's number nor a range");
        assertThatThrownBy(() -> read("packets: [{interface: tap0, pcap: cut.pcapng}]"))
                .hasMessageContaining("packets[0].pcap: of frame 1 the file has only 1 of 101 bytes");
        assertThatThrownBy(() -> read("packets: [{interface: tap0, pcap: text.pcap}]"))
                .hasMessageContaining("is damaged at byte 0: neither a pcapng nor a pcap file");
    }

    private Scenario read(String packets) throws IOException {
        return ScenarioReader.read(Files.writeString(directory.resolve("s.yaml"), TAP0 + packets));
    }

    private static List<Integer> firstBytes(Scenario scenario) {
        return scenario.events().stream()
                .map(event -> (int) ((Scenario.Receive) event).frame()[0])
                .toList();
    }

    private void capture(String name, int frames, int missing) throws IOException {
        try (OutputStream out = Files.newOutputStream(directory.resolve(name))) {
            PcapngWriter writer = new PcapngWriter(out, "test");
            writer.addInterface("x", "");
            for (int i = 1; i <= frames; i++) {
                writer.write(new CapturedPacket(0, i, new byte[] {(byte) i}, 1 + missing, Direction.UNKNOWN, ""));
            }
        }
    }
}
