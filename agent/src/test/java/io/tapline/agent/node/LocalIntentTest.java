// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.config.AgentConfig;
import io.tapline.agent.node.Attachment.Phase;
import io.tapline.control.node.AccessPlan;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.model.Direction;
import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.LabelSelector;
import io.tapline.model.Labels;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.testkit.Draw;
import io.tapline.testkit.Property;
import io.tapline.wire.IpAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class LocalIntentTest {
    private static final NodeOptions OPTIONS = AgentConfig.defaults().node();
    private static final String HERE = OPTIONS.name();
    private static final List<String> NAMESPACES = List.of("shop", "shop-2");
    private static final List<String> NAMES = List.of("a", "b", "c-1");
    private static final List<Map<String, String>> LABELS = List.of(Map.of(), Map.of("app", "a"), Map.of("app", "b"));

    /** Whatever came in which order, the outcome is that of the state as it is. */
    @Test
    void followsChangesAsIfItHadKnownThemFromTheStart() {
        Property.holds("the plan after every change is the plan of the whole", 60, draw -> {
            LocalIntent following = new LocalIntent(OPTIONS, OPTIONS.settings());
            Map<String, Attachment> attached = new TreeMap<>();
            Intent intent = Intent.EMPTY;
            for (int step = 0; step < 30; step++) {
                for (int changes = draw.below(3); changes >= 0; changes--) {
                    if (draw.chance()) {
                        intent = intent.with(change(draw));
                        following.declare(intent);
                    } else {
                        attachOrDetach(draw, attached);
                    }
                }
                LocalIntent fresh = new LocalIntent(OPTIONS, OPTIONS.settings());
                fresh.declare(intent);
                List<Attachment> now = List.copyOf(attached.values());
                assertThat(lists(following.access(now))).isEqualTo(lists(fresh.access(now)));
                assertThat(following.services()).isEqualTo(fresh.services());
            }
        });
    }

    /** What is attached to each interface, with the lists themselves, since their numbers depend on what was before. */
    private static Map<Integer, List<List<AclRule>>> lists(AccessPlan plan) {
        Map<Integer, List<AclRule>> rules = new TreeMap<>();
        for (AclConfig acl : plan.acls()) {
            rules.put(acl.index(), acl.rules());
        }
        Map<Integer, List<List<AclRule>>> result = new TreeMap<>();
        plan.attached()
                .forEach((index, lists) -> result.put(
                        index,
                        Stream.of(lists.input(), lists.output(), lists.sender())
                                .flatMap(List::stream)
                                .map(rules::get)
                                .toList()));
        return result;
    }

    private static void attachOrDetach(Draw draw, Map<String, Attachment> attached) {
        String container = "c" + draw.below(5);
        if (attached.remove(container) == null) {
            PodIdentity pod =
                    draw.oneIn(5) ? PodIdentity.UNKNOWN : new PodIdentity(draw.pick(NAMESPACES), draw.pick(NAMES), "");
            int index = 2 + Integer.parseInt(container.substring(1));
            attached.put(
                    container,
                    new Attachment(
                            new AttachmentKey(container, "eth0"),
                            "tapline",
                            pod,
                            "/run/netns/" + container,
                            1,
                            IpAddress.parse("10.1.1." + (index + draw.below(3))),
                            index,
                            index,
                            Phase.READY));
        }
    }

    private static IntentChange change(Draw draw) {
        String namespace = draw.pick(NAMESPACES);
        String name = draw.pick(NAMES);
        IntentObject object = switch (draw.below(5)) {
            case 0 -> service(draw, namespace, name);
            case 1 -> slice(draw, namespace, name);
            case 2 -> policy(draw, namespace, name);
            case 3 -> new Node(HERE, Map.of(Labels.ZONE, draw.pick(NAMES)), List.of(), List.of());
            default -> pod(draw, namespace, name);
        };
        return draw.oneIn(3) ? new IntentChange.Remove(object.ref()) : new IntentChange.Put(object);
    }

    private static Pod pod(Draw draw, String namespace, String name) {
        return new Pod(
                namespace,
                name,
                draw.pick(LABELS),
                Map.of(),
                draw.chance() ? HERE : "n2",
                draw.chance() ? List.of(IpAddress.parse("10.1.2." + draw.below(4))) : List.of(),
                draw.oneIn(6),
                List.of(Pod.ContainerPort.of("http", Protocol.TCP, 8080 + draw.below(2))),
                draw.pick(List.of(Pod.Phase.values())));
    }

    private static Service service(Draw draw, String namespace, String name) {
        return new Service(
                namespace,
                name,
                Map.of(),
                Service.Type.CLUSTER_IP,
                List.of(IpAddress.parse("10.96.0." + draw.between(1, 4))),
                List.of(),
                List.of(),
                draw.pick(LABELS),
                List.of(new Service.ServicePort("web", Protocol.TCP, 80, draw.pick(List.of("http", "8080")), 0)),
                Service.TrafficPolicy.DEFAULT);
    }

    /** Sometimes of a name that the slices of another service would have. */
    private static EndpointSlice slice(Draw draw, String namespace, String name) {
        Endpoint endpoint = new Endpoint(
                IpAddress.parse("10.1.3." + draw.below(4)), draw.chance(), true, false, HERE, "", List.of());
        return new EndpointSlice(
                namespace,
                name,
                draw.pick(NAMES),
                List.of(endpoint),
                List.of(new EndpointPort("web", Protocol.TCP, 8080)));
    }

    private static NetworkPolicy policy(Draw draw, String namespace, String name) {
        NetworkPolicy.Peer peer = new NetworkPolicy.PodPeer(Optional.empty(), LabelSelector.of(draw.pick(LABELS)));
        return new NetworkPolicy(
                namespace,
                name,
                Map.of(),
                LabelSelector.of(draw.pick(LABELS)),
                EnumSet.of(Direction.INGRESS),
                List.of(new NetworkPolicy.Rule(List.of(peer), List.of())),
                List.of());
    }

    /** Which objects differ is what the events tell. */
    @Test
    void countsWhatChanges() {
        LocalIntent intent = new LocalIntent(OPTIONS, OPTIONS.settings());
        Node node = new Node(HERE, Map.of(), List.of(), List.of());
        Node other = new Node("n2", Map.of(), List.of(), List.of());
        assertThat(intent.declare(Intent.of(List.of(node, other)))).isEqualTo(2);
        assertThat(intent.declare(Intent.of(List.of(node, other)))).isZero();
        Node labelled = new Node("n2", Map.of("a", "b"), List.of(), List.of());
        assertThat(intent.declare(Intent.of(List.of(labelled)))).isEqualTo(2);
        assertThat(intent.declared().find(new ObjectRef(Kind.NODE, "", HERE))).isEmpty();
    }
}
