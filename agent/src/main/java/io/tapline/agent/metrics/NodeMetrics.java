// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tapline.agent.node.EventHistory.Event;
import io.tapline.agent.node.NodeController;
import io.tapline.agent.view.PodView;
import io.tapline.agent.view.StatusView;
import io.tapline.agent.view.Views;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The node in numbers. The worker's counters are read when they are asked for. Labels are bounded by the pods of a
 * node, the reasons for drops and the kinds of events.
 *
 * <p>Threading: any thread.
 */
public final class NodeMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter format =
            PrometheusTextFormatWriter.builder().build();
    private final Histogram events;

    /** The metrics of a node. */
    public NodeMetrics(NodeController node, Views views, String version) {
        Info.builder()
                .name("tapline_build_info")
                .help("Version of the agent.")
                .labelNames("version")
                .register(registry)
                .addLabelValues(version);
        events = Histogram.builder()
                .name("tapline_event_duration_seconds")
                .help("How long events took: additions and deletions of pods, changes of intent, resyncs.")
                .labelNames("kind", "outcome")
                .classicUpperBounds(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
                .classicOnly()
                .register(registry);
        node.history().listen(this::ended);
        pods(views);
        health(views);
        traffic(node, views);
        tables(views);
    }

    private void ended(Event event) {
        events.labelValues(event.kind(), event.failed() ? "failure" : "success")
                .observe(event.took().toNanos() / NANOS_PER_SECOND);
    }

    private void pods(Views views) {
        pod(
                views,
                "received_frames",
                "Frames that the pod sent.",
                pod -> pod.traffic().receivedFrames());
        pod(
                views,
                "received_bytes",
                "Bytes that the pod sent.",
                pod -> pod.traffic().receivedBytes());
        pod(
                views,
                "sent_frames",
                "Frames that went to the pod.",
                pod -> pod.traffic().sentFrames());
        pod(
                views,
                "sent_bytes",
                "Bytes that went to the pod.",
                pod -> pod.traffic().sentBytes());
        counter(
                "tapline_pod_dropped_frames_total",
                "Frames that the pod sent and that were dropped, by reason.",
                List.of("namespace", "pod", "reason"),
                sample -> views.pods()
                        .items()
                        .forEach(pod -> pod.traffic()
                                .droppedBy()
                                .forEach((reason, count) -> sample.accept(
                                        (double) count, new String[] {namespace(pod), name(pod), reason}))));
    }

    private void pod(Views views, String what, String help, Function<PodView, Long> value) {
        counter(
                "tapline_pod_" + what + "_total",
                help + " The switch's point of view.",
                List.of("namespace", "pod"),
                sample -> views.pods()
                        .items()
                        .forEach(pod ->
                                sample.accept((double) value.apply(pod), new String[] {namespace(pod), name(pod)})));
    }

    private void health(Views views) {
        gauge("tapline_pods", "Pods that are attached.", List.of("state"), sample -> {
            List<PodView> pods = views.pods().items();
            long lost = pods.stream().filter(pod -> pod.state().equals("lost")).count();
            sample.accept((double) pods.size() - lost, new String[] {"attached"});
            sample.accept((double) lost, new String[] {"lost"});
        });
        gauge(
                "tapline_addresses_free",
                "Addresses for pods that are free.",
                List.of(),
                sample -> sample.accept((double) views.ipam().free(), new String[0]));
        gauge(
                "tapline_check",
                "What was looked at: 0 as it should be, 1 somebody should look, 2 failed.",
                List.of("check"),
                sample -> views.checks()
                        .forEach(
                                check -> sample.accept((double) check.state().ordinal(), new String[] {check.name()})));
    }

    private void traffic(NodeController node, Views views) {
        counter(
                "tapline_received_frames_total",
                "Frames received.",
                List.of(),
                sample -> sample.accept((double) node.vswitch().counters().framesReceived(), new String[0]));
        counter(
                "tapline_sent_frames_total",
                "Frames sent.",
                List.of(),
                sample -> sample.accept((double) node.vswitch().counters().framesSent(), new String[0]));
        counter(
                "tapline_dropped_frames_total",
                "Frames dropped, by reason and the interface that they came in by.",
                List.of("interface", "reason"),
                sample -> views.drops()
                        .items()
                        .forEach(drop -> sample.accept(
                                (double) drop.packets(), new String[] {drop.interfaceName(), drop.reason()})));
        counter(
                "tapline_graph_node_frames_total",
                "Frames that a node of the packet graph handled.",
                List.of("node"),
                sample -> views.runtime()
                        .items()
                        .forEach(row -> sample.accept((double) row.packets(), new String[] {row.node()})));
        gauge(
                "tapline_generation",
                "Number of the configuration in force.",
                List.of(),
                sample -> sample.accept((double) node.vswitch().generation().number(), new String[0]));
    }

    private void tables(Views views) {
        table(views, "used", "Records in a table of the switch.", StatusView.Table::used);
        table(views, "capacity", "Most records of a table of the switch.", StatusView.Table::capacity);
    }

    private void table(Views views, String what, String help, Function<StatusView.Table, Integer> value) {
        gauge(
                "tapline_table_" + what + "_records",
                help,
                List.of("table"),
                sample -> views.tables()
                        .forEach(table -> sample.accept((double) value.apply(table), new String[] {
                            table.name().toLowerCase(Locale.ROOT).replace(' ', '_')
                        })));
    }

    private void counter(
            String name, String help, List<String> labels, Consumer<BiConsumer<Double, String[]>> samples) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback -> samples.accept(callback::call))
                .register(registry);
    }

    private void gauge(String name, String help, List<String> labels, Consumer<BiConsumer<Double, String[]>> samples) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback -> samples.accept(callback::call))
                .register(registry);
    }

    private static String namespace(PodView pod) {
        int slash = pod.pod().indexOf('/');
        return slash < 0 ? "" : pod.pod().substring(0, slash);
    }

    private static String name(PodView pod) {
        return pod.pod().substring(pod.pod().indexOf('/') + 1);
    }

    /** In Prometheus' text format 0.0.4. */
    public byte[] text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            format.write(bytes, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The content type of {@link #text}. */
    public String contentType() {
        return format.getContentType();
    }
}
