// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.config;

import java.util.Arrays;
import java.util.List;

/** The keys of the configuration file, with defaults and meaning. A dot stands for a nested map. */
enum Knob {
    NODE_NAME("nodeName", "", "name of the Node object; the host's name if empty"),
    NODE_ID("nodeId", "1", "number of the node in the cluster, 1 or more; cuts its subnets out of the prefixes below"),
    CONTIV_CIDR(
            "ipam.contivCIDR", "", "one prefix of at most /14 to cut all but the services from; then leave those out"),
    POD_SUBNET("ipam.podSubnetCIDR", "10.1.0.0/16", "addresses of all pods"),
    POD_NODE_LENGTH("ipam.podSubnetOneNodePrefixLen", "24", "length of one node's part of them"),
    HOST_SUBNET("ipam.vppHostSubnetCIDR", "172.30.0.0/16", "links between switch and host of all nodes"),
    HOST_NODE_LENGTH("ipam.vppHostSubnetOneNodePrefixLen", "24", "length of one node's part of them"),
    INTERCONNECT("ipam.nodeInterconnectCIDR", "192.168.16.0/24", "the nodes' addresses towards each other"),
    VXLAN("ipam.vxlanCIDR", "192.168.30.0/24", "the nodes' addresses inside the overlay"),
    SERVICES("ipam.serviceCIDR", "10.96.0.0/12", "addresses of services"),
    MTU("mtu", "1450", "of every interface, in bytes"),
    MAIN_TABLE("mainVRFID", "0", "forwarding table of host, uplink and tunnels"),
    POD_TABLE("podVRFID", "1", "forwarding table of pods; the same as mainVRFID for a single table"),
    UPLINK("uplink.interface", "", "network card that switch and host share; empty for none"),
    UPLINK_GATEWAY("uplink.gateway", "", "the way to everywhere; that of the host's default route if empty"),
    UPLINK_TABLE("uplink.vrfID", "2", "forwarding table of what comes in there"),
    NODE_PORTS("uplink.nodePorts", "30000-32767", "the API server's --service-node-port-range"),
    SOURCE_NAT_PORTS(
            "uplink.sourceNatPorts",
            "61000-65534",
            "the node's ports for connections of pods to the outside; apart from net.ipv4.ip_local_port_range"),
    HOST_DEVICE("hostDevice", "vpp1", "the host's name for its end of the link to the switch"),
    HOST_NAMESPACE("hostNamespace", "", "file of the host's network namespace; that of the agent if empty"),
    STATE("stateDirectory", "/var/lib/tapline", "where attachments are kept"),
    SOCKET("socket", "/run/tapline/agent.sock", "the unix socket for the CNI plug-in"),
    API_SOCKET(
            "api.socket", "", "the unix socket for operators, HTTP, for root only; api.sock beside the other if empty"),
    API_LISTEN(
            "api.listen",
            "",
            "ADDRESS:PORT for HTTP besides; health and metrics are for all who reach it, the rest needs the token"),
    API_TOKEN("api.tokenFile", "", "file with the bearer token; without it only health and metrics are served there"),
    API_KEY_STORE("api.tlsKeyStore", "", "PKCS #12 file for HTTPS; needed unless the address is a loopback address"),
    API_KEY_PASSWORD("api.tlsPasswordFile", "", "file with the key store's password"),
    MANIFESTS(
            "manifests",
            "",
            "directory of Kubernetes manifests, watched; without it every pod may talk to every other"),
    ON_POLICY_CHANGE(
            "onPolicyChange",
            "re-evaluate",
            "what becomes of live connections that a change of policies no longer permits: re-evaluate (they end),"
                    + " keep, or drain 30s; for policies without the annotation tapline.io/on-change"),
    HOST_POLICIES(
            "hostPolicies.namespace",
            "",
            "namespace whose network policies select nodes by their labels, such as tapline-hosts; if given, policies"
                    + " hold on pods in the host network too"),
    REACH_OWN_PODS(
            "hostPolicies.reachOwnPods",
            "true",
            "whether a node that they isolate for egress reaches its own pods all the same, as probes need"),
    SESSIONS("sessions.max", "1000000", "connections that the access lists know at a time; up to 96 bytes each"),
    SESSION_UDP("sessions.udpSeconds", "600", "when an idle connection ends: UDP and all but TCP"),
    SESSION_TCP_IDLE("sessions.tcpIdleSeconds", "86400", "when an idle connection ends: established TCP"),
    SESSION_TCP_TRANSIENT(
            "sessions.tcpTransientSeconds",
            "120",
            "when an idle connection ends: TCP that is being set up or torn down"),
    NAT_SESSIONS(
            "nat.maxSessions",
            "1000000",
            "translated connections at a time, a quarter of them for one pod at most; about 160 bytes each"),
    NAT_UDP("nat.udpSeconds", "300", "when an idle translation ends: UDP and all but the others"),
    NAT_TCP_ESTABLISHED(
            "nat.tcpEstablishedSeconds",
            "7440",
            "when an idle translation ends: TCP that both sides have acknowledged"),
    NAT_TCP_TRANSITORY(
            "nat.tcpTransitorySeconds", "240", "when an idle translation ends: TCP that is being set up or torn down"),
    NAT_TCP_CLOSED("nat.tcpClosedSeconds", "10", "when a translation ends: TCP that both sides have finished"),
    NAT_ICMP("nat.icmpSeconds", "60", "when an idle translation ends: ICMP queries"),
    POD_WAIT(
            "podWaitSeconds",
            "5",
            "how long an addition waits for its pod to be declared in the manifests; then it fails"),
    RESYNC("resyncSeconds", "60", "how often everything is compared with what should be, and repaired; 0 for never"),
    HISTORY("historyEvents", "1000", "how many events are kept"),
    SPIN("spinMicros", "0", "how long the worker looks for frames before it sleeps; 0 on small machines");

    private final String path;
    private final String fallback;
    private final String meaning;

    Knob(String path, String fallback, String meaning) {
        this.path = path;
        this.fallback = fallback;
        this.meaning = meaning;
    }

    static List<String> paths() {
        return Arrays.stream(values()).map(Knob::path).toList();
    }

    String path() {
        return path;
    }

    String fallback() {
        return fallback;
    }

    String meaning() {
        return meaning;
    }
}
