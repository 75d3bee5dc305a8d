// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.cni;

import io.tapline.agent.socket.Connection;
import io.tapline.agent.socket.Dialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * CNI over the agent's socket. The request is what the runtime gave the plug-in, as it is ({@link CniMessage}). The
 * answer is {@code tapline/1 S O\n} and {@code O} bytes for standard output; {@code S} is the exit status.
 */
public final class CniDialect implements Dialect {
    private final CniHandler handler;

    /** CNI as {@code handler} carries it out. */
    public CniDialect(CniHandler handler) {
        this.handler = handler;
    }

    @Override
    public boolean speaks(String firstLine) {
        return CniMessage.Head.isHead(firstLine);
    }

    @Override
    public void serve(String firstLine, Connection connection) throws IOException {
        CniMessage.Head head = CniMessage.Head.parse(firstLine);
        byte[] variables = connection.read(head.variables());
        byte[] input = connection.read(head.input());
        connection.requestIsComplete();
        CniMessage message = CniMessage.of(variables, input);
        CniHandler.Answer answer = handler.handle(message.variables(), message.input());
        byte[] line = ("tapline/1 " + answer.status() + " " + answer.output().length + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        connection.write(line, answer.output());
    }
}
