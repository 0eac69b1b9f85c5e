package org.allodium.models.training;

/// Rows of token ids, what should follow each of them, and how much each guess counts.
/// Plain arrays, since they go to native memory as they are; batches are never compared.
@SuppressWarnings("ArrayRecordComponent")
record Batch(int rows, int length, long[] ids, long[] targets, float[] weights) {}
