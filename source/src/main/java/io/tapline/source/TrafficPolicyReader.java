// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Service;
import io.tapline.model.Service.TrafficPolicy;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;

/** Reads how a service spreads its traffic. */
final class TrafficPolicyReader {
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;
    private static final int MAX_AFFINITY_SECONDS = 86_400;
    private static final Map<String, Boolean> LOCAL = Map.of("Cluster", false, "Local", true);
    private static final Map<String, Boolean> AFFINITY = Map.of("None", false, "ClientIP", true);
    private static final Map<String, Boolean> NEAR =
            Map.of("PreferClose", true, "PreferSameZone", true, "PreferSameNode", true);

    private final Report report;

    TrafficPolicyReader(Report report) {
        this.report = report;
    }

    TrafficPolicy read(Fields spec, Service.Type type, boolean externalIps) {
        boolean balanced = type == Service.Type.LOAD_BALANCER;
        boolean external = balanced || type == Service.Type.NODE_PORT || externalIps;
        boolean externalLocal = word(spec, "externalTrafficPolicy", LOCAL);
        if (spec.has("externalTrafficPolicy") && !external) {
            report.error(spec.required("externalTrafficPolicy")
                    .mistake("is for the types NodePort and LoadBalancer, or with externalIPs"));
        }
        int healthCheckPort = report.field(spec, "healthCheckNodePort", value -> value.integer(0, 65535), 0);
        if (healthCheckPort != 0 && !(balanced && externalLocal)) {
            report.error(spec.required("healthCheckNodePort")
                    .mistake("is for the type LoadBalancer with externalTrafficPolicy Local only"));
        }
        List<IpPrefix> ranges = report.each(spec, "loadBalancerSourceRanges", Syntax::cidr);
        if (!ranges.isEmpty() && !balanced) {
            report.error(spec.required("loadBalancerSourceRanges").mistake("is for the type LoadBalancer only"));
        }
        return new TrafficPolicy(
                word(spec, "internalTrafficPolicy", LOCAL),
                externalLocal,
                affinitySeconds(spec),
                ranges,
                healthCheckPort,
                report.field(spec, "publishNotReadyAddresses", Value::flag, false),
                word(spec, "trafficDistribution", NEAR));
    }

    private boolean word(Fields spec, String key, Map<String, Boolean> words) {
        return report.field(spec, key, value -> value.choice(words), false);
    }

    private int affinitySeconds(Fields spec) {
        boolean affinity = word(spec, "sessionAffinity", AFFINITY);
        if (spec.has("sessionAffinityConfig") && !affinity) {
            report.error(spec.required("sessionAffinityConfig").mistake("needs sessionAffinity: ClientIP"));
        }
        if (!affinity) {
            return 0;
        }
        return report.some(spec, "sessionAffinityConfig")
                .flatMap(config -> report.some(config, "clientIP"))
                .map(client -> report.field(
                        client,
                        "timeoutSeconds",
                        value -> value.integer(1, MAX_AFFINITY_SECONDS),
                        DEFAULT_AFFINITY_SECONDS))
                .orElse(DEFAULT_AFFINITY_SECONDS);
    }
}
