// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

/** The transport protocols that the Kubernetes API knows. */
public enum Protocol {
    /** RFC 9293. */
    TCP(6),
    /** RFC 768. */
    UDP(17),
    /** RFC 9260. */
    SCTP(132);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** The IP protocol number. */
    public int number() {
        return number;
    }
}
