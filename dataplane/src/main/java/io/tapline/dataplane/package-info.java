@NullMarked
package io.tapline.dataplane;

import org.jspecify.annotations.NullMarked;
