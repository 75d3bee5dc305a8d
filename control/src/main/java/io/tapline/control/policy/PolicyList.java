// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.dataplane.config.AclRule;
import java.util.List;

/**
 * An access list before it has a number.
 *
 * @param key its identity
 * @param rules in order; the first match decides
 * @param mode what becomes of connections that live when the list changes
 * @param rejects whether a denial is answered to the sender instead of being silent
 */
public record PolicyList(ListKey key, List<AclRule> rules, ChangeMode mode, boolean rejects) {
    /** Copies the rules. */
    public PolicyList {
        rules = List.copyOf(rules);
    }
}
