// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where operators are served.
 *
 * @param socket unix socket, for root
 * @param listener where else, if anywhere
 */
public record ApiSettings(Path socket, Optional<Listener> listener) {
    /**
     * A TCP address that HTTP is served at.
     *
     * @param address where
     * @param token file with what a caller must present; empty: then only health and metrics are served
     * @param tls the server's key; empty for plain HTTP
     */
    public record Listener(InetSocketAddress address, Optional<Path> token, Optional<Tls> tls) {
        private static final int MAX_PORT = 0xffff;

        /**
         * A listener, as the configuration has it.
         *
         * @param text {@code ADDRESS:PORT}, with an IPv6 address in brackets
         * @throws IllegalArgumentException with what is wrong
         */
        static Listener parse(String text, Optional<Path> token, Optional<Path> keyStore, Optional<Path> password) {
            InetSocketAddress address = address(text);
            if (keyStore.isPresent() != password.isPresent()) {
                throw new IllegalArgumentException("HTTPS needs both api.tlsKeyStore and api.tlsPasswordFile");
            }
            if (keyStore.isEmpty() && !address.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        text + " is open to other machines: give api.tlsKeyStore, or listen at 127.0.0.1");
            }
            return new Listener(address, token, keyStore.map(file -> new Tls(file, password.get())));
        }

        private static InetSocketAddress address(String text) {
            int colon = text.lastIndexOf(':');
            String port = text.substring(colon + 1);
            if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MAX_PORT) {
                throw new IllegalArgumentException("'" + text + "' is not ADDRESS:PORT, such as 127.0.0.1:9920");
            }
            String host = text.substring(0, colon);
            if (!host.matches("[0-9.]+|\\[[0-9a-fA-F:.]+]")) {
                throw new IllegalArgumentException("'" + host + "' is not an IP address");
            }
            try {
                return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("'" + host + "' is not an IP address", e);
            }
        }
    }

    /** A key store in PKCS #12 form, and the file with its password. */
    public record Tls(Path keyStore, Path password) {}
}
