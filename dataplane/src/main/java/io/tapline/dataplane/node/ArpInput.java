// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Interfaces;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.dataplane.trace.TraceRecorder;
import io.tapline.wire.Arp;
import io.tapline.wire.Ethernet;
import io.tapline.wire.MacAddress;
import io.tapline.wire.VirtioNet;

/**
 * {@code arp-input}: answers requests for the switch's own addresses and learns neighbours from requests and from
 * replies that were asked for (RFC 826). Nothing is learnt from a sender outside the interface's subnets, with two
 * different MAC addresses, or unasked; and nothing is accepted from a sender that the interface does not allow.
 */
public final class ArpInput extends Node {
    private final Context context;
    private final Resolver resolver;

    /** The node of one worker. */
    public ArpInput(Context context, Resolver resolver) {
        super(NodeIndex.ARP_INPUT);
        this.context = context;
        this.resolver = resolver;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        for (int i = 0; i < count; i++) {
            next[i] = receive(frames[i]);
        }
    }

    private int receive(long frame) {
        long arp = Frame.ethernet(frame) + Ethernet.HEADER_BYTES;
        if (!Arp.isValid(arp, Frame.length(frame) - Ethernet.HEADER_BYTES)) {
            return drop(frame, DropReason.ARP_INVALID);
        }
        if (Frame.has(frame, Frame.TRACED)) {
            context.trace().arp(index(), frame);
        }
        Interfaces interfaces = context.generation().interfaces();
        int port = Frame.rxInterface(frame);
        int senderIp = Arp.senderIp(arp);
        long senderMac = Arp.senderMac(arp);
        if (!interfaces.maySendFromMac(port, Ethernet.source(Frame.ethernet(frame)))
                || !interfaces.maySendFromMac(port, senderMac)
                || !interfaces.maySendFromAddress(port, senderIp)) {
            return drop(frame, DropReason.ARP_SENDER_SPOOFED);
        }
        boolean request = Arp.operation(arp) == Arp.REQUEST && senderIp != Arp.targetIp(arp);
        boolean local = interfaces.sourceFor(port, senderIp) != 0;
        // A Linux host asks with whatever address of its own it is about to send from, and wants an answer.
        boolean asksForUs = request && interfaces.owns(port, Arp.targetIp(arp));
        if (!(local || asksForUs) || interfaces.owns(port, senderIp)) {
            return drop(frame, DropReason.ARP_SOURCE_NOT_LOCAL);
        }
        if (senderMac != Ethernet.source(Frame.ethernet(frame)) || MacAddress.isGroup(senderMac) || senderMac == 0) {
            return drop(frame, DropReason.ARP_HARDWARE_MISMATCH);
        }
        if (request) {
            return request(frame, arp, port, local);
        }
        int entry = context.neighbors().find(port, senderIp);
        if (entry == Neighbors.NONE) {
            return drop(frame, DropReason.ARP_UNSOLICITED);
        }
        resolver.confirm(entry, senderMac);
        return deliver(frame);
    }

    private int request(long frame, long arp, int port, boolean local) {
        int asked = Arp.targetIp(arp);
        if (!context.generation().interfaces().owns(port, asked)) {
            return drop(frame, DropReason.ARP_DESTINATION_NOT_LOCAL);
        }
        int senderIp = Arp.senderIp(arp);
        long senderMac = Arp.senderMac(arp);
        if (local) {
            learn(port, senderIp, senderMac);
        }
        long ownMac = context.generation().interfaces().mac(port);
        Frame.length(frame, Ethernet.HEADER_BYTES + Arp.BYTES);
        Ethernet.write(Frame.ethernet(frame), senderMac, ownMac, Ethernet.TYPE_ARP);
        Arp.write(arp, Arp.REPLY, ownMac, asked, senderMac, senderIp);
        VirtioNet.clear(Frame.virtioNet(frame));
        Frame.txInterface(frame, port);
        context.counters().delivered(1);
        context.counters().originated(1);
        return NodeIndex.INTERFACE_OUTPUT;
    }

    private void learn(int port, int address, long mac) {
        int known = context.neighbors().find(port, address);
        int entry = known == Neighbors.NONE ? context.neighbors().add(port, address) : known;
        if (entry != Neighbors.NONE) {
            resolver.confirm(entry, mac);
        }
    }

    /** The switch has what it wanted from the frame. */
    private int deliver(long frame) {
        context.counters().delivered(1);
        if (Frame.has(frame, Frame.TRACED)) {
            context.trace().finish(frame, TraceRecorder.DELIVERED);
        }
        context.pool().free(frame);
        return NodeIndex.CONSUMED;
    }

    private int drop(long frame, DropReason reason) {
        Frame.drop(frame, reason, index());
        return NodeIndex.ERROR_DROP;
    }
}
