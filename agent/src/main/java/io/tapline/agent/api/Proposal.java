// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.api;

import io.tapline.agent.view.Views;
import io.tapline.dataplane.config.ConfigException;
import io.tapline.model.IntentChange;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import io.tapline.source.ManifestException;
import io.tapline.source.ManifestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What live connections a change of policies would cut. The body is manifests, as {@code kubectl} takes them. */
final class Proposal {
    static final Set<String> PARAMETERS = Set.of("delete");

    private final Views views;

    Proposal(Views views) {
        this.views = views;
    }

    Reply weigh(Parameters parameters) {
        List<IntentChange> changes = new ArrayList<>();
        parameters.text("delete").ifPresent(names -> {
            for (String name : names.split(",", -1)) {
                changes.add(new IntentChange.Remove(policy(name)));
            }
        });
        try {
            ManifestReader.parse("proposed", parameters.body())
                    .intent()
                    .objects()
                    .forEach(object -> changes.add(new IntentChange.Put(object)));
            return Reply.json(views.whatIf(changes));
        } catch (ManifestException | ConfigException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private ObjectRef policy(String name) {
        int slash = name.indexOf('/');
        String namespace = slash < 0 ? "default" : name.substring(0, slash);
        ObjectRef ref = new ObjectRef(Kind.NETWORK_POLICY, namespace, name.substring(slash + 1));
        if (!views.isDeclared(ref)) {
            throw ApiException.badRequest("delete: there is no " + ref + " on this node");
        }
        return ref;
    }
}
