// SPDX-License-Identifier: Apache-2.0
/**
 * What operators see of a node: records that say in words and numbers what the agent knows, made when they are asked
 * for. They are the documents of the HTTP interface and the rows of the command line's tables; a name, once out, stays.
 */
@NullMarked
package io.tapline.agent.view;

import org.jspecify.annotations.NullMarked;
