@NullMarked
package io.tapline.linux;

import org.jspecify.annotations.NullMarked;
