// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.demo;

import io.tapline.linux.NetworkNamespace;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks for pages from inside namespaces. */
final class Http {
    private Http() {}

    /**
     * Asks for {@code /} from inside a namespace and returns what came: the status line and the body.
     *
     * @throws IOException when there is no answer within {@code timeoutMillis}
     */
    static String get(NetworkNamespace namespace, IpAddress address, int port, int timeoutMillis) throws IOException {
        return namespace.<String, IOException>call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port), timeoutMillis);
                socket.setSoTimeout(timeoutMillis);
                String request = "GET / HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                String[] parts = answer.split("\r\n\r\n", 2);
                return parts[0].lines().findFirst().orElse("") + ": " + (parts.length > 1 ? parts[1].strip() : "");
            }
        });
    }
}
