/// Keys and values of computed tokens in pages: who holds which page, which beginnings are shared,
/// and pages on their way to another copy of the model. It refuses to know whose turn it is.
@NullMarked
package org.allodium.engine.internal.cache;

import org.jspecify.annotations.NullMarked;
