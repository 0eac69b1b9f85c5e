/// The door to text generation: a request becomes a sequence, for which scheduler, cache, kernel
/// and sampling do the work.
@NullMarked
package org.allodium.engine.internal.decoder;

import org.jspecify.annotations.NullMarked;
