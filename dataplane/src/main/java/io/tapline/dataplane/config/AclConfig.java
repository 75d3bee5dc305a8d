// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import java.util.List;

/**
 * An access list. A packet that matches no rule of the lists on its interface is denied.
 *
 * @param index number by which interfaces refer to it, 0..65535
 * @param name for people
 * @param rules in order; the first match decides
 * @param onChange what becomes of sessions that this list denies after a change
 */
public record AclConfig(int index, String name, List<AclRule> rules, OnChange onChange) {
    /** A list under which sessions that a change no longer permits end with their next packet. */
    public AclConfig(int index, String name, List<AclRule> rules) {
        this(index, name, rules, OnChange.RE_EVALUATE);
    }

    /** Checks the index and copies the rules. */
    public AclConfig {
        if (index < 0 || index > 0xffff) {
            throw new ConfigException("access list '" + name + "': index " + index + " is outside 0..65535");
        }
        rules = List.copyOf(rules);
    }
}
