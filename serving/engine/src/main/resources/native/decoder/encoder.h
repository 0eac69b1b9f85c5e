#ifndef ALLODIUM_ENCODER_H
#define ALLODIUM_ENCODER_H

#include "decoder.h"

enum { QUERIES = 8, LANES = 16 };

/* One head of one input, whose queries, keys and values stand beside each other in `joined`, each
   `hidden` numbers wide for all heads. `room` has (length + LANES) * (width + QUERIES) floats. */
typedef struct {
    const float *joined;
    float *out, *room;
    int64_t length, hidden, width;
} FullAttention;

void attention_full(const FullAttention *one);

#endif
