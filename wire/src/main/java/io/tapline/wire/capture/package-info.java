// SPDX-License-Identifier: Apache-2.0
/**
 * Capture files: a writer of pcapng, and a reader of pcapng and classic pcap that takes any bytes. Off the data path.
 *
 * <p>Sources: draft-ietf-opsawg-pcapng (blocks and options) and draft-ietf-opsawg-pcap (the classic format).
 */
@NullMarked
package io.tapline.wire.capture;

import org.jspecify.annotations.NullMarked;
