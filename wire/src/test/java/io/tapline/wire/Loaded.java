// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** Bytes in memory of exactly their size, so that in checked mode a read of one byte more is an error. */
record Loaded(Region region) implements AutoCloseable {
    static Loaded of(byte[] bytes) {
        Region region = Region.allocate("test bytes", Math.max(1, bytes.length));
        Memory.copyIn(bytes, 0, region.address(), bytes.length);
        return new Loaded(region);
    }

    static Loaded zeros(int length) {
        return of(new byte[length]);
    }

    long address() {
        return region.address();
    }

    byte[] bytes() {
        return Memory.bytes(region.address(), (int) region.byteSize());
    }

    @Override
    public void close() {
        region.close();
    }
}
