// SPDX-License-Identifier: Apache-2.0
package io.tapline.vswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.PacketSocket;
import io.tapline.linux.SocketFilter;
import io.tapline.wire.Memory;
import io.tapline.wire.VirtioNet;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class KernelDeviceTest {
    private static final String NAMESPACE =
            "tapline-vswitch-test-" + ProcessHandle.current().pid();
    private static final int FRAME_BYTES = 60;
    private static final int TYPE = 0x88b5; // IEEE 802: for experiments

    /** Only what this test sends. */
    private static final SocketFilter FILTER = SocketFilter.of(program -> {
        program.loadHalf(12);
        program.ifEqual(TYPE, SocketFilter.Builder::accept);
    });

    @Test
    void aReceivedFrameSaysNothingOfWhatItsSlotHeldBefore() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            System.err.println("SKIPPED KernelDeviceTest: root is needed for a packet socket");
            abort("root is needed for a packet socket");
        }
        try (NetworkNamespace namespace = NetworkNamespace.create(NAMESPACE)) {
            ip("link add one type veth peer name other");
            ip("link set one up");
            ip("link set other up");
            try (PacketSocket one = namespace.call(() -> PacketSocket.open("one", FILTER));
                    PacketSocket other = namespace.call(() -> PacketSocket.open("other", FILTER));
                    FramePool pool = new FramePool(8, 2)) {
                passes(new KernelDevice(one), other, pool);
            }
        } finally {
            NetworkNamespace.delete(NAMESPACE);
        }
    }

    private static void passes(KernelDevice receiver, PacketSocket sender, FramePool pool) {
        long sent = pool.allocate();
        Frame.length(sent, FRAME_BYTES);
        VirtioNet.clear(Frame.virtioNet(sent));
        long used = pool.allocate();
        Frame.length(used, FRAME_BYTES);
        Memory.putNativeU16(Frame.virtioNet(used) + 10, 0xbeef);
        Memory.putU16(Frame.ethernet(sent) + 12, TYPE);
        pool.free(used);
        int bytes = VirtioNet.HEADER_BYTES + FRAME_BYTES;
        assertThat(sender.write(Frame.virtioNet(sent), bytes)).isEqualTo(bytes);
        long[] frames = new long[1];
        assertThat(receiver.receive(pool, frames, 0, 1)).isEqualTo(1);
        assertThat(frames[0]).as("the slot that was used before").isEqualTo(used);
        assertThat(Frame.length(frames[0])).isEqualTo(FRAME_BYTES);
        assertThat(VirtioNet.bufferCount(Frame.virtioNet(frames[0]))).isEqualTo(1);
        pool.free(frames[0]);
        receiver.releaseTo(pool);
    }

    private static void ip(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(("ip -n " + NAMESPACE + " " + command).split(" "))
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as(command).isZero();
    }
}
