/// How a step is computed: a decoder's weights and cache in PyTorch's operators or own machine
/// code, and which of the two a model copy gets. It refuses to know whose sequences they are.
@NullMarked
package org.allodium.engine.internal.kernel;

import org.jspecify.annotations.NullMarked;
