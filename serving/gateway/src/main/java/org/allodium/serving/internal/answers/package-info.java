/// The way of a request from its arrival to its settlement, and what is kept of its answer.
@NullMarked
package org.allodium.serving.internal.answers;

import org.jspecify.annotations.NullMarked;
