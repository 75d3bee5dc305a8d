// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.UserError;
import io.tapline.control.simulation.Connection;
import io.tapline.model.Intent;
import io.tapline.model.Kind;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.wire.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * Finds whom the user means by {@code namespace/pod}, {@code namespace/service}, {@code node/name} or an address. A pod
 * comes before a node, should somebody have named a namespace {@code node}.
 */
final class Parties {
    /** Before the name of a node. */
    static final String NODE = "node/";

    private final Intent intent;

    Parties(Intent intent) {
        this.intent = intent;
    }

    /** The connection that is meant. One to a service without an address goes to the first of its pods. */
    Connection connection(String from, String to, Probe probe) {
        IpAddress source = address(from, probe);
        Optional<Service> named = isAddress(to) ? Optional.empty() : service(to);
        if (named.isEmpty()) {
            return new Connection(source, address(to, probe), probe.protocol(), probe.port());
        }
        Service service = named.get();
        if (service.type() == Service.Type.EXTERNAL_NAME) {
            throw UserError.usage(service.ref() + " is a name of something else, not a service of the network");
        }
        Optional<IpAddress> virtual = service.clusterIps().stream()
                .filter(address -> address.isIpv4() && !probe.ipv6())
                .findFirst();
        ServicePort port = service.ports().stream()
                .filter(declared -> declared.protocol() == probe.protocol() && declared.port() == probe.port())
                .findFirst()
                .orElseThrow(() -> UserError.usage(service.ref() + " has no port " + probe.text()));
        if (virtual.isPresent()) {
            return new Connection(source, virtual.get(), probe.protocol(), probe.port());
        }
        Pod pod = backends(service).stream()
                .findFirst()
                .orElseThrow(() -> UserError.failure(service.ref() + " selects no pod that has an address"));
        return new Connection(source, addressOf(pod, probe), probe.protocol(), number(port, pod));
    }

    private static int number(ServicePort port, Pod pod) {
        if (port.targetPort().chars().allMatch(Character::isDigit)) {
            return Integer.parseInt(port.targetPort());
        }
        return pod.portNumbers(port.targetPort(), port.protocol()).stream()
                .findFirst()
                .orElseThrow(() -> UserError.failure(pod.ref() + " has no port named '" + port.targetPort() + "'"));
    }

    private List<Pod> backends(Service service) {
        return intent.pods()
                .filter(pod -> pod.isOnNetwork()
                        && pod.namespace().equals(service.namespace())
                        && !service.selector().isEmpty()
                        && service.selector().entrySet().stream()
                                .allMatch(label ->
                                        label.getValue().equals(pod.labels().get(label.getKey()))))
                .toList();
    }

    private Optional<Service> service(String text) {
        return intent.find(ref(Kind.POD, text)).isPresent()
                ? Optional.empty()
                : intent.find(ref(Kind.SERVICE, text)).map(Service.class::cast);
    }

    private IpAddress address(String text, Probe probe) {
        if (isAddress(text)) {
            return IpAddress.parse(text);
        }
        return intent.find(ref(Kind.POD, text))
                .map(found -> addressOf((Pod) found, probe))
                .or(() -> node(text).map(node -> addressOf(node.ref(), node.addresses(), probe)))
                .orElseThrow(() -> UserError.usage("there is no " + kindAndName(text)
                        + "; write NAMESPACE/POD, NAMESPACE/SERVICE, node/NAME or an address"));
    }

    private static String kindAndName(String text) {
        return text.startsWith(NODE)
                ? "node " + text.substring(NODE.length())
                : "pod " + ref(Kind.POD, text).qualifiedName();
    }

    private Optional<Node> node(String text) {
        return text.startsWith(NODE) ? intent.node(text.substring(NODE.length())) : Optional.empty();
    }

    private static IpAddress addressOf(Pod pod, Probe probe) {
        return addressOf(pod.ref(), pod.addresses(), probe);
    }

    private static IpAddress addressOf(ObjectRef who, List<IpAddress> addresses, Probe probe) {
        return addresses.stream()
                .filter(address -> address.isIpv4() != probe.ipv6())
                .findFirst()
                .orElseThrow(() -> UserError.failure(who + " has no " + (probe.ipv6() ? "IPv6" : "IPv4") + " address"));
    }

    private static boolean isAddress(String text) {
        return text.indexOf('/') < 0 && (text.indexOf(':') >= 0 || text.matches("[0-9.]+"));
    }

    private static ObjectRef ref(Kind kind, String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new ObjectRef(kind, "default", text)
                : new ObjectRef(kind, text.substring(0, slash), text.substring(slash + 1));
    }

    /** The name of the pod with an address of its own. */
    Optional<String> pod(IpAddress address) {
        return intent.pods()
                .filter(pod -> !pod.hostNetwork() && pod.addresses().contains(address))
                .map(pod -> pod.ref().qualifiedName())
                .findFirst();
    }

    /** The name of whoever has an address, or the address. */
    String name(IpAddress address) {
        return pod(address)
                .or(() -> intent.nodes()
                        .filter(node -> node.addresses().contains(address))
                        .map(node -> NODE + node.name())
                        .findFirst())
                .or(() -> intent.services()
                        .filter(service -> service.clusterIps().contains(address))
                        .map(service -> "service " + service.ref().qualifiedName())
                        .findFirst())
                .orElse(address.toString());
    }

    /** The name and the address. */
    String who(IpAddress address) {
        return name(address) + " (" + address + ")";
    }
}
