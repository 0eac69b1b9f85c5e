/// Checks a model directory before any tensor is made: configuration, tensor names, shapes, file
/// lengths, tokenizer size. A refusal names the file and the tensor or key. It knows no PyTorch.
@NullMarked
package org.allodium.engine.internal.model;

import org.jspecify.annotations.NullMarked;
