// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.List;

/** Requests to the route netlink socket failed. The message is about the first and says how many more there are. */
public final class RtnetlinkException extends LinuxException {
    static final String CALL = "rtnetlink";

    private final transient List<Outcome> failures;

    /**
     * @param failures what failed, at least one
     * @param batchSize how many requests were applied together
     * @param namespace where, for the message
     */
    RtnetlinkException(List<Outcome> failures, int batchSize, String namespace) {
        super(
                CALL,
                object(failures.getFirst(), batchSize, namespace),
                failures.getFirst().errno(),
                advice(failures));
        this.failures = List.copyOf(failures);
    }

    /** What failed, in the order of the batch, at least one. All other requests of the batch were applied. */
    public List<Outcome> failures() {
        return failures;
    }

    private static String object(Outcome first, int batchSize, String namespace) {
        String place = batchSize == 1 ? "" : "request " + (first.position() + 1) + " of " + batchSize + ", ";
        return first.request() + " (" + place + namespace + ")";
    }

    private static String advice(List<Outcome> failures) {
        Outcome first = failures.getFirst();
        StringBuilder text = new StringBuilder();
        if (!first.kernelText().isEmpty()) {
            text.append("the kernel says \"").append(first.kernelText()).append('"');
        }
        String remedy = Remedy.of(CALL, first.request().toString(), first.errno());
        text.append(text.isEmpty() || remedy.isEmpty() ? "" : "; ").append(remedy);
        if (failures.size() > 1) {
            text.append(text.isEmpty() ? "" : "; ").append("further failures: ").append(failures.size() - 1);
        }
        return text.toString();
    }
}
