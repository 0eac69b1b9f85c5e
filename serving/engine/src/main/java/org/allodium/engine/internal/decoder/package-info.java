/// Text generation: the step of a decoder as TorchScript, its weights and cache, sampling, and the
/// queue of requests in front of a model copy. It refuses to know who asked.
@NullMarked
package org.allodium.engine.internal.decoder;

import org.jspecify.annotations.NullMarked;
