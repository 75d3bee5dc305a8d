// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.linux.Errno;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import java.nio.file.Path;

/** Opens containers' network namespaces; what is wrong with one is a {@link NodeException}. */
final class ContainerNamespace {
    private ContainerNamespace() {}

    /** The namespace that the runtime names. */
    static NetworkNamespace open(String path) {
        try {
            return NetworkNamespace.open(Path.of(path));
        } catch (LinuxException e) {
            NodeException.Kind kind =
                    e.errno() == Errno.ENOENT ? NodeException.Kind.UNKNOWN_CONTAINER : NodeException.Kind.KERNEL;
            throw new NodeException(kind, "the namespace " + path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** The namespace that a container was attached in: its path may have come to mean another. */
    static NetworkNamespace of(Attachment attachment) {
        NetworkNamespace namespace = open(attachment.namespacePath());
        if (namespace.inode() != attachment.namespaceInode()) {
            namespace.close();
            throw new NodeException(
                    NodeException.Kind.UNKNOWN_CONTAINER,
                    attachment.namespacePath() + " is not the namespace that " + attachment.key() + " was attached in");
        }
        return namespace;
    }
}
