// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

/**
 * A configuration that cannot be applied. The message names the object, the field and the remedy; nothing was changed.
 */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** An error with its one clear message. */
    public ConfigException(String message) {
        super(message);
    }
}
