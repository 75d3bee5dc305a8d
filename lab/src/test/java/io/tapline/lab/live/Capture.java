// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a pod's kernel receives from the switch, as {@code tcpdump} sees it: super-frames whole, checksums as given. */
final class Capture implements AutoCloseable {
    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int TIMEOUT_SECONDS = 20;

    private final Process tcpdump;

    private Capture(Process tcpdump) {
        this.tcpdump = tcpdump;
    }

    /** Starts capturing on {@code eth0}, and returns when it has begun. */
    static Capture start(String namespace, String filter) throws IOException {
        Process process = Tools.startApart(
                namespace, "tcpdump", "-n", "-Q", "in", "-i", "eth0", "-B", "65536", "-U", "-w", "-", filter);
        BufferedReader errors = process.errorReader();
        String line = errors.readLine();
        while (line != null && !line.contains("listening on")) {
            line = errors.readLine();
        }
        assertThat(line).as("tcpdump listens").isNotNull();
        return new Capture(process);
    }

    /** The frames captured up to the first that matches, this one included. */
    List<byte[]> until(Predicate<byte[]> last) throws Exception {
        CompletableFuture<List<byte[]>> frames = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                frames.complete(read(last));
            } catch (IOException e) {
                frames.completeExceptionally(e);
            }
        });
        return frames.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private List<byte[]> read(Predicate<byte[]> last) throws IOException {
        DataInputStream in = new DataInputStream(tcpdump.getInputStream());
        in.readFully(new byte[FILE_HEADER_BYTES]);
        List<byte[]> frames = new ArrayList<>();
        do {
            byte[] header = new byte[RECORD_HEADER_BYTES];
            in.readFully(header);
            byte[] frame = new byte
                    [ByteBuffer.wrap(header).order(ByteOrder.nativeOrder()).getInt(8)];
            in.readFully(frame);
            frames.add(frame);
        } while (!last.test(frames.getLast()));
        return frames;
    }

    @Override
    public void close() {
        tcpdump.destroy();
    }
}
