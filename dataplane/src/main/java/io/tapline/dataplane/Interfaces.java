// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What nodes ask about interfaces, by {@code sw_if_index}. Immutable. */
public final class Interfaces {
    private final @Nullable InterfaceConfig[] configs;
    private final long[] macs;
    private final int[] mtus;
    private final int[] tables;
    private final int[] icmpSources;

    /** Lays the interfaces out by index. */
    Interfaces(List<InterfaceConfig> interfaces, int maxInterface) {
        configs = new InterfaceConfig[maxInterface + 1];
        macs = new long[maxInterface + 1];
        mtus = new int[maxInterface + 1];
        tables = new int[maxInterface + 1];
        icmpSources = new int[maxInterface + 1];
        for (InterfaceConfig config : interfaces) {
            int index = config.index();
            configs[index] = config;
            macs[index] = config.mac();
            mtus[index] = config.mtu();
            tables[index] = config.table();
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

    /** The interface with this index. */
    public Optional<InterfaceConfig> config(int index) {
        return index < configs.length ? Optional.ofNullable(configs[index]) : Optional.empty();
    }

    /** The interface's name, or a stand-in for one that is gone. */
    public String name(int index) {
        return config(index).map(InterfaceConfig::name).orElse("interface-" + index);
    }
}
