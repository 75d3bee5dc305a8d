// SPDX-License-Identifier: Apache-2.0
/**
 * What Tapline needs of the Linux kernel, bound with the foreign function API: TAP devices, network namespaces, the
 * route netlink socket, epoll, eventfd, CPU affinity, interface offloads and network sysctls.
 *
 * <p>Two dialects. {@link io.tapline.linux.Tap}, {@link io.tapline.linux.Epoll} and {@link io.tapline.linux.EventFd}
 * have calls for the data path, which neither allocate nor throw. Everything else is for the control plane and throws
 * {@link io.tapline.linux.LinuxException}.
 *
 * <p>Runs on 64-bit Linux (x86_64, aarch64); the JVM needs {@code --enable-native-access}.
 */
@NullMarked
package io.tapline.linux;

import org.jspecify.annotations.NullMarked;
