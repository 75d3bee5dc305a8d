// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.socket;

import java.io.IOException;

/** A protocol on the agent's socket; its first line tells it from others. Implementations are used by many threads. */
public interface Dialect {
    /** Whether a connection that begins with this line, without its end, is in this protocol. */
    boolean speaks(String firstLine);

    /**
     * Serves one connection, which is closed afterwards.
     *
     * @throws BadRequestException if it cannot be understood
     * @throws IOException if the peer is gone, or too slow
     */
    void serve(String firstLine, Connection connection) throws IOException;
}
