// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.wire.IpAddress;

/** The addresses of {@link NatSwitch} as numbers. */
final class NatNumbers {
    static final int CLIENT = IpAddress.parseIpv4(NatSwitch.CLIENT_IP);
    static final int FIRST = IpAddress.parseIpv4(NatSwitch.FIRST_IP);
    static final int SECOND = IpAddress.parseIpv4(NatSwitch.SECOND_IP);
    static final int NODE = IpAddress.parseIpv4(NatSwitch.NODE_IP);
    static final int VIP = IpAddress.parseIpv4(NatSwitch.VIP);
    static final int HIDDEN = IpAddress.parseIpv4(NatSwitch.HIDDEN_IP);

    private NatNumbers() {}

    /** Where an address is behind. */
    static int interfaceOf(int address) {
        if (address == CLIENT) {
            return NatSwitch.CLIENT;
        }
        if (address == FIRST) {
            return NatSwitch.FIRST;
        }
        return address == SECOND ? NatSwitch.SECOND : NatSwitch.UPLINK;
    }
}
