// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/**
 * What became of one request of a batch.
 *
 * @param position its place in the batch, from 0
 * @param request what was asked for
 * @param errno 0 if it was applied, else see {@link Errno}
 * @param kernelText the kernel's explanation, often empty
 */
public record Outcome(int position, Request request, int errno, String kernelText) {
    /** Whether the request was applied. */
    public boolean isApplied() {
        return errno == 0;
    }
}
