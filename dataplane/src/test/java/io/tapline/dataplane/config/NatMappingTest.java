// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NatMappingTest {
    private static final IpAddress VIP = IpAddress.parse("10.96.0.1");
    private static final NatBackend FIRST = backend("10.1.1.2", 8080);

    private static NatBackend backend(String address, int port) {
        return NatBackend.of(IpAddress.parse(address), port);
    }

    private static void refuses(String message, int port, int protocol, NatBackend... backends) {
        assertThatThrownBy(() -> NatMapping.of(VIP, port, protocol, List.of(backends)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void refusesABackendThatIsListedTwice() {
        refuses(
                "NAT mapping 10.96.0.1:80/tcp: backend 200.1.1.3:8080 is listed twice",
                80,
                Ipv4.PROTOCOL_TCP,
                backend("200.1.1.3", 8080),
                FIRST,
                backend("200.1.1.3", 8080));
    }

    @Test
    void takesBackendsThatDifferInAddressOrPortAlone() {
        List<NatBackend> backends = List.of(FIRST, backend("10.1.1.2", 8081), backend("10.1.1.3", 8080));
        assertThat(NatMapping.of(VIP, 80, Ipv4.PROTOCOL_UDP, backends).backends())
                .isEqualTo(backends);
    }

    @Test
    void refusesPortsWhereThereAreNone() {
        refuses("NAT mapping 10.96.0.1: backend 10.1.1.2 needs port 0, as the mapping has none", 0, 0, FIRST);
        refuses(
                "NAT mapping 10.96.0.1:53/udp: backend 10.1.1.2 needs a port",
                53,
                Ipv4.PROTOCOL_UDP,
                backend("10.1.1.2", 0));
        refuses(
                "NAT mapping 10.96.0.1:70000/tcp: write a port in 1..65535 with protocol TCP, UDP or SCTP, or neither",
                70_000,
                Ipv4.PROTOCOL_TCP,
                FIRST);
        refuses(
                "NAT mapping 10.96.0.1:8/1: write a port in 1..65535 with protocol TCP, UDP or SCTP, or neither",
                8,
                Ipv4.PROTOCOL_ICMP,
                FIRST);
    }

    @Test
    void refusesMoreBackendsThanItHasRoomFor() {
        List<NatBackend> backends = new ArrayList<>(Collections.nCopies(NatMapping.MAX_BACKENDS + 1, FIRST));
        assertThatThrownBy(() -> NatMapping.of(VIP, 80, Ipv4.PROTOCOL_SCTP, backends))
                .hasMessage("NAT mapping 10.96.0.1:80/sctp: 10001 backends are more than 10000");
        refuses("NAT mapping 10.96.0.1: a mapping of a whole address needs one backend, not 0", 0, 0);
    }

    @Test
    void refusesWhatIsNotIpv4() {
        assertThatThrownBy(() -> NatMapping.of(IpAddress.parse("fd00::1"), 80, Ipv4.PROTOCOL_TCP, List.of(FIRST)))
                .hasMessage("NAT mapping fd00::1:80/tcp: NAT44 maps IPv4 addresses only");
        NatMapping mapping = NatMapping.of(VIP, 80, Ipv4.PROTOCOL_TCP, List.of(FIRST));
        assertThatThrownBy(() -> mapping.withAllowedSources(List.of(IpPrefix.parse("fd00::/8"))))
                .hasMessage("NAT mapping 10.96.0.1:80/tcp: allowed source fd00::/8 is not an IPv4 prefix");
    }

    @Test
    void refusesAnAffinityOfMoreThanADay() {
        NatMapping mapping = NatMapping.of(VIP, 80, Ipv4.PROTOCOL_TCP, List.of(FIRST));
        assertThat(mapping.withAffinity(86_400).affinitySeconds()).isEqualTo(86_400);
        assertThatThrownBy(() -> mapping.withAffinity(86_401))
                .hasMessage("NAT mapping 10.96.0.1:80/tcp: affinity of 86401 s is outside 0..86400");
    }
}
