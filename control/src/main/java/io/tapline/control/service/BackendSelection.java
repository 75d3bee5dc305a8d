// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.control.service.Backend.State;
import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which endpoints serve the clients of one port of a service, after the rules of kube-proxy: those that are ready; if
 * there is none, those that are on their way out but still answer (KEP-1669). Topology hints narrow the choice when
 * every ready endpoint has one and one of them is for this zone (KEP-2433). A local traffic policy narrows it to this
 * node.
 */
final class BackendSelection {
    private final ServiceScope scope;
    private final boolean publishNotReady;
    private final List<Candidate> candidates;

    private record Candidate(Endpoint endpoint, Backend backend) {}

    private record Key(IpAddress address, int port) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = address.compareTo(other.address);
            return order != 0 ? order : Integer.compare(port, other.port);
        }
    }

    BackendSelection(ServiceScope scope, Service service, ServicePort port, Collection<EndpointSlice> slicesOfService) {
        this.scope = scope;
        this.publishNotReady = service.policy().publishNotReady();
        this.candidates = candidates(port, slicesOfService);
    }

    /** One candidate per address and port; of two slices that list the same one, the better news counts. */
    private List<Candidate> candidates(ServicePort port, Collection<EndpointSlice> slices) {
        Map<Key, Candidate> byKey = new TreeMap<>();
        for (EndpointSlice slice : slices) {
            for (EndpointPort target : slice.ports()) {
                if (target.name().equals(port.name()) && target.protocol() == port.protocol()) {
                    slice.endpoints()
                            .forEach(endpoint -> byKey.merge(
                                    new Key(endpoint.address(), target.port()),
                                    candidate(endpoint, target.port()),
                                    BackendSelection::better));
                }
            }
        }
        return List.copyOf(byKey.values());
    }

    private Candidate candidate(Endpoint endpoint, int port) {
        boolean local = !endpoint.node().isEmpty() && endpoint.node().equals(scope.node());
        Backend backend =
                new Backend(endpoint.address(), port, endpoint.node(), endpoint.pod(), local, State.UNUSED, "");
        return new Candidate(endpoint, backend);
    }

    private static Candidate better(Candidate one, Candidate other) {
        return rank(other.endpoint()) > rank(one.endpoint()) ? other : one;
    }

    private static int rank(Endpoint endpoint) {
        return endpoint.ready() ? 2 : endpoint.serving() ? 1 : 0;
    }

    /** Whether the port has no endpoint at all that could take a connection, on any node. */
    boolean isWithoutEndpoints() {
        return !any(this::isReady) && !any(this::isLastResort);
    }

    // A loop, not a stream: this runs for each port of thousands of services, in a JVM that has just started.
    private boolean any(Predicate<Candidate> test) {
        for (Candidate candidate : candidates) {
            if (test.test(candidate)) {
                return true;
            }
        }
        return false;
    }

    /** How many endpoints on this node would take a connection, ready ones only. */
    int localReady() {
        int count = 0;
        for (Candidate candidate : candidates) {
            count += candidate.backend().local() && isReady(candidate) ? 1 : 0;
        }
        return count;
    }

    /** All endpoints with their use for clients from the whole cluster. */
    List<Backend> cluster() {
        boolean hints = hintsApply();
        Predicate<Candidate> chosen =
                any(this::isReady) ? c -> isReady(c) && (!hints || isForThisZone(c)) : this::isLastResort;
        return decide(chosen, "its topology hints are for other zones");
    }

    /** All endpoints with their use under a traffic policy of {@code Local}. */
    List<Backend> local() {
        boolean anyReady = localReady() > 0;
        Predicate<Candidate> chosen = c -> c.backend().local() && (anyReady ? isReady(c) : isLastResort(c));
        return decide(chosen, "it is on another node and the traffic policy is Local");
    }

    private List<Backend> decide(Predicate<Candidate> chosen, String passedBy) {
        List<Backend> result = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            Backend backend = candidate.backend();
            if (chosen.test(candidate)) {
                String reason = isReady(candidate) ? "" : "it is terminating, but no endpoint is ready";
                result.add(backend.in(State.ACTIVE, reason));
            } else {
                String reason = isReady(candidate)
                        ? passedBy
                        : candidate.endpoint().terminating() ? "it is terminating" : "it is not ready";
                result.add(backend.in(State.DRAINING, reason));
            }
        }
        return result;
    }

    private boolean isReady(Candidate candidate) {
        Endpoint endpoint = candidate.endpoint();
        return endpoint.ready() || (publishNotReady && !endpoint.terminating());
    }

    private boolean isLastResort(Candidate candidate) {
        return candidate.endpoint().serving() && candidate.endpoint().terminating();
    }

    private boolean hintsApply() {
        return !scope.zone().isEmpty()
                && !any(c -> isReady(c) && c.endpoint().hintZones().isEmpty())
                && any(c -> isReady(c) && isForThisZone(c));
    }

    private boolean isForThisZone(Candidate candidate) {
        return candidate.endpoint().hintZones().contains(scope.zone());
    }
}
