// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;
import java.util.List;

/**
 * NAT44 as a whole. Which interfaces it stands on is said by their {@link NatRole}.
 *
 * @param forwarding whether packets that match no mapping pass untranslated; otherwise they are dropped
 * @param mappings outside addresses that stand for backends
 * @param identities addresses to be left alone
 * @param sourceNats source NAT of what leaves by interfaces, one per interface at most
 * @param twiceNatPool addresses that stand for clients where a mapping hides them; IPv4, may be empty
 * @param timeouts when idle sessions end
 * @param firstSession what VPP-style traces print for the first session; the others follow
 */
public record NatConfig(
        boolean forwarding,
        List<NatMapping> mappings,
        List<NatIdentity> identities,
        List<SourceNat> sourceNats,
        List<IpAddress> twiceNatPool,
        NatTimeouts timeouts,
        int firstSession) {
    /** Copies the lists. */
    public NatConfig {
        mappings = List.copyOf(mappings);
        identities = List.copyOf(identities);
        sourceNats = List.copyOf(sourceNats);
        twiceNatPool = List.copyOf(twiceNatPool);
        for (IpAddress address : twiceNatPool) {
            if (!address.isIpv4()) {
                throw new ConfigException("twice-NAT pool: " + address + " is not an IPv4 address");
            }
        }
    }

    /** No mappings. */
    public NatConfig(boolean forwarding) {
        this(forwarding, List.of(), List.of(), List.of(), List.of(), NatTimeouts.DEFAULT, 0);
    }

    /** This configuration with other mappings. */
    public NatConfig withMappings(List<NatMapping> newMappings) {
        return new NatConfig(forwarding, newMappings, identities, sourceNats, twiceNatPool, timeouts, firstSession);
    }

    /** This configuration with other source NAT and identities. */
    public NatConfig withSourceNats(List<SourceNat> newSourceNats, List<NatIdentity> newIdentities) {
        return new NatConfig(forwarding, mappings, newIdentities, newSourceNats, twiceNatPool, timeouts, firstSession);
    }

    /** This configuration with another twice-NAT pool. */
    public NatConfig withTwiceNatPool(List<IpAddress> pool) {
        return new NatConfig(forwarding, mappings, identities, sourceNats, pool, timeouts, firstSession);
    }

    /** This configuration with other time-outs. */
    public NatConfig withTimeouts(NatTimeouts newTimeouts) {
        return new NatConfig(forwarding, mappings, identities, sourceNats, twiceNatPool, newTimeouts, firstSession);
    }
}
