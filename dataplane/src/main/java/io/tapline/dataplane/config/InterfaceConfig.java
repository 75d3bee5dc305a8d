// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import java.util.List;

/**
 * One interface of the switch.
 *
 * @param index {@code sw_if_index}, 1..{@value #MAX_INDEX}; stable for the interface's life (0 is VPP's local0)
 * @param name unique, as printed in traces, such as {@code tap5}
 * @param owner who sits at the other end, in a user's words such as {@code pod web/frontend-1}; may be empty
 * @param mac the switch's own address on this interface, 48 bits
 * @param addresses the switch's own addresses with their subnets; the first is the source of ICMP errors
 * @param mtu largest IP packet in bytes, {@value #MIN_MTU}..{@value #MAX_MTU}
 * @param table the forwarding table (VRF) of packets that enter here
 * @param inputAcls indexes of the access lists for packets from here, in order; empty: no {@code acl-plugin-in-ip4-fa}
 * @param outputAcls indexes of the access lists for packets to here, in order; empty: no {@code acl-plugin-out-ip4-fa}
 * @param senderAcls indexes of the access lists that packets from here carry with them: judged where they leave the
 *     switch, after NAT, whatever way they leave; the output lists there must permit them too. Empty: none
 * @param nat side of NAT44
 * @param pins numbers that traces print
 * @param senders who may send from the other end
 */
public record InterfaceConfig(
        int index,
        String name,
        String owner,
        long mac,
        List<IpPrefix> addresses,
        int mtu,
        int table,
        List<Integer> inputAcls,
        List<Integer> outputAcls,
        List<Integer> senderAcls,
        NatRole nat,
        Pins pins,
        Senders senders) {
    /** Largest interface index: keys hold 16 bits of it. */
    public static final int MAX_INDEX = 4095;
    /** Smallest MTU: what every IPv4 host must accept in one piece (RFC 791). */
    public static final int MIN_MTU = 68;
    /** Largest MTU: an IPv4 total length. */
    public static final int MAX_MTU = 65535;

    /**
     * Numbers that depend in VPP on the order in which objects were made. They have no meaning but are printed; pinning
     * makes a trace reproduce a recorded one.
     *
     * @param aclInputNext arc-local next index of {@code acl-plugin-in-ip4-fa}, or -1 to number by order of first use
     * @param aclOutputNext the same of {@code acl-plugin-out-ip4-fa}
     */
    public record Pins(int aclInputNext, int aclOutputNext) {
        /** Nothing pinned. */
        public static final Pins NONE = new Pins(-1, -1);
    }

    /** Checks the fields' ranges and copies the lists. */
    public InterfaceConfig {
        if (index < 1 || index > MAX_INDEX) {
            throw new ConfigException("interface " + name + ": index " + index + " is outside 1.." + MAX_INDEX);
        }
        if (name.isEmpty()) {
            throw new ConfigException("interface with index " + index + ": the name is empty");
        }
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new ConfigException("interface " + name + ": mtu " + mtu + " is outside " + MIN_MTU + ".." + MAX_MTU);
        }
        if (mac >>> 48 != 0 || mac == 0 || mac == MacAddress.BROADCAST) {
            throw new ConfigException("interface " + name + ": mac " + MacAddress.format(mac) + " cannot be its own");
        }
        addresses = List.copyOf(addresses);
        inputAcls = List.copyOf(inputAcls);
        outputAcls = List.copyOf(outputAcls);
        senderAcls = List.copyOf(senderAcls);
    }

    /** A plain interface: MTU 1500, table 0, no features. The starting point for the {@code with...} methods. */
    public static InterfaceConfig of(int index, String name, long mac, IpPrefix... addresses) {
        return new InterfaceConfig(
                index,
                name,
                "",
                mac,
                List.of(addresses),
                1500,
                0,
                List.of(),
                List.of(),
                List.of(),
                NatRole.NONE,
                Pins.NONE,
                Senders.ANY);
    }

    /** This interface with another owner. */
    public InterfaceConfig withOwner(String newOwner) {
        return new InterfaceConfig(
                index,
                name,
                newOwner,
                mac,
                addresses,
                mtu,
                table,
                inputAcls,
                outputAcls,
                senderAcls,
                nat,
                pins,
                senders);
    }

    /** This interface with these access lists. */
    public InterfaceConfig withAcls(List<Integer> input, List<Integer> output) {
        return new InterfaceConfig(
                index, name, owner, mac, addresses, mtu, table, input, output, senderAcls, nat, pins, senders);
    }

    /** This interface whose packets carry these access lists with them. */
    public InterfaceConfig withSenderAcls(List<Integer> lists) {
        return new InterfaceConfig(
                index, name, owner, mac, addresses, mtu, table, inputAcls, outputAcls, lists, nat, pins, senders);
    }

    /** This interface on another side of NAT44. */
    public InterfaceConfig withNat(NatRole role) {
        return new InterfaceConfig(
                index, name, owner, mac, addresses, mtu, table, inputAcls, outputAcls, senderAcls, role, pins, senders);
    }

    /** This interface with another MTU, in bytes. */
    public InterfaceConfig withMtu(int newMtu) {
        return new InterfaceConfig(
                index,
                name,
                owner,
                mac,
                addresses,
                newMtu,
                table,
                inputAcls,
                outputAcls,
                senderAcls,
                nat,
                pins,
                senders);
    }

    /** This interface in another forwarding table. */
    public InterfaceConfig withTable(int newTable) {
        return new InterfaceConfig(
                index,
                name,
                owner,
                mac,
                addresses,
                mtu,
                newTable,
                inputAcls,
                outputAcls,
                senderAcls,
                nat,
                pins,
                senders);
    }

    /** This interface with pinned numbers. */
    public InterfaceConfig withPins(Pins newPins) {
        return new InterfaceConfig(
                index,
                name,
                owner,
                mac,
                addresses,
                mtu,
                table,
                inputAcls,
                outputAcls,
                senderAcls,
                nat,
                newPins,
                senders);
    }

    /** This interface with these senders allowed. */
    public InterfaceConfig withSenders(Senders newSenders) {
        return new InterfaceConfig(
                index,
                name,
                owner,
                mac,
                addresses,
                mtu,
                table,
                inputAcls,
                outputAcls,
                senderAcls,
                nat,
                pins,
                newSenders);
    }
}
