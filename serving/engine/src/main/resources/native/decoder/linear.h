/* What the two ways of computing a linear layer share. */
#ifndef ALLODIUM_LINEAR_H
#define ALLODIUM_LINEAR_H

#include "decoder.h"

enum { GROUP8 = 128, GROUP4 = 64, GROUP4_BYTES = COLUMNS * 2 + COLUMNS * GROUP4 / 2 };

/* Spreads a piece of 4-bit weights into bytes, once for many rows. */
void unpack4(const uint8_t *w, int64_t groups, uint8_t *to);

/* As linear_block, without what comes after the sums. */
void block_by_vectors(const Linear *linear, const Input *input, int64_t block, int64_t row,
                      int64_t rows, float *out, const uint8_t *next);

/* Adds a register of a group's numbers, scaled, to the results. Both ways do it by this, in the
   same order, so that they come to the same to the last bit. */
INLINE void add_group(__m512 v, __m512 scale, int64_t group, float *at) {
    __m512 before = group ? _mm512_load_ps(at) : _mm512_setzero_ps();
    _mm512_store_ps(at, _mm512_fmadd_ps(v, scale, before));
}

#endif
