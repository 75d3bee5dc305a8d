// SPDX-License-Identifier: Apache-2.0
/**
 * The intent: what users declared, as immutable records in the vocabulary of the Kubernetes API. Reading it from YAML
 * or from an API server is the business of {@code source}; turning it into tables that of {@code control}.
 *
 * <p>Absent and empty mean the same wherever they do in the API; where they do not, the types tell them apart. Defaults
 * of the API (protocol, policy types) are filled in by whoever reads an object, so that every record is complete.
 */
@NullMarked
package io.tapline.model;

import org.jspecify.annotations.NullMarked;
