// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire.capture;

/**
 * An interface that packets were captured on.
 *
 * @param name empty when the file does not say; classic pcap never does
 * @param description empty when the file does not say
 * @param linkType what its packets begin with; {@link #ETHERNET} for those this project uses
 */
public record CaptureInterface(String name, String description, int linkType) {
    /** Link type (LINKTYPE_ETHERNET): packets begin with an Ethernet header. */
    public static final int ETHERNET = 1;
}
