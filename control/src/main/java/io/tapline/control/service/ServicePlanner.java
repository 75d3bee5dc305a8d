// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.control.service.ServicePlan.Problem;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.model.EndpointSlice;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Service;
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
    private final NavigableMap<ObjectRef, Rendered> planned = new TreeMap<>();
    private final NavigableMap<ObjectRef, List<NatMapping>> hostPorts = new TreeMap<>();
    private final Claims claims = new Claims();

    /** The plan of last time, changed in place where it can be, for its parts are scattered over memory. */
    private final List<PlannedService> lastServices = new ArrayList<>();

    private final List<NatMapping> lastMappings = new ArrayList<>();
    private List<Problem> lastProblems = List.of();
    private boolean outdated;

    /** A service, and where it and its first mapping are in the plan of last time. */
    private static final class Rendered {
        private PlannedService service;
        private int position;
        private int firstMapping;

        Rendered(PlannedService service) {
            this.service = service;
        }
    }

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
        Rendered rendered = planned.get(ref);
        if (service == null) {
            if (rendered == null) {
                return false;
            }
            planned.remove(ref);
            claims.replace(rendered.service.mappings(), List.of());
            outdated = true;
            return true;
        }
        PlannedService now = renderer.render(service, slicesOf(ref).values());
        if (rendered == null) {
            planned.put(ref, new Rendered(now));
            claims.replace(List.of(), now.mappings());
            outdated = true;
            return true;
        }
        if (now.equals(rendered.service)) {
            return false;
        }
        replace(rendered, now);
        return true;
    }

    private void replace(Rendered rendered, PlannedService now) {
        List<NatMapping> before = rendered.service.mappings();
        List<NatMapping> after = now.mappings();
        claims.replace(before, after);
        rendered.service = now;
        outdated |= before.size() != after.size() || claims.isDisputed();
        if (!outdated) {
            lastServices.set(rendered.position, now);
            for (int i = 0; i < after.size(); i++) {
                lastMappings.set(rendered.firstMapping + i, after.get(i));
            }
        }
    }

    private boolean putPod(ObjectRef ref, @Nullable Pod pod) {
        List<NatMapping> now = pod == null ? List.of() : renderer.hostPorts(pod);
        List<NatMapping> put = now.isEmpty() ? hostPorts.remove(ref) : hostPorts.put(ref, now);
        List<NatMapping> before = put == null ? List.of() : put;
        if (now.equals(before)) {
            return false;
        }
        claims.replace(before, now);
        outdated = true;
        return true;
    }

    /** The plan for what has been taken in so far. */
    public ServicePlan plan() {
        if (outdated) {
            putTogether();
            outdated = claims.isDisputed();
        }
        return new ServicePlan(lastMappings, lastServices, lastProblems);
    }

    private void putTogether() {
        lastServices.clear();
        lastMappings.clear();
        Claims.Decision decision = claims.decide(lastMappings);
        planned.forEach((ref, rendered) -> {
            rendered.position = lastServices.size();
            rendered.firstMapping = lastMappings.size();
            lastServices.add(rendered.service);
            decision.take(ref, rendered.service.mappings());
        });
        hostPorts.forEach(decision::take);
        lastProblems = decision.problems();
    }
}
