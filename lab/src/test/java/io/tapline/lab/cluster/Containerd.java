// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A containerd of the test's own, spoken to as kubelet does, by CRI (runtime.v1). CRI is gRPC, of which a test needs so
 * little that curl and a few bytes of Protocol Buffers will do.
 */
final class Containerd implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int FRAME_HEADER = 5;

    private final Path root;
    private final Process process;

    /** Starts it; it looks for plug-ins and for the configuration of networks in these directories. */
    Containerd(Path root, Path plugins, Path networks) throws IOException, InterruptedException {
        this.root = Files.createDirectories(root);
        Files.writeString(root.resolve("config.toml"), """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                [grpc]
                  address = "%1$s/c.sock"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%2$s"
                  disable_apparmor = true
                  restrict_oom_score_adj = true
                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "native"
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "%3$s"
                    conf_dir = "%4$s"
                """.formatted(root, PauseImage.NAME, plugins, networks));
        process = BackgroundProcess.start(
                List.of("containerd", "-c", root.resolve("config.toml").toString()), log(), Map.of());
        while (call("Version", new byte[0]).isEmpty()) {
            assertThat(process.isAlive())
                    .as(() -> "containerd ended: " + logText())
                    .isTrue();
            TaplineProcess.pause();
        }
        Path image = root.resolve("pause.tar");
        PauseImage.write(image);
        run("ctr", "-a", socket(), "-n", "k8s.io", "images", "import", image.toString());
    }

    private Path log() {
        return root.resolve("containerd.log");
    }

    private String logText() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String socket() {
        return root.resolve("c.sock").toString();
    }

    /** {@code RunPodSandbox}; the sandbox's id. */
    String run(String namespace, String name) throws IOException, InterruptedException {
        byte[] metadata = join(text(1, name), text(2, "uid-" + name), text(3, namespace));
        byte[] config = join(message(1, metadata), message(8, message(2, new byte[0])));
        byte[] answer = require("RunPodSandbox", message(1, config));
        return new String(field(answer, 1), UTF_8);
    }

    /** {@code PodSandboxStatus}; the sandbox's address. */
    String address(String id) throws IOException, InterruptedException {
        byte[] status = field(require("PodSandboxStatus", text(1, id)), 1);
        return new String(field(field(status, 5), 1), UTF_8);
    }

    void stop(String id) throws IOException, InterruptedException {
        require("StopPodSandbox", text(1, id));
    }

    void remove(String id) throws IOException, InterruptedException {
        require("RemovePodSandbox", text(1, id));
    }

    private byte[] require(String method, byte[] request) throws IOException, InterruptedException {
        return call(method, request)
                .orElseThrow(() -> new AssertionError(method + " failed; containerd says:\n" + logText()));
    }

    private Optional<byte[]> call(String method, byte[] request) throws IOException, InterruptedException {
        Path in = root.resolve("request");
        Path out = root.resolve("answer");
        Files.deleteIfExists(out);
        Files.write(
                in,
                ByteBuffer.allocate(FRAME_HEADER + request.length)
                        .put((byte) 0)
                        .putInt(request.length)
                        .put(request)
                        .array());
        String headers = run(
                "curl",
                "--silent",
                "--http2-prior-knowledge",
                "--unix-socket",
                socket(),
                "--header",
                "content-type: application/grpc",
                "--header",
                "te: trailers",
                "--data-binary",
                "@" + in,
                "--output",
                out.toString(),
                "--dump-header",
                "-",
                "http://localhost/runtime.v1.RuntimeService/" + method);
        if (!headers.contains("grpc-status: 0") || !Files.exists(out)) {
            return Optional.empty();
        }
        byte[] answer = Files.readAllBytes(out);
        return Optional.of(Arrays.copyOfRange(answer, FRAME_HEADER, answer.length));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }

    private static byte[] text(int number, String value) {
        return message(number, value.getBytes(UTF_8));
    }

    /** A field of bytes; ours are shorter than two megabytes. */
    private static byte[] message(int number, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((number << 3) | 2);
        int left = value.length;
        for (; left > 0x7f; left >>>= 7) {
            out.write((left & 0x7f) | 0x80);
        }
        out.write(left);
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List.of(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** The first field of bytes with this number. */
    private static byte[] field(byte[] message, int number) {
        ByteBuffer in = ByteBuffer.wrap(message);
        List<Integer> seen = new ArrayList<>();
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            seen.add(tag >>> 3);
            if ((tag & 7) == 0) {
                varint(in);
                continue;
            }
            byte[] value = new byte[(int) varint(in)];
            in.get(value);
            if (tag >>> 3 == number) {
                return value;
            }
        }
        throw new AssertionError("no field " + number + " but " + seen);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    @Override
    public void close() {
        BackgroundProcess.stop(List.of(process.toHandle()), GRACE);
    }
}
