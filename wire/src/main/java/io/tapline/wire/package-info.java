@NullMarked
package io.tapline.wire;

import org.jspecify.annotations.NullMarked;
