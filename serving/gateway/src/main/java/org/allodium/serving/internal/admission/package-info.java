/// Whether a request may go on: its rate, its place among others, its permission to be where it is.
@NullMarked
package org.allodium.serving.internal.admission;

import org.jspecify.annotations.NullMarked;
