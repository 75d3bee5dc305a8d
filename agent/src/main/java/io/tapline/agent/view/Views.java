// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.agent.config.AgentConfig;
import io.tapline.agent.node.EventHistory.Event;
import io.tapline.agent.node.NodeController;
import io.tapline.agent.node.NodeView;
import io.tapline.dataplane.Counters;
import io.tapline.dataplane.Page;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.ObjectRef;
import io.tapline.vswitch.LiveSwitch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Everything that an operator can ask about a node that runs.
 *
 * <p>Threading: any thread; what belongs to the worker is copied between two of its rounds, part by part.
 */
public final class Views {
    private final NodeController node;
    private final AgentConfig config;
    private final Supplier<Optional<ManifestState>> manifests;
    private final String version;
    private final Instant started = Instant.now();
    private final Health health;

    /**
     * The views of a node.
     *
     * @param manifests how the source of intent is; empty when there is none
     * @param version of the program
     */
    public Views(NodeController node, AgentConfig config, Supplier<Optional<ManifestState>> manifests, String version) {
        this.node = node;
        this.config = config;
        this.manifests = manifests;
        this.version = version;
        this.health = new Health(node, manifests);
    }

    /** What must go on for the process to be of any use. */
    public List<Check> alive() {
        return health.alive();
    }

    /** Everything that can be looked at. */
    public List<Check> checks() {
        return health.all();
    }

    /** The node at a glance. */
    public StatusView status() {
        NodeView view = node.view();
        List<Check> checks = checks();
        Counters counters = vswitch().counters();
        return new StatusView(
                node.options().name(),
                version,
                started,
                ProcessHandle.current().pid(),
                checks.stream().map(Check::state).max(Comparator.naturalOrder()).orElse(Check.State.OK),
                new StatusView.Pods(
                        view.attachments().size(),
                        view.lost().size(),
                        node.options().settings().addresses().pods().toString(),
                        view.freeAddresses()),
                new StatusView.Switch(
                        vswitch().generation().number(),
                        switchConfig().interfaces().size(),
                        counters.framesReceived(),
                        counters.framesSent(),
                        counters.drops()),
                isStuck(checks) ? List.of() : tables(),
                policies(view),
                manifests.get(),
                lastResync(),
                checks);
    }

    /** A worker that is stuck cannot say how full its tables are. */
    private static boolean isStuck(List<Check> checks) {
        return checks.stream().anyMatch(check -> check.state() == Check.State.FAILED);
    }

    /** How full the switch's tables are. */
    public List<StatusView.Table> tables() {
        return vswitch().usage().tables().stream()
                .map(use -> new StatusView.Table(use.table().title(), use.used(), use.capacity()))
                .toList();
    }

    private StatusView.Policies policies(NodeView view) {
        long isolated = pods().items().stream()
                .filter(pod -> !pod.ingressPolicies().isEmpty()
                        || !pod.egressPolicies().isEmpty())
                .count();
        return new StatusView.Policies(
                (int) view.intent().networkPolicies().count(),
                (int) view.intent().clusterNetworkPolicies().count(),
                (int) isolated,
                (int) view.intent().services().count());
    }

    private Optional<EventRow> lastResync() {
        return node.history().events().stream()
                .filter(event -> event.kind().equals("resync") || event.kind().equals("start"))
                .max(Comparator.comparingLong(Event::sequence))
                .map(EventRow::of);
    }

    /** The pods. */
    public Items<PodView> pods() {
        return Items.of(PodView.of(node.view(), vswitch().counters()));
    }

    /** The switch's interfaces. */
    public Items<InterfaceView> interfaces() {
        return Items.of(InterfaceView.of(
                switchConfig(), vswitch().connected(), vswitch().counters()));
    }

    /** The switch's routes. */
    public Items<RouteView> routes() {
        return Items.of(RouteView.of(switchConfig()));
    }

    /** The switch's neighbours. */
    public Items<NeighborRow> neighbors() {
        return Items.of(NeighborRow.of(
                switchConfig(), all(vswitch()::neighbors, Integer.MAX_VALUE).items()));
    }

    /** The switch's access lists. */
    public Items<AclView> acls() {
        return Items.of(AclView.of(vswitch().generation()));
    }

    /**
     * Connections that access lists have let pass.
     *
     * @param limit most entries
     * @param pod only those of interfaces whose owner has this name; empty for all
     */
    public Items<SessionRow> sessions(int limit, Optional<String> pod) {
        UnaryOperator<String> owners = owners();
        return all(
                from -> mapped(vswitch().sessions(from), session -> SessionRow.of(session, owners)),
                row -> pod.isEmpty() || isOf(row.owner(), pod.get()),
                limit);
    }

    /** Connections that NAT44 knows; as {@link #sessions}. */
    public Items<NatSessionRow> natSessions(int limit, Optional<String> pod) {
        UnaryOperator<String> owners = owners();
        return all(
                from -> mapped(vswitch().natSessions(from), session -> NatSessionRow.of(session, owners)),
                row -> pod.isEmpty() || isOf(row.madeBy(), pod.get()),
                limit);
    }

    /** The services. */
    public Items<ServiceRow> services() {
        return Items.of(ServiceRow.of(node.view().services(), vswitch().natMappings()));
    }

    /** The addresses. */
    public IpamView ipam() {
        return IpamView.of(node.options(), node.view());
    }

    /**
     * What happened.
     *
     * @param since only events with a greater number
     */
    public Items<EventRow> events(long since) {
        return Items.of(node.history().events().stream()
                .filter(event -> event.sequence() > since)
                .map(EventRow::of)
                .toList());
    }

    /** Whether an object is declared. */
    public boolean isDeclared(ObjectRef object) {
        return node.view().intent().find(object).isPresent();
    }

    /** Live connections that would be denied if what is declared changed so. */
    public Items<ImpactRow> whatIf(List<IntentChange> changes) {
        Intent proposed = node.view().intent();
        for (IntentChange change : changes) {
            proposed = proposed.with(change);
        }
        return Items.of(
                node.connectionsDeniedBy(proposed).stream().map(ImpactRow::of).toList());
    }

    /** What was dropped. */
    public Items<DropRow> drops() {
        return Items.of(DropRow.of(switchConfig(), vswitch().counters()));
    }

    /** What the nodes of the packet graph have done. */
    public Items<NodeRow> runtime() {
        return Items.of(NodeRow.of(vswitch().counters()));
    }

    /** The configuration of the agent, key by key. */
    public Items<AgentConfig.Entry> config() {
        return Items.of(config.entries());
    }

    private LiveSwitch vswitch() {
        return node.vswitch();
    }

    private SwitchConfig switchConfig() {
        return vswitch().generation().config();
    }

    private UnaryOperator<String> owners() {
        Map<String, String> owners = new HashMap<>();
        for (InterfaceConfig iface : switchConfig().interfaces()) {
            owners.put(iface.name(), iface.owner());
        }
        return name -> owners.getOrDefault(name, "");
    }

    /** Owners are such as {@code pod shop/web}. */
    private static boolean isOf(String owner, String name) {
        return owner.equals(name) || owner.endsWith(" " + name);
    }

    private static <S, T> Page<T> mapped(Page<S> page, Function<S, T> words) {
        return new Page<>(page.entries().stream().map(words).toList(), page.next());
    }

    private static <T> Items<T> all(IntFunction<Page<T>> read, int limit) {
        return all(read, entry -> true, limit);
    }

    private static <T> Items<T> all(IntFunction<Page<T>> read, Predicate<T> wanted, int limit) {
        List<T> kept = new ArrayList<>();
        long total = 0;
        int from = 0;
        while (from != Page.END) {
            Page<T> page = read.apply(from);
            List<T> found = page.entries().stream().filter(wanted).toList();
            total += found.size();
            Stream<T> room = found.stream().limit(Math.max(0, limit - kept.size()));
            room.forEach(kept::add);
            from = page.next();
        }
        return new Items<>(kept, total);
    }
}
