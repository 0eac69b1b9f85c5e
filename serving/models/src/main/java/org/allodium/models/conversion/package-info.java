/// Reads initialisers and node wiring out of an ONNX file, as far as turning one BERT encoder into
/// a Hugging Face directory needs it. It refuses to run anything.
@NullMarked
package org.allodium.models.conversion;

import org.jspecify.annotations.NullMarked;
