// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.config;

/** A configuration that cannot be used: {@code FILE:LINE: KEY: what is wrong and what to do}. */
public final class ConfigFileException extends IllegalArgumentException {
    ConfigFileException(String message) {
        super(message);
    }
}
