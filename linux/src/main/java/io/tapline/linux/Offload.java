// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/**
 * What a device's kernel side may do for packets (kernel {@code ethtool.h}); the names are those of {@code ethtool}.
 */
public enum Offload {
    /** {@code rx}: trust the checksums of received packets. */
    RX_CHECKSUM("rx", "RXCSUM", 0x14, 0x15),
    /** {@code tx}: leave checksums of sent packets to the device. Off turns off {@link #TSO} too. */
    TX_CHECKSUM("tx", "TXCSUM", 0x16, 0x17),
    /** {@code sg}: hand packets over in pieces. Off turns off {@link #TSO} and {@link #GSO} too. */
    SCATTER_GATHER("sg", "SG", 0x18, 0x19),
    /** {@code tso}: leave cutting TCP super-frames to the device. */
    TSO("tso", "TSO", 0x1e, 0x1f),
    /** {@code gso}: cut super-frames just before the device, not earlier. */
    GSO("gso", "GSO", 0x23, 0x24),
    /** {@code gro}: join received packets to super-frames. */
    GRO("gro", "GRO", 0x2b, 0x2c);

    private final String ethtoolName;
    private final String command;
    private final int getCommand;
    private final int setCommand;

    Offload(String ethtoolName, String command, int getCommand, int setCommand) {
        this.ethtoolName = ethtoolName;
        this.command = command;
        this.getCommand = getCommand;
        this.setCommand = setCommand;
    }

    /** The name in {@code ethtool -K}. */
    public String ethtoolName() {
        return ethtoolName;
    }

    /** The name of the ethtool command to read or switch it. */
    String command(boolean set) {
        return (set ? "ETHTOOL_S" : "ETHTOOL_G") + command;
    }

    int getCommand() {
        return getCommand;
    }

    int setCommand() {
        return setCommand;
    }
}
