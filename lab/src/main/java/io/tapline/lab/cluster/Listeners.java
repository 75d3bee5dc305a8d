// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.lab.cluster.Workload.Port;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Who listens in a namespace, by the kernel's tables ({@code /proc/net/tcp} and its like). */
final class Listeners {
    private static final Path TABLES = Path.of("/proc/thread-self/net");
    private static final String TCP_LISTEN = "0A";
    private static final String UDP_OPEN = "07";

    private Listeners() {}

    static Set<Port> in(NetworkNamespace namespace) {
        return namespace.call(() -> {
            Set<Port> ports = new HashSet<>();
            for (String version : new String[] {"", "6"}) {
                read(TABLES.resolve("tcp" + version), Protocol.TCP, TCP_LISTEN, ports);
                read(TABLES.resolve("udp" + version), Protocol.UDP, UDP_OPEN, ports);
            }
            return ports;
        });
    }

    private static void read(Path table, Protocol protocol, String state, Set<Port> ports) {
        try {
            Files.readAllLines(table).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+", -1)) // number, local address, remote address, state, ...
                    .filter(fields -> fields[3].equals(state))
                    .map(fields -> Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16))
                    .filter(number -> number > 0)
                    .forEach(number -> ports.add(new Port(protocol, number)));
        } catch (NoSuchFileException e) {
            // a kernel without IPv6
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + table, e);
        }
    }
}
