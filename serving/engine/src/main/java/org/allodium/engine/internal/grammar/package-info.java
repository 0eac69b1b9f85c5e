/// Answers of a prescribed form: what token may follow, so that the text always fits a grammar. It
/// refuses to know how a token is drawn. See decision 0080.
@NullMarked
package org.allodium.engine.internal.grammar;

import org.jspecify.annotations.NullMarked;
