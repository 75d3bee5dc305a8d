// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.control.service.ServicePlan.Problem;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatMapping.Audience;
import io.tapline.model.ObjectRef;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who claims which outside address, port and protocol, for which side. Of several the first to be asked for gets it.
 *
 * <p>Claims are counted as they come and go, so that only those that are in dispute need a decision, and there are
 * hardly ever any.
 */
final class Claims {
    private final Map<Place, Claimants> claimants = new HashMap<>();
    private final Set<Place> disputed = new HashSet<>();

    private record Place(IpAddress address, int port, int protocol) {
        static Place of(NatMapping mapping) {
            return new Place(mapping.external(), mapping.port(), mapping.protocol());
        }
    }

    /** How many claim a place, for either side. */
    private record Claimants(int internal, int external) {
        static final Claimants NONE = new Claimants(0, 0);

        Claimants plus(Audience audience, int by) {
            return new Claimants(
                    audience == Audience.EXTERNAL ? internal : internal + by,
                    audience == Audience.INTERNAL ? external : external + by);
        }
    }

    /** Somebody's mappings are others now. */
    void replace(List<NatMapping> before, List<NatMapping> after) {
        before.forEach(mapping -> count(mapping, -1));
        after.forEach(mapping -> count(mapping, 1));
    }

    private void count(NatMapping mapping, int by) {
        Place place = Place.of(mapping);
        Claimants now = claimants.getOrDefault(place, Claimants.NONE).plus(mapping.audience(), by);
        if (now.equals(Claimants.NONE)) {
            claimants.remove(place);
        } else {
            claimants.put(place, now);
        }
        if (now.internal() > 1 || now.external() > 1) {
            disputed.add(place);
        } else {
            disputed.remove(place);
        }
    }

    /** Whether anything is claimed more than once. */
    boolean isDisputed() {
        return !disputed.isEmpty();
    }

    /** Begins to decide who gets what; mappings that are served are added to {@code served}. */
    Decision decide(List<NatMapping> served) {
        return new Decision(served);
    }

    /** Decides, owner by owner in the order of precedence. */
    final class Decision {
        private final Map<Place, Map<Audience, ObjectRef>> taken = new HashMap<>();
        private final List<NatMapping> served;
        private final List<Problem> problems = new ArrayList<>();

        Decision(List<NatMapping> served) {
            this.served = served;
        }

        /** An owner's mappings: those that nobody before it has are served. */
        void take(ObjectRef owner, List<NatMapping> mappings) {
            for (NatMapping mapping : mappings) {
                if (disputed.isEmpty() || !disputed.contains(Place.of(mapping))) {
                    served.add(mapping);
                } else {
                    settle(owner, mapping, Place.of(mapping));
                }
            }
        }

        private void settle(ObjectRef owner, NatMapping mapping, Place place) {
            Map<Audience, ObjectRef> owners = taken.computeIfAbsent(place, ignored -> new HashMap<>());
            List<Audience> audiences = mapping.audience() == Audience.ANY
                    ? List.of(Audience.INTERNAL, Audience.EXTERNAL)
                    : List.of(mapping.audience());
            for (Audience audience : audiences) {
                ObjectRef other = owners.get(audience);
                if (other != null) {
                    String message = mapping.name() + " is not served: " + other + " has the same address and port";
                    problems.add(new Problem(owner, message));
                    return;
                }
            }
            audiences.forEach(audience -> owners.put(audience, owner));
            served.add(mapping);
        }

        /** What is not. */
        List<Problem> problems() {
            return problems;
        }
    }
}
