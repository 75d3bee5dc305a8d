// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.control.service.Backend.State;
import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.model.Service.TrafficPolicy;
import io.tapline.testkit.Draw;
import io.tapline.testkit.Property;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Worlds of services that change at random: the planner agrees with itself whatever way it got there. */
final class ServicePlannerPropertyTest {
    @Test
    void planAfterEveryChangeIsThePlanOfTheWhole() {
        Property.holds("the plan after every change is the plan of the whole", 60, draw -> {
            ServicePlanner planner = new ServicePlanner(Cluster.SCOPE);
            Intent intent = Intent.EMPTY;
            for (int step = 0; step < 40; step++) {
                IntentChange change = change(draw);
                intent = intent.with(change);
                ServicePlan before = planner.plan();
                boolean changed = planner.accept(change);
                ServicePlan after = planner.plan();
                assertThat(after).isEqualTo(ServicePlanner.plan(intent, Cluster.SCOPE));
                assertThat(changed || after.equals(before)).isTrue();
            }
        });
    }

    @Test
    void orderOfArrivalDoesNotMatter() {
        Property.holds("order of arrival does not matter", 100, draw -> {
            List<IntentObject> objects = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                if (change(draw) instanceof IntentChange.Put put
                        && objects.stream().noneMatch(o -> o.ref().equals(put.ref()))) {
                    objects.add(put.object());
                }
            }
            ServicePlan expected = ServicePlanner.plan(Intent.of(objects), Cluster.SCOPE);
            Collections.shuffle(objects, new Random(draw.bits64()));
            ServicePlanner planner = new ServicePlanner(Cluster.SCOPE);
            objects.forEach(object -> planner.accept(new IntentChange.Put(object)));
            assertThat(planner.plan()).isEqualTo(expected);
        });
    }

    @Test
    void everyReadyEndpointIsUsedOrSaysWhyNot() {
        Property.holds("an unused endpoint says why", 100, draw -> {
            List<IntentObject> objects = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                if (change(draw) instanceof IntentChange.Put put) {
                    objects.add(put.object());
                }
            }
            for (PlannedService service :
                    ServicePlanner.plan(Intent.of(objects), Cluster.SCOPE).services()) {
                service.ports().stream()
                        .flatMap(port -> port.backends().stream())
                        .filter(backend -> backend.state() != State.ACTIVE)
                        .forEach(backend -> assertThat(backend.reason()).isNotEmpty());
            }
        });
    }

    private static IntentChange change(Draw draw) {
        IntentObject object = switch (draw.between(0, 2)) {
            case 0 -> service(draw);
            case 1 -> slice(draw);
            default ->
                Cluster.pod(
                        "p" + draw.between(0, 3),
                        "n" + draw.between(1, 2),
                        "10.1.1." + draw.between(2, 5),
                        new ContainerPort("web", Protocol.TCP, 8080, draw.between(0, 1) * 30080, ""));
        };
        return draw.oneIn(4) ? new IntentChange.Remove(object.ref()) : new IntentChange.Put(object);
    }

    private static Service service(Draw draw) {
        TrafficPolicy policy = new TrafficPolicy(
                draw.chance(), draw.chance(), draw.between(0, 1) * 600, List.of(), 0, draw.chance(), draw.chance());
        return new Service(
                "shop",
                "s" + draw.between(0, 3),
                Map.of(),
                Service.Type.NODE_PORT,
                draw.chance() ? List.of(address("10.96.0.", draw)) : List.of(),
                draw.chance() ? List.of(address("198.51.100.", draw)) : List.of(),
                List.of(),
                Map.of(),
                List.of(new ServicePort("http", Protocol.TCP, 80, "", 30080 + draw.between(0, 1))),
                policy);
    }

    private static EndpointSlice slice(Draw draw) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = draw.between(0, 4); i > 0; i--) {
            boolean ready = draw.chance();
            endpoints.add(new Endpoint(
                    address("10.1.1.", draw),
                    ready,
                    ready || draw.chance(),
                    !ready && draw.chance(),
                    "n" + draw.between(1, 2),
                    "",
                    draw.chance() ? List.of("a") : List.of()));
        }
        return new EndpointSlice(
                "shop",
                "e" + draw.between(0, 3),
                draw.chance() ? "s" + draw.between(0, 3) : "",
                endpoints,
                List.of(new EndpointPort("http", Protocol.TCP, 8080 + draw.between(0, 1))));
    }

    private static IpAddress address(String prefix, Draw draw) {
        return IpAddress.parse(prefix + draw.between(1, 4));
    }
}
