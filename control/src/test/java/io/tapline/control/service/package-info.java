// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.control.service;

import org.jspecify.annotations.NullMarked;
