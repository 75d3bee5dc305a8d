// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

/** Forms of output. */
enum OutputFormat {
    text,
    json
}
