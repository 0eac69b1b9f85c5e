/// Between tokens and text: encoding without smuggled control tokens, decoding a growing sequence
/// without splitting a character, stop strings. It refuses to know models.
@NullMarked
package org.allodium.engine.internal.text;

import org.jspecify.annotations.NullMarked;
