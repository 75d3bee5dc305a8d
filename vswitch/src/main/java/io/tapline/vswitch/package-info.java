// SPDX-License-Identifier: Apache-2.0
/**
 * The switch on a real machine: TAPs and packet sockets as its devices, and the worker thread that runs it. The one
 * room that knows both the data plane, which knows no operating system, and Linux, which knows no packets.
 */
@NullMarked
package io.tapline.vswitch;

import org.jspecify.annotations.NullMarked;
