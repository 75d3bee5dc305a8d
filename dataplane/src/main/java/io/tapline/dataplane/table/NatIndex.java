// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.NatMapping.Audience;

/**
 * Finds the targets of a {@link NatTable} by what packets say. Immutable; the next generation's shares what did not
 * change.
 *
 * @param forInternal numbers of targets by outside address and port, for clients on the inside
 * @param forExternal the same for clients on the outside
 * @param externals outside addresses: {@link #POOL}, plus {@link #TARGET} for each target that has the address
 * @param backends how many mappings have a backend at an inside address and port
 */
record NatIndex(Ip4PortMap forInternal, Ip4PortMap forExternal, Ip4PortMap externals, Ip4PortMap backends) {
    /** Of an address in {@link #externals}: it is a source pool's. */
    static final int POOL = 1;
    /** Of an address in {@link #externals}: a target has it. */
    static final int TARGET = 2;

    static final NatIndex EMPTY = new NatIndex(Ip4PortMap.EMPTY, Ip4PortMap.EMPTY, Ip4PortMap.EMPTY, Ip4PortMap.EMPTY);

    /** Number of the target that is exactly this, or {@link NatTable#NONE}. */
    int find(int address, int port, int protocol, boolean external) {
        return (external ? forExternal : forInternal).find(address, port, protocol);
    }

    /** Reads where {@link #find} will begin. */
    long touch(long hash, boolean external) {
        return (external ? forExternal : forInternal).touch(hash);
    }

    /** An index in the making. */
    static final class Builder {
        private final Ip4PortMap.Builder forInternal;
        private final Ip4PortMap.Builder forExternal;
        private final Ip4PortMap.Builder externals;
        private final Ip4PortMap.Builder backends;

        Builder(NatIndex from) {
            forInternal = from.forInternal.builder();
            forExternal = from.forExternal.builder();
            externals = from.externals.builder();
            backends = from.backends.builder();
        }

        /** Adds a target; the number of the one that is in its way, in which case nothing changes, or its own. */
        int add(NatTarget target, int number) {
            Audience audience = target.audience();
            int stands = audience == Audience.EXTERNAL ? NatTable.NONE : find(forInternal, target);
            if (stands == NatTable.NONE && audience != Audience.INTERNAL) {
                stands = find(forExternal, target);
            }
            if (stands != NatTable.NONE) {
                return stands;
            }
            if (audience != Audience.EXTERNAL) {
                forInternal.put(target.address(), target.port(), target.protocol(), number);
            }
            if (audience != Audience.INTERNAL) {
                forExternal.put(target.address(), target.port(), target.protocol(), number);
            }
            count(externals, target.address(), 0, 0, TARGET);
            countBackends(target, 1);
            return number;
        }

        /** Removes a target. */
        void remove(NatTarget target) {
            if (target.audience() != Audience.EXTERNAL) {
                forInternal.remove(target.address(), target.port(), target.protocol());
            }
            if (target.audience() != Audience.INTERNAL) {
                forExternal.remove(target.address(), target.port(), target.protocol());
            }
            count(externals, target.address(), 0, 0, -TARGET);
            countBackends(target, -1);
        }

        /** Gives a target's number to another that differs in its backends and behaviour only. */
        void replace(NatTarget target, NatTarget by) {
            countBackends(by, 1);
            countBackends(target, -1);
        }

        /** Notes that an address is a source pool's. */
        void addPoolAddress(int address) {
            int before = Math.max(0, externals.find(address, 0, 0));
            externals.put(address, 0, 0, before | POOL);
        }

        /** Notes that an address is no source pool's any more. */
        void removePoolAddress(int address) {
            int before = Math.max(0, externals.find(address, 0, 0));
            count(externals, address, 0, 0, -(before & POOL));
        }

        private static int find(Ip4PortMap.Builder map, NatTarget target) {
            return map.find(target.address(), target.port(), target.protocol());
        }

        private void countBackends(NatTarget target, int by) {
            for (int i = 0; i < target.backends(); i++) {
                count(backends, target.address(i), target.port(i), target.protocol(), by);
            }
        }

        private static void count(Ip4PortMap.Builder map, int address, int port, int protocol, int by) {
            int after = Math.max(0, map.find(address, port, protocol)) + by;
            if (after == 0) {
                map.remove(address, port, protocol);
            } else {
                map.put(address, port, protocol, after);
            }
        }

        /** What is in the making. */
        NatIndex build() {
            return new NatIndex(forInternal.build(), forExternal.build(), externals.build(), backends.build());
        }
    }
}
