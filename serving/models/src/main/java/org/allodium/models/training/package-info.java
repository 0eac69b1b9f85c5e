/// Trains the small decoder that comes with the product, from the facts in the resources to a model
/// directory like any other: corpus, tokenizer, weights, log, evaluation, model card. It knows the
/// engine's libraries and files, and nothing of tenants, requests or prices; no part of the running
/// product calls it. The one entry is [TrainGuide]. See decision 0040.
@NullMarked
package org.allodium.models.training;

import org.jspecify.annotations.NullMarked;
