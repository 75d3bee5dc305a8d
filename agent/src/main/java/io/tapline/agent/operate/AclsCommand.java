// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.AclView;
import io.tapline.agent.view.AclView.Place;
import io.tapline.agent.view.AclView.Rule;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tapline acls}. */
@Command(
        name = "acls",
        description = "Access lists: every rule with the line of the policy that it comes from.",
        mixinStandardHelpOptions = true)
final class AclsCommand extends ViewCommand<AclView> {
    @Parameters(
            arity = "0..1",
            paramLabel = "POD",
            description = "Only the lists of a pod, NAMESPACE/NAME, or of the host: host.")
    private @Nullable String pod;

    AclsCommand() {
        super("/v1/acls", AclView.class);
    }

    @Override
    String format(List<AclView> lists, boolean wide) {
        String text = lists.stream()
                .filter(list -> pod == null || list.places().stream().anyMatch(this::isWanted))
                .map(list -> format(list, wide))
                .collect(Collectors.joining(System.lineSeparator()));
        return text.isEmpty() ? "no access list stands at " + pod + System.lineSeparator() : text;
    }

    private boolean isWanted(Place place) {
        return place.owner().equals(pod) || place.owner().endsWith(" " + pod);
    }

    private static String format(AclView list, boolean wide) {
        String places = list.places().stream()
                .map(place ->
                        place.direction() + " of " + (place.owner().isEmpty() ? place.interfaceName() : place.owner()))
                .collect(Collectors.joining(", "));
        return String.format(
                        "access list %d \"%s\": %s; when it changes: %s%n",
                        list.index(), list.name(), places.isEmpty() ? "stands nowhere" : places, list.onChange())
                + new Table<>(rules(), wide).format(list.rules()).indent(2);
    }

    private static List<Table.Column<Rule>> rules() {
        return List.of(
                Table.Column.of("RULE", Rule::number),
                Table.Column.of("ACTION", Rule::action),
                Table.Column.of("PROTOCOL", Rule::protocol),
                Table.Column.of("SOURCE", Rule::source),
                Table.Column.wide("SOURCE-PORTS", Rule::sourcePorts),
                Table.Column.of("DESTINATION", Rule::destination),
                Table.Column.of("PORTS", Rule::destinationPorts),
                Table.Column.of("HITS", Rule::hits),
                Table.Column.of("BECAUSE-OF", Rule::origin));
    }

    @Override
    List<Table.Column<AclView>> columns() {
        return List.of();
    }

    @Override
    String none() {
        return "no access list is in force: nothing is isolated";
    }
}
