/// The door to text generation: requests become sequences for scheduler, cache, kernel, sampling.
@NullMarked
package org.allodium.engine.internal.decoder;

import org.jspecify.annotations.NullMarked;
