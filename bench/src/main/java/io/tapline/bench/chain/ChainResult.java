// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import io.tapline.bench.Spread;
import java.util.Map;

/**
 * Figures of one load.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param flows how many flows the packets belong to
 * @param rounds how many rounds were measured
 * @param packetsPerRound packets per round, at least
 * @param nanosPerPacket of the chain, the generator included
 * @param generatorNanosPerPacket of the generator alone
 * @param allocatedBytesPerPacket on the Java heap
 * @param nodeNanosPerPacket mean of each graph node over its whole run, warm-up included, of the packets it saw
 */
record ChainResult(
        String protocol,
        int flows,
        int rounds,
        long packetsPerRound,
        Spread nanosPerPacket,
        Spread generatorNanosPerPacket,
        double allocatedBytesPerPacket,
        Map<String, Double> nodeNanosPerPacket) {}
