/// Reads a model directory and checks it before any tensor is made: configuration, tensor names,
/// shapes, file lengths, tokenizer size. Every refusal names the file and the tensor or key. It
/// refuses to know PyTorch.
@NullMarked
package org.allodium.engine.internal.model;

import org.jspecify.annotations.NullMarked;
