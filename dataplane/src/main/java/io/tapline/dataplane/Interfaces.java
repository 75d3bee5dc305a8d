// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.Senders;
import io.tapline.wire.IpPrefix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What nodes ask about interfaces, by {@code sw_if_index}. Immutable. */
public final class Interfaces {
    private static final long[] ANY_MAC = {};
    private static final int[] ANY_ADDRESS = {};
    /** Of blocks of the other family only: then no IPv4 address may send. */
    private static final int[] NO_ADDRESS = {-1, -1};

    private final @Nullable InterfaceConfig[] configs;
    private final long[] macs;
    private final int[] mtus;
    private final int[] tables;
    private final int[] icmpSources;
    private final long[][] senderMacs;
    private final int[][] senderBlocks;

    /** Lays the interfaces out by index. */
    Interfaces(List<InterfaceConfig> interfaces, int maxInterface) {
        configs = new InterfaceConfig[maxInterface + 1];
        macs = new long[maxInterface + 1];
        mtus = new int[maxInterface + 1];
        tables = new int[maxInterface + 1];
        icmpSources = new int[maxInterface + 1];
        senderMacs = new long[maxInterface + 1][];
        senderBlocks = new int[maxInterface + 1][];
        Arrays.fill(senderMacs, ANY_MAC);
        Arrays.fill(senderBlocks, ANY_ADDRESS);
        for (InterfaceConfig config : interfaces) {
            int index = config.index();
            configs[index] = config;
            macs[index] = config.mac();
            mtus[index] = config.mtu();
            tables[index] = config.table();
            senderMacs[index] = senderMacs(config.senders());
            senderBlocks[index] = senderBlocks(config.senders());
            icmpSources[index] = firstAddress(config.addresses());
        }
    }

    private static long[] senderMacs(Senders senders) {
        long[] macs = new long[senders.macs().size()];
        for (int i = 0; i < macs.length; i++) {
            macs[i] = senders.macs().get(i);
        }
        return macs;
    }

    /** Pairs of address and mask. */
    private static int[] senderBlocks(Senders senders) {
        int[] blocks = new int[2 * senders.addresses().size()];
        int used = 0;
        for (IpPrefix block : senders.addresses()) {
            if (block.isIpv4()) {
                blocks[used++] = block.address().ipv4();
                blocks[used++] = block.ipv4Mask();
            }
        }
        return used == 0 && blocks.length > 0 ? NO_ADDRESS : Arrays.copyOf(blocks, used);
    }

    private static int firstAddress(List<IpPrefix> addresses) {
        for (IpPrefix prefix : addresses) {
            if (prefix.isIpv4()) {
                return prefix.address().ipv4();
            }
        }
        return 0;
    }

    /** The switch's MAC address there; 0 for an interface that does not exist. */
    public long mac(int index) {
        return macs[index];
    }

    /** Largest IP packet, in bytes. */
    public int mtu(int index) {
        return mtus[index];
    }

    /** Forwarding table of packets from there. */
    public int table(int index) {
        return tables[index];
    }

    /** First IPv4 address, from which ICMP errors are sent; 0 when it has none. */
    public int icmpSource(int index) {
        return icmpSources[index];
    }

    /** The switch's own address in the subnet of {@code neighbour}, or 0 when no subnet of the interface has it. */
    public int sourceFor(int index, int neighbour) {
        InterfaceConfig config = configs[index];
        if (config != null) {
            for (int i = 0; i < config.addresses().size(); i++) {
                IpPrefix prefix = config.addresses().get(i);
                if (prefix.isIpv4() && ((prefix.address().ipv4() ^ neighbour) & prefix.ipv4Mask()) == 0) {
                    return prefix.address().ipv4();
                }
            }
        }
        return 0;
    }

    /** Whether {@code address} is one of the interface's own. */
    public boolean owns(int index, int address) {
        InterfaceConfig config = configs[index];
        if (config != null) {
            for (int i = 0; i < config.addresses().size(); i++) {
                IpPrefix prefix = config.addresses().get(i);
                if (prefix.isIpv4() && prefix.address().ipv4() == address) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether frames from an interface may have this source MAC address. */
    public boolean maySendFromMac(int index, long mac) {
        long[] macs = senderMacs[index];
        for (long allowed : macs) {
            if (allowed == mac) {
                return true;
            }
        }
        return macs.length == 0;
    }

    /** Whether IPv4 packets from an interface may have this source address. */
    public boolean maySendFromAddress(int index, int address) {
        int[] blocks = senderBlocks[index];
        for (int i = 0; i < blocks.length; i += 2) {
            if ((address & blocks[i + 1]) == blocks[i]) {
                return true;
            }
        }
        return blocks.length == 0;
    }

    /** The interface with this index. */
    public Optional<InterfaceConfig> config(int index) {
        return index < configs.length ? Optional.ofNullable(configs[index]) : Optional.empty();
    }

    /** The interface's name, or a stand-in for one that is gone. */
    public String name(int index) {
        return config(index).map(InterfaceConfig::name).orElse("interface-" + index);
    }
}
