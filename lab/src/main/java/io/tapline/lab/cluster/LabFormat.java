// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

/** Forms of output. */
enum LabFormat {
    text,
    json
}
