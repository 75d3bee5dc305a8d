// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.Set;

/**
 * Where frames come from and go to: a {@link Tap} or a {@link PacketSocket}. Each frame, read or written, starts with
 * the {@value #VNET_HEADER_LENGTH}-byte {@code virtio_net_hdr_v1}, in the machine's byte order, in front of the
 * Ethernet header; a read leaves its last field, {@code num_buffers}, as it finds it. The descriptor never blocks.
 *
 * <p>Threading: at any moment one thread may read and one may write, the same or another.
 */
public sealed interface FrameDevice extends AutoCloseable permits Tap, PacketSocket {
    /** Bytes of the vnet header. */
    int VNET_HEADER_LENGTH = 12;

    /** The descriptor, owned by this object, for epoll. */
    int fd();

    /**
     * Reads one frame to {@code length} bytes at {@code address} and what does not fit there to {@code overflowLength}
     * bytes at {@code overflow}; returns the length of both parts together or a negated {@link Errno}.
     */
    int readv(long address, int length, long overflow, int overflowLength);

    /** Writes the frame of {@code length} bytes at {@code address}; returns its length or a negated {@link Errno}. */
    int write(long address, int length);

    /** What frames may leave to the kernel, or to who is behind it. */
    Set<TapOffload> offloads();

    @Override
    void close();
}
