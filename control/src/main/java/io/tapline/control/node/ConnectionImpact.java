// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.dataplane.SessionPreview;
import io.tapline.dataplane.SessionView;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.EndpointName;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.wire.IpAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the live connections that a proposed configuration would no longer permit. Pure; any thread. */
public final class ConnectionImpact {
    private final Map<IpAddress, String> names = new HashMap<>();
    private final Map<Integer, OnChange> onChange = new HashMap<>();
    private final SessionPreview preview;

    /** A connection has a session on each interface that it passes. */
    private record Key(int protocol, IpAddress client, int clientPort, IpAddress server, int serverPort) {}

    private ConnectionImpact(SwitchConfig proposed, SessionPreview preview) {
        this.preview = preview;
        for (EndpointName endpoint : proposed.endpoints()) {
            names.put(endpoint.address(), endpoint.name());
        }
        for (AclConfig acl : proposed.acls()) {
            onChange.put(acl.index(), acl.onChange());
        }
    }

    /**
     * The connections that would be denied, each once, in the order of their sessions.
     *
     * @param preview of {@code proposed}
     * @param sessions all of the switch
     */
    public static List<LiveConnection> of(SwitchConfig proposed, SessionPreview preview, List<SessionView> sessions) {
        ConnectionImpact impact = new ConnectionImpact(proposed, preview);
        Map<Key, LiveConnection> denied = new LinkedHashMap<>();
        for (SessionView session : sessions) {
            impact.denied(session).ifPresent(connection -> denied.merge(key(connection), connection, impact::stricter));
        }
        return List.copyOf(denied.values());
    }

    private static Key key(LiveConnection connection) {
        return new Key(
                connection.protocol(),
                connection.client(),
                connection.clientPort(),
                connection.server(),
                connection.serverPort());
    }

    /** Of two interfaces, the one that ends the connection first decides. */
    private LiveConnection stricter(LiveConnection one, LiveConnection other) {
        return graceSeconds(other.onChange()) < graceSeconds(one.onChange()) ? other : one;
    }

    private static int graceSeconds(OnChange onChange) {
        return switch (onChange.kind()) {
            case RE_EVALUATE -> 0;
            case DRAIN -> onChange.drainSeconds();
            case KEEP -> Integer.MAX_VALUE;
        };
    }

    /** Where no rule denies, the lists are gone, and with them the reason to deny anything. */
    private Optional<LiveConnection> denied(SessionView session) {
        return preview.denial(session)
                .flatMap(SessionPreview.Denial::entry)
                .map(entry -> connection(session, entry, key(session)));
    }

    /** The one who sent the packet that made the session opened the connection, unless that was an answer already. */
    private static Key key(SessionView session) {
        boolean entering = session.direction() == InterfaceAcls.INPUT;
        return entering != session.openedByPeer()
                ? new Key(
                        session.protocol(),
                        session.source(),
                        session.sourcePort(),
                        session.destination(),
                        session.destinationPort())
                : new Key(
                        session.protocol(),
                        session.destination(),
                        session.destinationPort(),
                        session.source(),
                        session.sourcePort());
    }

    private LiveConnection connection(SessionView session, CompiledAcl.Entry entry, Key key) {
        return new LiveConnection(
                key.protocol(),
                key.client(),
                key.clientPort(),
                key.server(),
                key.serverPort(),
                names.getOrDefault(key.client(), key.client().toString()),
                names.getOrDefault(key.server(), key.server().toString()),
                entry.rule(),
                onChange.getOrDefault(entry.aclIndex(), OnChange.RE_EVALUATE),
                session.ageSeconds(),
                session.idleSeconds());
    }
}
