/// Where models run: a place in a queue, and what takes turns there.
@NullMarked
package org.allodium.serving.internal.pools;

import org.jspecify.annotations.NullMarked;
