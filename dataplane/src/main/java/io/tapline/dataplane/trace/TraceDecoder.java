// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.Dpo;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.dataplane.table.NatTable;
import io.tapline.dataplane.table.NatTarget;
import io.tapline.wire.IpAddress;
import io.tapline.wire.MacAddress;
import io.tapline.wire.VirtioNet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the bytes of one slot into steps. Off the data path. */
final class TraceDecoder {
    private static final int ETHERNET_BYTES = 14;

    private final byte[] slot;
    private final ByteBuffer buffer;
    private final Generation generation;
    private final Map<String, String> names = new HashMap<>();

    TraceDecoder(byte[] slot, Generation generation) {
        this.slot = slot;
        this.buffer = ByteBuffer.wrap(slot).order(ByteOrder.nativeOrder());
        this.generation = generation;
    }

    /** The trace, or empty when the slot holds none. */
    Optional<PacketTrace> decode() {
        long number = buffer.getLong(TraceRecorder.NUMBER);
        if (number == 0) {
            return Optional.empty();
        }
        List<TraceStep> steps = new ArrayList<>();
        int used = buffer.getInt(TraceRecorder.USED);
        int at = TraceRecorder.RECORDS;
        while (at < used) {
            steps.add(step(at));
            at += buffer.getInt(at + TraceRecorder.SIZE);
        }
        int captureStart = TraceRecorder.CAPTURE + VirtioNet.HEADER_BYTES;
        byte[] frame = Arrays.copyOfRange(slot, captureStart, captureStart + buffer.getInt(TraceRecorder.CAPTURED));
        int reason = buffer.getInt(TraceRecorder.REASON);
        return Optional.of(new PacketTrace(
                number,
                buffer.getLong(TraceRecorder.START_NANOS),
                generation.interfaces().name(buffer.getInt(TraceRecorder.RX_INTERFACE)),
                frame,
                buffer.getInt(TraceRecorder.LENGTH),
                steps,
                buffer.getInt(TraceRecorder.TRUNCATED) != 0,
                PacketTrace.Outcome.values()[buffer.getInt(TraceRecorder.OUTCOME) - 1],
                reason < 0 ? Optional.empty() : Optional.of(DropReason.of(reason)),
                generation.number(),
                names));
    }

    private TraceStep step(int at) {
        String node = NodeIndex.name(Short.toUnsignedInt(buffer.getShort(at + TraceRecorder.NODE)));
        long time = buffer.getLong(at + TraceRecorder.TIME);
        int p = at + TraceRecorder.PAYLOAD;
        return switch (Short.toUnsignedInt(buffer.getShort(at + TraceRecorder.KIND))) {
            case TraceRecorder.KIND_VIRTIO -> virtio(node, time, p);
            case TraceRecorder.KIND_ETHERNET -> ethernet(node, time, p);
            case TraceRecorder.KIND_IP4 -> new TraceStep.Ip4(node, time, ip4(p + 4, p + 4 + buffer.getInt(p)));
            case TraceRecorder.KIND_ICMP_ERROR -> icmpError(node, time, p);
            case TraceRecorder.KIND_ACL -> acl(node, time, p);
            case TraceRecorder.KIND_NAT -> nat(node, time, p);
            case TraceRecorder.KIND_LOOKUP -> lookup(node, time, p);
            case TraceRecorder.KIND_REWRITE -> rewrite(node, time, p);
            case TraceRecorder.KIND_OUTPUT -> output(time, p);
            case TraceRecorder.KIND_ARP -> arp(node, time, p + 4);
            case TraceRecorder.KIND_DROP ->
                new TraceStep.Drop(node, time, NodeIndex.name(buffer.getInt(p)), DropReason.of(buffer.getInt(p + 4)));
            default -> throw new IllegalStateException("unknown record at " + at);
        };
    }

    private TraceStep virtio(String node, long time, int p) {
        int index = buffer.getInt(p);
        int v = p + 8;
        TraceStep.VirtioHeader header = new TraceStep.VirtioHeader(
                slot[v] & 0xff,
                slot[v + 1] & 0xff,
                nativeU16(v + 2),
                nativeU16(v + 4),
                nativeU16(v + 6),
                nativeU16(v + 8),
                nativeU16(v + 10));
        return new TraceStep.VirtioInput(
                node, time, index, generation.interfaces().name(index), buffer.getInt(p + 4), header);
    }

    private TraceStep ethernet(String node, long time, int p) {
        int length = buffer.getInt(p);
        int e = p + 4;
        if (length < ETHERNET_BYTES) {
            return new TraceStep.EthernetInput(node, time, "", "", 0, Optional.empty());
        }
        int type = Ip4Header.u16(slot, e + 12);
        boolean tagged = type == 0x8100 && length >= ETHERNET_BYTES + 4;
        return new TraceStep.EthernetInput(
                node,
                time,
                mac(e + 6),
                mac(e),
                tagged ? Ip4Header.u16(slot, e + 16) : type,
                tagged ? Optional.of(Ip4Header.u16(slot, e + 14) & 0xfff) : Optional.empty());
    }

    private TraceStep icmpError(String node, long time, int p) {
        int error = buffer.getInt(p + 8);
        return new TraceStep.IcmpError(
                node,
                time,
                NodeIndex.name(buffer.getInt(p)),
                DropReason.of(buffer.getInt(p + 4)),
                error >>> 24,
                error >>> 16 & 0xff,
                buffer.getInt(p + 12) != 0,
                ip4(p + 20, p + 20 + buffer.getInt(p + 16)));
    }

    private TraceStep acl(String node, long time, int p) {
        boolean input = node.equals(NodeIndex.name(NodeIndex.ACL_IN_IP4));
        int index = buffer.getInt(p);
        int ports = buffer.getInt(p + 32);
        int protocolAndFlags = buffer.getInt(p + 36);
        int frameFlags = buffer.getInt(p + 40);
        int entry = buffer.getInt(p + 44);
        CompiledAcl lists = generation.acls().at(buffer.getInt(p + 48));
        boolean known = lists != null && entry >= 0 && entry < lists.entries().size();
        return new TraceStep.Acl(
                node,
                time,
                input,
                index,
                generation.interfaces().name(index),
                buffer.getInt(p + 4),
                buffer.getInt(p + 8),
                buffer.getInt(p + 12),
                buffer.getInt(p + 16),
                buffer.getInt(p + 20),
                address(buffer.getInt(p + 24)),
                address(buffer.getInt(p + 28)),
                protocolAndFlags >>> 8,
                ports >>> 16,
                ports & 0xffff,
                protocolAndFlags & 0xff,
                (frameFlags & Frame.L4_VALID) != 0,
                (frameFlags & Frame.NON_FIRST_FRAGMENT) != 0,
                (frameFlags & Frame.TCP_FLAGS_VALID) != 0,
                lists == null
                        ? List.of()
                        : lists.acls().stream().map(AclConfig::index).toList(),
                carriedFrom(buffer.getInt(p + 48)),
                known && lists != null ? listName(lists.entry(entry).aclIndex()) : "",
                known && lists != null ? lists.entry(entry).rule().origin().text() : "",
                known && lists != null ? lists.entry(entry).rule().hint() : "");
    }

    private TraceStep nat(String node, long time, int p) {
        int protocol = buffer.getInt(p + 48);
        return new TraceStep.Nat(
                node,
                time,
                buffer.getInt(p),
                buffer.getInt(p + 4),
                buffer.getInt(p + 8),
                buffer.getInt(p + 12) != 0,
                tuple(protocol, p + 24),
                tuple(protocol, p + 36),
                natCause(buffer.getInt(p + 16), buffer.getInt(p + 20)));
    }

    private TraceStep.Tuple tuple(int protocol, int at) {
        int ports = buffer.getInt(at + 8);
        return new TraceStep.Tuple(
                protocol, address(buffer.getInt(at)), ports >>> 16, address(buffer.getInt(at + 4)), ports & 0xffff);
    }

    /** What a slot, or else a mapping without a backend, stands for in the generation that judged the packet. */
    private Optional<TraceStep.NatCause> natCause(int slot, int target) {
        NatTable nat = generation.nat();
        int number = slot >= 0 ? nat.slotTarget(slot) : target;
        if (number < 0) {
            return Optional.empty();
        }
        NatTarget found = nat.target(number);
        int backend = slot >= 0 && found.mapping().isPresent() ? nat.slotBackend(slot) : -1;
        String origin = found.mapping()
                .filter(mapping -> backend >= 0)
                .map(mapping -> mapping.backends().get(backend).origin())
                .orElse("");
        return Optional.of(new TraceStep.NatCause(found.origin(), backend + 1, found.backends(), origin));
    }

    private String carriedFrom(int cell) {
        return cell >= 0 && InterfaceAcls.kind(cell) == InterfaceAcls.SENDER
                ? generation.interfaces().name(InterfaceAcls.interfaceIndex(cell))
                : "";
    }

    private String listName(int aclIndex) {
        return generation.config().acls().stream()
                .filter(acl -> acl.index() == aclIndex)
                .findFirst()
                .map(AclConfig::name)
                .orElse("");
    }

    private TraceStep lookup(String node, long time, int p) {
        int length = buffer.getInt(p + 16);
        return new TraceStep.Lookup(
                node,
                time,
                buffer.getInt(p),
                buffer.getInt(p + 4),
                buffer.getInt(p + 8),
                describe(buffer.getInt(p + 12)),
                ip4(p + 20, p + 20 + length));
    }

    private String describe(int dpo) {
        int index = Dpo.index(dpo);
        return switch (Dpo.kind(dpo)) {
            case Dpo.DISCARD -> dpo == Dpo.DROP ? "a route that drops" : "no route";
            case Dpo.ADJACENCY, Dpo.GATEWAY ->
                "via " + address(generation.adjacencies().gateway(index)) + " on " + deviceOf(index);
            case Dpo.GLEAN -> "on the link of " + deviceOf(index);
            case Dpo.LOCAL -> "the switch itself";
            case Dpo.LOAD_BALANCE, Dpo.RECURSIVE -> "a load-balanced route";
            default -> "look up again in table " + index;
        };
    }

    private String deviceOf(int adjacency) {
        return generation.interfaces().name(generation.adjacencies().interfaceIndex(adjacency));
    }

    private TraceStep rewrite(String node, long time, int p) {
        int length = buffer.getInt(p + 16);
        int from = p + 20;
        int index = buffer.getInt(p);
        return new TraceStep.Rewrite(
                node,
                time,
                index,
                generation.interfaces().name(index),
                buffer.getInt(p + 4),
                address(buffer.getInt(p + 8)),
                buffer.getInt(p + 12),
                HexFormat.of().formatHex(slot, from, from + length),
                ip4(from + ETHERNET_BYTES, from + length));
    }

    private TraceStep output(long time, int p) {
        String device = generation.interfaces().name(buffer.getInt(p));
        int e = p + 12;
        int length = buffer.getInt(p + 8);
        int type = Ip4Header.u16(slot, e + 12);
        return new TraceStep.Output(
                device + "-output",
                time,
                device,
                buffer.getInt(p + 4),
                mac(e + 6),
                mac(e),
                type,
                HexFormat.of().formatHex(slot, e, e + length),
                type == 0x0800 ? ip4(e + ETHERNET_BYTES, e + length) : Optional.empty());
    }

    private TraceStep arp(String node, long time, int a) {
        return new TraceStep.Arp(
                node,
                time,
                Ip4Header.u16(slot, a + 6),
                mac(a + 8),
                address(Ip4Header.i32(slot, a + 14)),
                mac(a + 18),
                address(Ip4Header.i32(slot, a + 24)));
    }

    private Optional<Ip4Header> ip4(int from, int to) {
        Optional<Ip4Header> header = Ip4Header.parse(slot, from, to);
        header.ifPresent(h -> {
            noteName(h.source());
            noteName(h.destination());
        });
        return header;
    }

    private String address(int bits) {
        String text = IpAddress.formatIpv4(bits);
        noteName(text);
        return text;
    }

    private void noteName(String address) {
        String name = generation.names().get(IpAddress.parse(address));
        if (name != null) {
            names.put(address, name);
        }
    }

    private int nativeU16(int at) {
        return Short.toUnsignedInt(buffer.getShort(at));
    }

    private String mac(int at) {
        return MacAddress.format((long) Ip4Header.u16(slot, at) << 32 | (Ip4Header.i32(slot, at + 2) & 0xffff_ffffL));
    }
}
