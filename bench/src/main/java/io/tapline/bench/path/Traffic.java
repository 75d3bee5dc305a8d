// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import io.tapline.linux.Affinity;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.BitSet;
import org.HdrHistogram.Histogram;

/** The three kinds of traffic, each for some time over one path. Sender and receiver are threads of this process. */
final class Traffic {
    private static final int STREAM_BUFFER_BYTES = 128 << 10;
    /** A 64-byte Ethernet frame, less the headers of Ethernet, IPv4 and UDP. */
    private static final int UDP_PAYLOAD_BYTES = 64 - 14 - 20 - 8;

    private static final int WARM_UP_PART = 4;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int HISTOGRAM_DIGITS = 3;

    private final Testbed testbed;
    private final long nanos;
    private final Cpu cpu = new Cpu();

    /** Bytes that arrived per second, and seconds of CPU time per byte. */
    record Streamed(double bytesPerSecond, double cpuSecondsPerByte) {}

    /**
     * Traffic that is measured for {@code nanos} each, after a quarter of that to get going.
     *
     * @param nanos nanoseconds
     */
    Traffic(Testbed testbed, long nanos) {
        this.testbed = testbed;
        this.nanos = nanos;
    }

    /** One-way TCP from the client, over several connections at once. */
    Streamed tcp(BenchPath path, int streams) throws IOException {
        try (Workers workers = new Workers();
                ServerSocketChannel listener = Sockets.listen(testbed, path)) {
            Count[] received = new Count[streams];
            for (int i = 0; i < streams; i++) {
                SocketChannel sender = workers.own(Sockets.connect(testbed, path));
                SocketChannel receiver = workers.own(listener.accept());
                Count count = new Count();
                received[i] = count;
                workers.start("receiver", () -> receive(receiver, count));
                workers.start("sender", () -> send(sender));
            }
            workers.work(nanos / WARM_UP_PART);
            double cpuBefore = cpu.seconds();
            long bytesBefore = sum(received);
            long start = System.nanoTime();
            workers.work(nanos);
            long bytes = sum(received) - bytesBefore;
            double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
            double cpuSeconds = cpu.seconds() - cpuBefore;
            return new Streamed(bytes / seconds, cpuSeconds / Math.max(1, bytes));
        }
    }

    /** UDP as fast as the client can send; packets that arrive per second. */
    double udp(BenchPath path) throws IOException {
        try (Workers workers = new Workers()) {
            DatagramChannel receiver = workers.own(Sockets.udpServer(testbed, path));
            DatagramChannel sender = workers.own(Sockets.udpClient(testbed, path));
            Count received = new Count();
            workers.start("receiver", () -> receivePackets(receiver, received));
            workers.start("sender", () -> sendPackets(sender));
            workers.work(nanos / WARM_UP_PART);
            long before = received.value();
            long start = System.nanoTime();
            workers.work(nanos);
            long packets = received.value() - before;
            return packets * NANOS_PER_SECOND / (System.nanoTime() - start);
        }
    }

    /**
     * As {@link #roundTrips}, with both ends and the switch's worker on one processor: no wake-up crosses to another.
     */
    Histogram roundTripsOnOneCpu(BenchPath path) throws IOException {
        BitSet all = Affinity.allowedCpus();
        BitSet one = new BitSet();
        one.set(all.nextSetBit(0));
        Affinity.restrict(one); // threads inherit it
        testbed.restrictWorker(one);
        try {
            return roundTrips(path);
        } finally {
            testbed.restrictWorker(all);
            Affinity.restrict(all);
        }
    }

    /** One byte there and back over TCP, one at a time, on whatever processors the kernel chooses; nanoseconds. */
    Histogram roundTrips(BenchPath path) throws IOException {
        try (Workers workers = new Workers();
                ServerSocketChannel listener = Sockets.listen(testbed, path)) {
            SocketChannel client = workers.own(Sockets.connect(testbed, path));
            SocketChannel server = workers.own(listener.accept());
            server.setOption(StandardSocketOptions.TCP_NODELAY, true);
            workers.start("echo", () -> echo(server));
            ByteBuffer buffer = ByteBuffer.allocateDirect(1);
            roundTrips(client, buffer, nanos / WARM_UP_PART);
            return roundTrips(client, buffer, nanos);
        }
    }

    private static Histogram roundTrips(SocketChannel channel, ByteBuffer buffer, long duration) throws IOException {
        Histogram histogram = new Histogram(HISTOGRAM_DIGITS);
        long start = System.nanoTime();
        long before = start;
        while (before - start < duration) {
            roundTrip(channel, buffer);
            long now = System.nanoTime();
            histogram.recordValue(now - before);
            before = now;
        }
        return histogram;
    }

    private static void roundTrip(SocketChannel channel, ByteBuffer buffer) throws IOException {
        channel.write(buffer.clear());
        if (channel.read(buffer.clear()) < 0) {
            throw new IOException("the connection was closed");
        }
    }

    private static void echo(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        while (channel.read(buffer.clear()) > 0) {
            channel.write(buffer.flip());
        }
    }

    private static void send(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(STREAM_BUFFER_BYTES);
        while (channel.isOpen()) {
            channel.write(buffer.clear());
        }
    }

    private static void receive(SocketChannel channel, Count received) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(STREAM_BUFFER_BYTES);
        int bytes = channel.read(buffer);
        while (bytes >= 0) {
            received.add(bytes);
            bytes = channel.read(buffer.clear());
        }
    }

    private static void sendPackets(DatagramChannel channel) throws IOException {
        ByteBuffer payload = ByteBuffer.allocateDirect(UDP_PAYLOAD_BYTES);
        while (channel.isOpen()) {
            channel.write(payload.clear());
        }
    }

    private static void receivePackets(DatagramChannel channel, Count received) throws IOException {
        ByteBuffer payload = ByteBuffer.allocateDirect(UDP_PAYLOAD_BYTES);
        while (channel.isOpen()) {
            if (channel.read(payload.clear()) == UDP_PAYLOAD_BYTES) {
                received.add(1);
            }
        }
    }

    private static long sum(Count[] counts) {
        long sum = 0;
        for (Count count : counts) {
            sum += count.value();
        }
        return sum;
    }
}
