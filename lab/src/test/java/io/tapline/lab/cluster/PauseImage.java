// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An image that does nothing for ever, which every pod sandbox needs: an OCI layout in a tar file, with one program of
 * a few instructions for x86-64.
 */
final class PauseImage {
    static final String NAME = "tapline.test/pause:1";

    private static final int BLOCK = 512;
    private static final int PROGRAM_HEADER = 64;
    private static final int CODE = PROGRAM_HEADER + 56;
    private static final long BASE = 0x40_0000;
    /** mov eax, 34 (pause); syscall; jmp to the first of them. */
    private static final byte[] INSTRUCTIONS = {(byte) 0xb8, 34, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7};

    private PauseImage() {}

    static void write(Path file) throws IOException {
        Tar layerTar = new Tar();
        layerTar.add("pause", program());
        byte[] layer = layerTar.bytes();
        byte[] config = utf8("""
                {"architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/pause"]},
                 "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}""".formatted(sha256(layer)));
        String parts = "\"config\": %s, \"layers\": [%s]"
                .formatted(descriptor("config.v1+json", config, ""), descriptor("layer.v1.tar", layer, ""));
        byte[] manifest = utf8("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                 %s}""".formatted(parts));
        String name = ", \"annotations\": {\"io.containerd.image.name\": \"" + NAME + "\"}";
        byte[] index = utf8("{\"schemaVersion\": 2, \"manifests\": [%s]}"
                .formatted(descriptor("manifest.v1+json", manifest, name)));
        Tar tar = new Tar();
        tar.add("oci-layout", utf8("{\"imageLayoutVersion\": \"1.0.0\"}"));
        tar.add("index.json", index);
        for (byte[] blob : new byte[][] {layer, config, manifest}) {
            tar.add("blobs/sha256/" + sha256(blob), blob);
        }
        Files.write(file, tar.bytes());
    }

    private static String descriptor(String type, byte[] blob, String more) {
        return "{\"mediaType\": \"application/vnd.oci.image.%s\", \"digest\": \"sha256:%s\", \"size\": %d%s}"
                .formatted(type, sha256(blob), blob.length, more);
    }

    /** elf(5): a header, one loadable segment, and the code behind them. */
    private static byte[] program() {
        int size = CODE + INSTRUCTIONS.length;
        ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        elf.putShort((short) 2).putShort((short) 62).putInt(1).putLong(BASE + CODE);
        elf.putLong(PROGRAM_HEADER).putLong(0).putInt(0);
        elf.putShort((short) 64).putShort((short) 56).putShort((short) 1).position(PROGRAM_HEADER);
        elf.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE);
        elf.putLong(size).putLong(size).putLong(0x1000);
        return elf.put(INSTRUCTIONS).array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A tar file (POSIX ustar) of regular files, all executable. */
    private static final class Tar {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void add(String name, byte[] content) {
            ByteBuffer header = ByteBuffer.allocate(BLOCK);
            header.put(utf8(name)).position(100);
            header.put(utf8("0000755\0" + "0000000\0" + "0000000\0"));
            header.put(utf8("%011o\0%011o\0".formatted(content.length, 0)));
            header.put(utf8("        0")).position(257);
            header.put(utf8("ustar\00000"));
            int sum = 0;
            for (byte b : header.array()) {
                sum += b & 0xff;
            }
            header.put(148, utf8("%06o\0 ".formatted(sum)));
            out.writeBytes(header.array());
            out.writeBytes(content);
            out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        }

        byte[] bytes() {
            out.writeBytes(new byte[2 * BLOCK]);
            return out.toByteArray();
        }
    }
}
