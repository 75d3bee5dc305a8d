// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings of a device, for its creation or a change; what is empty is left as it is. {@link #NONE} and {@link #named}
 * are the starting points: {@code LinkSettings.named("eth0").withMtu(1450).withUp(true)}.
 *
 * @param name the (new) name
 * @param up whether it is to be up
 * @param mtu in bytes, without the Ethernet header
 * @param mac the hardware address
 * @param master the index of the bridge it is to be a port of, 0 for none
 * @param namespace where it is to be; open until the request is applied. A device that moves loses its addresses
 */
public record LinkSettings(
        Optional<String> name,
        Optional<Boolean> up,
        OptionalInt mtu,
        Optional<HardwareAddress> mac,
        OptionalInt master,
        Optional<NetworkNamespace> namespace) {
    /** Nothing set. */
    public static final LinkSettings NONE = new LinkSettings(
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty());

    /** @throws IllegalArgumentException if the name cannot be a device's or a number is negative */
    public LinkSettings {
        name.ifPresent(LinkNames::verify);
        if (mtu.isPresent() && mtu.getAsInt() <= 0) {
            throw new IllegalArgumentException("mtu must be positive, not " + mtu.getAsInt());
        }
        if (master.isPresent() && master.getAsInt() < 0) {
            throw new IllegalArgumentException("master must be a device index or 0, not " + master.getAsInt());
        }
    }

    /** Only the name. */
    public static LinkSettings named(String name) {
        return NONE.withName(name);
    }

    /** With this (new) name. */
    public LinkSettings withName(String value) {
        return new LinkSettings(Optional.of(value), up, mtu, mac, master, namespace);
    }

    /** Up or down. */
    public LinkSettings withUp(boolean value) {
        return new LinkSettings(name, Optional.of(value), mtu, mac, master, namespace);
    }

    /** With this MTU. */
    public LinkSettings withMtu(int bytes) {
        return new LinkSettings(name, up, OptionalInt.of(bytes), mac, master, namespace);
    }

    /** With this hardware address. */
    public LinkSettings withMac(HardwareAddress value) {
        return new LinkSettings(name, up, mtu, Optional.of(value), master, namespace);
    }

    /** As a port of the bridge with this index; 0 to leave its bridge. */
    public LinkSettings withMaster(int ifIndex) {
        return new LinkSettings(name, up, mtu, mac, OptionalInt.of(ifIndex), namespace);
    }

    /** In this namespace. */
    public LinkSettings withNamespace(NetworkNamespace value) {
        return new LinkSettings(name, up, mtu, mac, master, Optional.of(value));
    }
}
