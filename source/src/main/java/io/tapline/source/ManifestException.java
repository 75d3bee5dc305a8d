// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import java.util.List;
import java.util.stream.Collectors;

/** Manifests that cannot be accepted. The message has one line per error. */
public final class ManifestException extends IllegalArgumentException {
    /** All errors of some files. */
    public ManifestException(List<Problem> errors) {
        super(errors.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator())));
    }
}
