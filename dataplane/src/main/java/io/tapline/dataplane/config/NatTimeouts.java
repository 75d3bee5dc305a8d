// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

/**
 * When idle NAT sessions end, in seconds.
 *
 * @param udp UDP and all but the others
 * @param tcpEstablished TCP that both sides have acknowledged
 * @param tcpTransitory TCP that is being set up or torn down
 * @param tcpClosed TCP that both sides have finished: long enough for a lost last segment to be sent again
 * @param icmp ICMP queries
 */
public record NatTimeouts(int udp, int tcpEstablished, int tcpTransitory, int tcpClosed, int icmp) {
    /** VPP's: 300 s, 7440 s, 240 s, 60 s for ICMP; closed TCP lingers 10 s. */
    public static final NatTimeouts DEFAULT = new NatTimeouts(300, 7440, 240, 10, 60);
    /** Longest time-out: a week. */
    public static final int MAX_SECONDS = 7 * 86_400;

    /** Checks the ranges. */
    public NatTimeouts {
        check("udp", udp);
        check("tcp established", tcpEstablished);
        check("tcp transitory", tcpTransitory);
        check("tcp closed", tcpClosed);
        check("icmp", icmp);
    }

    private static void check(String what, int seconds) {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new ConfigException("NAT time-out " + what + ": " + seconds + " s is outside 1.." + MAX_SECONDS);
        }
    }
}
