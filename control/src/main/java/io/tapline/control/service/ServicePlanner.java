// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.control.service.ServicePlan.Problem;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatMapping.Audience;
import io.tapline.model.EndpointSlice;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Service;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Plans the services of one node, change by change: a change renders the one service that it concerns, and
 * {@link #plan} puts the rendered ones together.
 *
 * <p>When two objects claim the same address, port and protocol, the first by kind (services before pods), namespace
 * and name gets it, whatever the order of arrival; the other is reported.
 *
 * <p>Threading: one thread.
 */
public final class ServicePlanner {
    private final ServiceRenderer renderer;
    private final Map<ObjectRef, Service> services = new HashMap<>();
    private final Map<ObjectRef, NavigableMap<ObjectRef, EndpointSlice>> slices = new HashMap<>();
    private final Map<ObjectRef, ObjectRef> serviceOfSlice = new HashMap<>();
    private final NavigableMap<ObjectRef, PlannedService> planned = new TreeMap<>();
    private final NavigableMap<ObjectRef, List<NatMapping>> hostPorts = new TreeMap<>();

    private record Claim(IpAddress address, int port, int protocol, Audience audience) {}

    /** A planner that knows no services yet. */
    public ServicePlanner(ServiceScope scope) {
        renderer = new ServiceRenderer(scope);
    }

    /** The plan for an intent: what a planner comes to that is told of its objects in any order. */
    public static ServicePlan plan(Intent intent, ServiceScope scope) {
        ServicePlanner planner = new ServicePlanner(scope);
        intent.objects().forEach(object -> planner.accept(new IntentChange.Put(object)));
        return planner.plan();
    }

    /**
     * Takes a change in.
     *
     * @return whether it may have changed the plan
     */
    public boolean accept(IntentChange change) {
        IntentObject object = change instanceof IntentChange.Put put ? put.object() : null;
        return switch (change.ref().kind()) {
            case SERVICE -> putService(change.ref(), (Service) object);
            case ENDPOINT_SLICE -> putSlice(change.ref(), (EndpointSlice) object);
            case POD -> putPod(change.ref(), (Pod) object);
            default -> false;
        };
    }

    private boolean putService(ObjectRef ref, @Nullable Service service) {
        Service before = service == null ? services.remove(ref) : services.put(ref, service);
        return !java.util.Objects.equals(before, service) && render(ref);
    }

    private boolean putSlice(ObjectRef ref, @Nullable EndpointSlice slice) {
        ObjectRef owner = slice == null || slice.service().isEmpty()
                ? null
                : new ObjectRef(Kind.SERVICE, slice.namespace(), slice.service());
        ObjectRef ownerBefore = owner == null ? serviceOfSlice.remove(ref) : serviceOfSlice.put(ref, owner);
        boolean changed = false;
        if (ownerBefore != null && !ownerBefore.equals(owner)) {
            slicesOf(ownerBefore).remove(ref);
            changed = render(ownerBefore);
        }
        if (owner != null && slice != null) {
            EndpointSlice before = slicesOf(owner).put(ref, slice);
            changed |= !slice.equals(before) && render(owner);
        }
        return changed;
    }

    private NavigableMap<ObjectRef, EndpointSlice> slicesOf(ObjectRef service) {
        return slices.computeIfAbsent(service, ignored -> new TreeMap<>());
    }

    private boolean render(ObjectRef ref) {
        Service service = services.get(ref);
        if (service == null) {
            return planned.remove(ref) != null;
        }
        PlannedService now = renderer.render(service, slicesOf(ref).values());
        return !now.equals(planned.put(ref, now));
    }

    private boolean putPod(ObjectRef ref, @Nullable Pod pod) {
        List<NatMapping> now = pod == null ? List.of() : renderer.hostPorts(pod);
        List<NatMapping> before = now.isEmpty() ? hostPorts.remove(ref) : hostPorts.put(ref, now);
        return !now.equals(before == null ? List.of() : before);
    }

    /** The plan for what has been taken in so far. */
    public ServicePlan plan() {
        List<NatMapping> mappings = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Map<Claim, ObjectRef> claims = new HashMap<>();
        planned.forEach((ref, service) -> service.ports()
                .forEach(port -> port.mappings().forEach(mapping -> claim(ref, mapping, claims, mappings, problems))));
        hostPorts.forEach((ref, own) -> own.forEach(mapping -> claim(ref, mapping, claims, mappings, problems)));
        return new ServicePlan(mappings, List.copyOf(planned.values()), problems);
    }

    private static void claim(
            ObjectRef owner,
            NatMapping mapping,
            Map<Claim, ObjectRef> claims,
            List<NatMapping> mappings,
            List<Problem> problems) {
        List<Audience> audiences = mapping.audience() == Audience.ANY
                ? List.of(Audience.INTERNAL, Audience.EXTERNAL)
                : List.of(mapping.audience());
        for (Audience audience : audiences) {
            ObjectRef other = claims.get(claim(mapping, audience));
            if (other != null) {
                String message = mapping.name() + " is not served: " + other + " has the same address and port";
                problems.add(new Problem(owner, message));
                return;
            }
        }
        audiences.forEach(audience -> claims.put(claim(mapping, audience), owner));
        mappings.add(mapping);
    }

    private static Claim claim(NatMapping mapping, Audience audience) {
        return new Claim(mapping.external(), mapping.port(), mapping.protocol(), audience);
    }
}
