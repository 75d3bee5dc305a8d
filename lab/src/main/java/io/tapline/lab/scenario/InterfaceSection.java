// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.Senders;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The list {@code interfaces}. */
final class InterfaceSection {
    private static final Map<String, NatRole> NAT_ROLES =
            Map.of("in", NatRole.INSIDE, "out", NatRole.OUTSIDE, "both", NatRole.BOTH, "none", NatRole.NONE);
    private static final int DEFAULT_MTU = 1500;
    private static final int MAX_PIN = Integer.MAX_VALUE;

    private final Names acls;
    private final Names names = new Names("interface");
    private final Names indexes = new Names("interface with index");

    InterfaceSection(Names acls) {
        this.acls = acls;
    }

    /** The interfaces' names, to be referred to. */
    Names names() {
        return names;
    }

    InterfaceConfig read(Value value) {
        Fields fields = value.fields(
                "name", "index", "mac", "addresses", "mtu", "table", "owner", "acls", "nat", "pins", "senders");
        Value name = fields.required("name");
        Value index = fields.required("index");
        int number = index.number(1, InterfaceConfig.MAX_INDEX);
        names.declare(name, name.label());
        indexes.declare(index, Integer.toString(number));
        Optional<Fields> lists = fields.optional("acls").map(acl -> acl.fields("input", "output", "sender"));
        long mac = fields.required("mac").as(MacAddress::parse);
        List<IpPrefix> addresses = fields.list("addresses").stream()
                .map(address -> address.as(IpPrefix::parse))
                .toList();
        int mtu = fields.number("mtu", InterfaceConfig.MIN_MTU, InterfaceConfig.MAX_MTU, DEFAULT_MTU);
        int table = fields.number("table", 0, RouteConfig.MAX_TABLE, 0);
        String owner = fields.optional("owner").map(Value::label).orElse("");
        NatRole nat = fields.optional("nat").map(role -> role.choice(NAT_ROLES)).orElse(NatRole.NONE);
        InterfaceConfig.Pins pins = pins(fields);
        Senders senders = senders(fields);
        return value.build(() -> new InterfaceConfig(
                number,
                name.label(),
                owner,
                mac,
                addresses,
                mtu,
                table,
                references(lists, "input"),
                references(lists, "output"),
                references(lists, "sender"),
                nat,
                pins,
                senders));
    }

    private List<Integer> references(Optional<Fields> lists, String direction) {
        List<Integer> indexesOfLists = new ArrayList<>();
        for (Value list : lists.map(fields -> fields.list(direction)).orElse(List.of())) {
            int index = list.number(0, AclSection.MAX_INDEX);
            acls.refer(list, Integer.toString(index));
            indexesOfLists.add(index);
        }
        return indexesOfLists;
    }

    private static Senders senders(Fields fields) {
        Optional<Fields> senders = fields.optional("senders").map(value -> value.fields("macs", "addresses"));
        return senders.map(s -> new Senders(
                        s.list("macs").stream()
                                .map(mac -> mac.as(MacAddress::parse))
                                .toList(),
                        s.list("addresses").stream()
                                .map(block -> block.as(IpPrefix::parse))
                                .toList()))
                .orElse(Senders.ANY);
    }

    private static InterfaceConfig.Pins pins(Fields fields) {
        Optional<Fields> pins = fields.optional("pins").map(value -> value.fields("acl-input-next", "acl-output-next"));
        return pins.map(p -> new InterfaceConfig.Pins(
                        p.number("acl-input-next", 0, MAX_PIN, -1), p.number("acl-output-next", 0, MAX_PIN, -1)))
                .orElse(InterfaceConfig.Pins.NONE);
    }
}
