// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.OnChange;
import java.util.List;

/**
 * An access list before it has a number.
 *
 * @param key its identity
 * @param rules in order; the first match decides
 * @param onChange what becomes of connections that live when the list changes
 */
public record PolicyList(ListKey key, List<AclRule> rules, OnChange onChange) {
    /** Copies the rules. */
    public PolicyList {
        rules = List.copyOf(rules);
    }
}
