// SPDX-License-Identifier: Apache-2.0
/**
 * Views over packet memory: header fields by address, total validators (any bytes in, an error code out, never a
 * throw), checksums, and capture files. Nothing here allocates per packet, and nothing here knows of a switch.
 *
 * <p>Addresses are plain {@code long}s into memory obtained from {@link io.tapline.wire.Memory}; multi-byte header
 * fields are read and written in network order.
 */
@NullMarked
package io.tapline.wire;

import org.jspecify.annotations.NullMarked;
