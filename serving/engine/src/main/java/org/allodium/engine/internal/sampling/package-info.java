/// From logits to what a listener hears: the token that is drawn, its score, its text, and the
/// thread that tells it. It refuses to know how logits are computed.
@NullMarked
package org.allodium.engine.internal.sampling;

import org.jspecify.annotations.NullMarked;
