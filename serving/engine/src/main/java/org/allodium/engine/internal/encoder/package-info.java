/// Sentence embeddings by BERT encoders. It refuses to know what the vectors are for.
@NullMarked
package org.allodium.engine.internal.encoder;

import org.jspecify.annotations.NullMarked;
