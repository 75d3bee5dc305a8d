// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the ports of a service, which must be told apart by name, by number and by node port. */
final class ServicePortReader {
    private final Report report;
    private final boolean onNodes;
    private final Set<String> names = new HashSet<>();
    private final Set<String> numbers = new HashSet<>();
    private final Set<String> nodePorts = new HashSet<>();

    ServicePortReader(Report report, Service.Type type) {
        this.report = report;
        onNodes = type == Service.Type.NODE_PORT || type == Service.Type.LOAD_BALANCER;
    }

    List<ServicePort> read(Fields spec) {
        List<Value> written = report.field(spec, "ports", Value::list, List.of());
        return report.each(written, value -> port(value, written.size() > 1));
    }

    private ServicePort port(Value value, boolean named) {
        Fields fields =
                report.fields(value, List.of("name", "protocol", "appProtocol", "port", "targetPort", "nodePort"));
        String name = named
                ? report.required(fields, "name", Syntax::dnsLabel, "")
                : report.field(fields, "name", Syntax::dnsLabel, "");
        Protocol protocol = report.field(fields, "protocol", Protocols::read, Protocol.TCP);
        int number = Syntax.port(fields.required("port"));
        String target = report.field(fields, "targetPort", ServicePortReader::target, Integer.toString(number));
        int nodePort = report.field(fields, "nodePort", port -> port.integer(0, 65535), 0);
        if (nodePort != 0 && !onNodes) {
            report.error(fields.required("nodePort").mistake("is for the types NodePort and LoadBalancer only"));
        }
        report.check(name.isEmpty() || names.add(name), () -> value.mistake("two ports are named '" + name + "'"));
        report.check(
                numbers.add(protocol + "/" + number),
                () -> value.mistake("port " + number + "/" + protocol + " is given twice"));
        report.check(
                nodePort == 0 || nodePorts.add(protocol + "/" + nodePort),
                () -> value.mistake("nodePort " + nodePort + "/" + protocol + " is given twice"));
        return new ServicePort(name, protocol, number, target, nodePort);
    }

    private static String target(Value value) {
        return value.isNumber() ? Integer.toString(Syntax.port(value)) : Syntax.portName(value);
    }
}
