// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Many rules that match by their addresses, split by protocol and then by ports. Immutable. */
final class PortSplit implements RulePart {
    private static final int PROTOCOLS = 256;

    private final int anyProtocol;
    private final byte[] groupOf = new byte[PROTOCOLS];
    private final int[] anyPorts;
    private final @Nullable PortMap[] maps;

    /** Splits the rules at positions {@code taking}, which ascend. */
    PortSplit(List<AclRule> rules, int[] taking) {
        int first = Classifier.NO_MATCH;
        int[] count = new int[PROTOCOLS];
        for (int rule : taking) {
            int protocol = rules.get(rule).protocol();
            if (protocol == AclRule.ANY_PROTOCOL) {
                first = Math.min(first, rule);
            } else {
                count[protocol]++;
            }
        }
        anyProtocol = first;
        int[] present = java.util.stream.IntStream.range(0, PROTOCOLS)
                .filter(p -> count[p] > 0)
                .toArray();
        // Group 0 is that of the protocols without rules.
        anyPorts = new int[present.length + 1];
        maps = new PortMap[present.length + 1];
        anyPorts[0] = Classifier.NO_MATCH;
        for (int i = 0; i < present.length; i++) {
            group(rules, taking, present[i], i + 1);
        }
    }

    private void group(List<AclRule> rules, int[] taking, int protocol, int group) {
        groupOf[protocol] = (byte) group;
        int first = Classifier.NO_MATCH;
        for (int rule : taking) {
            if (rules.get(rule).protocol() == protocol && isAnyPort(rules.get(rule))) {
                first = rule;
                break;
            }
        }
        int limit = first;
        anyPorts[group] = first;
        // What stands behind a rule for all ports and protocols can never be the first.
        int[] withPorts = Arrays.stream(taking)
                .filter(rule -> rule < limit && rules.get(rule).protocol() == protocol)
                .toArray();
        if (withPorts.length > 0) {
            maps[group] = new PortMap(
                    withPorts,
                    rule -> rules.get(rule).sourcePorts(),
                    rule -> rules.get(rule).destinationPorts());
        }
    }

    private static boolean isAnyPort(AclRule rule) {
        return rule.sourcePorts().isAny() && rule.destinationPorts().isAny();
    }

    @Override
    public int match(long destinationHigh, long destinationLow, long l4, int limit) {
        int group = groupOf[RuleFields.protocol(l4)] & 0xff;
        int best = Math.min(limit, Math.min(anyProtocol, anyPorts[group]));
        PortMap map = maps[group];
        if (map == null || !RuleFields.portsKnown(l4)) {
            return best;
        }
        return map.find(RuleFields.sourcePort(l4), RuleFields.destinationPort(l4), best);
    }

    @Override
    public long byteSize() {
        long bytes = groupOf.length + 4L * anyPorts.length;
        for (PortMap map : maps) {
            bytes += map == null ? 8 : 8 + map.byteSize();
        }
        return bytes;
    }
}
