// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.ObjectRef;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where a lab keeps what it must not forget, and every name that follows from that: two labs with directories of their
 * own share no file, no namespace and no interface.
 *
 * @param root the directory, absolute
 */
record StateDirectory(Path root) {
    /** Where a lab is without further ado. */
    static final String DEFAULT = "/run/tapline-lab";

    private static final int MAX_ROOT = 90; // a unix socket's path has at most 107 bytes
    private static final int TAG = 4;

    /** @throws UserError if a unix socket in it would have too long a name */
    static StateDirectory of(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        if (root.toString().length() > MAX_ROOT) {
            throw UserError.usage("--state-dir " + root + " is longer than " + MAX_ROOT
                    + " characters, which leaves no room for the names of sockets");
        }
        return new StateDirectory(root);
    }

    /** What the lab is: node and options. Written before anything is made, deleted after everything is gone. */
    Path lab() {
        return root.resolve("lab.json");
    }

    Path lock() {
        return root.resolve("lock");
    }

    Path agentConfig() {
        return root.resolve("agent.yaml");
    }

    Path agentState() {
        return root.resolve("agent");
    }

    Path agentSocket() {
        return root.resolve("agent.sock");
    }

    Path agentLog() {
        return root.resolve("agent.log");
    }

    Path responderSocket() {
        return root.resolve("respond.sock");
    }

    Path responderLog() {
        return root.resolve("respond.log");
    }

    Path manifests() {
        return root.resolve("manifests");
    }

    Path pods() {
        return root.resolve("pods");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path pluginDirectory() {
        return root.resolve("bin");
    }

    Path networkDirectory() {
        return root.resolve("net.d");
    }

    /** Begins the names of the namespaces; none is the beginning of another lab's. */
    String prefix() {
        return "tapline-lab" + tag() + "-";
    }

    /** The host's end of the link to the switch. */
    String hostDevice() {
        return "vpp-lab" + tag();
    }

    /** The host's namespace, where it is one of the lab's own. */
    String hostNamespace() {
        return prefix() + "host";
    }

    /** A pod's namespace. A Kubernetes namespace has no dot in its name, so that this can be read back. */
    String namespace(ObjectRef pod) {
        return prefix() + podName(pod);
    }

    /** The file of a pod's namespace. */
    Path namespaceFile(ObjectRef pod) {
        return NetworkNamespace.DIRECTORY.resolve(namespace(pod));
    }

    /** The file of what is known of a pod. */
    Path record(ObjectRef pod) {
        return pods().resolve(podName(pod) + ".json");
    }

    Path log(ObjectRef pod, String container) {
        return logs().resolve(podName(pod) + "." + container + ".log");
    }

    static String podName(ObjectRef pod) {
        return pod.namespace() + "." + pod.name();
    }

    /** The same for the same pod, so that what was begun can be found after a crash. */
    String containerId(ObjectRef pod) {
        return hash(root + "\n" + pod.qualifiedName());
    }

    private String tag() {
        return root.equals(Path.of(DEFAULT)) ? "" : hash(root.toString()).substring(0, TAG);
    }

    private static String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
