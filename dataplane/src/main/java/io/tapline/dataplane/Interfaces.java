// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What nodes ask about interfaces, by {@code sw_if_index}. Immutable. */
public final class Interfaces {
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
        senderMacs = new long[maxInterface + 1][0];
        senderBlocks = new int[maxInterface + 1][0];
        for (InterfaceConfig config : interfaces) {
            int index = config.index();
            configs[index] = config;
            macs[index] = config.mac();
            mtus[index] = config.mtu();
            tables[index] = config.table();
            senderMacs[index] =
                    config.senders().macs().stream().mapToLong(Long::longValue).toArray();
            senderBlocks[index] = config.senders().addresses().stream()
                    .filter(IpPrefix::isIpv4)
                    .flatMapToInt(block -> IntStream.of(block.address().ipv4(), block.ipv4Mask()))
                    .toArray();
            // Blocks of the other family only: then no IPv4 address may send.
            if (senderBlocks[index].length == 0 && !config.senders().addresses().isEmpty()) {
                senderBlocks[index] = new int[] {-1, -1};
            }
            icmpSources[index] = config.addresses().stream()
                    .filter(IpPrefix::isIpv4)
                    .findFirst()
                    .map(prefix -> prefix.address().ipv4())
                    .orElse(0);
        }
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
