/// Slow, plain Java computations of the model families, written from the papers' formulas in double
/// precision, and a writer of small random models. They exist to check the engine, so they use
/// nothing of it: not its readers, not its configuration classes. Speed is no aim.
@NullMarked
package org.allodium.engine.reference;

import org.jspecify.annotations.NullMarked;
