/* Weights as files store them into the blocks that linear layers read. */
#include "linear.h"

#include <math.h>

/* Rows and inputs that are turned on their side at a time. */
enum { SIDE = 16, SLICE = 128 };

/* Numbers of a row from `at`; those that the mask leaves out are 0. */
static __m512 some(const void *from, int stored, int64_t at, __mmask16 mask) {
    if (stored == STORED_F32) {
        return _mm512_maskz_loadu_ps(mask, (const float *)from + at);
    }
    __m256i narrow = _mm256_maskz_loadu_epi16(mask, (const uint16_t *)from + at);
    return stored == STORED_F16 ? _mm512_cvtph_ps(narrow)
                                : _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(narrow), 16));
}

void numbers(float *to, const void *from, int64_t at, int64_t count, int stored) {
    for (int64_t i = 0; i < count; i += 16) {
        __mmask16 mask = lanes(count - i);
        _mm512_mask_storeu_ps(to + i, mask, some(from, stored, at + i, mask));
    }
}

/* 16 rows of 16 words, on their side. */
static void transpose(const uint32_t *from, int64_t stride, uint8_t *to, __mmask16 columns) {
    __m512i a[SIDE], b[SIDE];
    UNROLL for (int i = 0; i < 16; i++) a[i] = _mm512_load_si512(from + i * stride);
    UNROLL for (int i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
    UNROLL for (int i = 0; i < 16; i += 4) {
        UNROLL for (int j = 0; j < 2; j++) {
            a[i + 2 * j] = _mm512_unpacklo_epi64(b[i + j], b[i + j + 2]);
            a[i + 2 * j + 1] = _mm512_unpackhi_epi64(b[i + j], b[i + j + 2]);
        }
    }
    UNROLL for (int i = 0; i < 4; i++) {
        b[i] = _mm512_shuffle_i32x4(a[i], a[i + 4], 0x88);
        b[i + 4] = _mm512_shuffle_i32x4(a[i], a[i + 4], 0xdd);
        b[i + 8] = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0x88);
        b[i + 12] = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0xdd);
    }
    UNROLL for (int i = 0; i < 8; i++) {
        __m512i low = _mm512_shuffle_i32x4(b[i], b[i + 8], 0x88);
        __m512i high = _mm512_shuffle_i32x4(b[i], b[i + 8], 0xdd);
        _mm512_mask_storeu_epi32(to + i * COLUMNS * 4, columns, low);
        _mm512_mask_storeu_epi32(to + (i + 8) * COLUMNS * 4, columns, high);
    }
}

static float largest(const void *from, int stored, int64_t at, int64_t count) {
    __m512 most = _mm512_setzero_ps();
    for (int64_t k = 0; k < count; k += 16) {
        most = _mm512_max_ps(most, _mm512_abs_ps(some(from, stored, at + k, lanes(count - k))));
    }
    return _mm512_reduce_max_ps(most);
}

/* A slice of a row, which are `count` numbers from `at`, as the words that a block has in a column. */
static void words16(const void *from, int stored, int64_t at, int64_t count, uint32_t *words) {
    for (int64_t k = 0; k < SLICE; k += 16) {
        __m512i bits = _mm512_castps_si512(some(from, stored, at + k, lanes(count - k)));
        __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
        bits = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
        _mm256_store_si256((__m256i *)(words + k / 2), _mm512_cvtepi32_epi16(_mm512_srli_epi32(bits, 16)));
    }
}

static void words8(const void *from, int stored, int64_t at, int64_t count, float inverse,
                   uint32_t *words) {
    for (int64_t k = 0; k < SLICE; k += 16) {
        __m512 v = some(from, stored, at + k, lanes(count - k));
        __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(v, _mm512_set1_ps(inverse)));
        whole = _mm512_add_epi32(whole, _mm512_set1_epi32(128));
        _mm_store_si128((__m128i *)(words + k / 4), _mm512_cvtepi32_epi8(whole));
    }
}

static float error4(const __m512 *group, float inverse, float scale) {
    __m512 error = _mm512_setzero_ps();
    UNROLL for (int k = 0; k < GROUP4 / 16; k++) {
        __m512 q = _mm512_mul_ps(group[k], _mm512_set1_ps(inverse));
        q = _mm512_roundscale_ps(q, _MM_FROUND_TO_NEAREST_INT);
        q = _mm512_min_ps(_mm512_max_ps(q, _mm512_set1_ps(-8)), _mm512_set1_ps(7));
        __m512 d = _mm512_fnmadd_ps(q, _mm512_set1_ps(scale), group[k]);
        error = _mm512_fmadd_ps(d, d, error);
    }
    return _mm512_reduce_add_ps(error);
}

/* The scale of a group with the least squared error of a few that map its extreme near -8. */
static float scale4(const __m512 *group) {
    __m512 most = group[0], least = group[0];
    UNROLL for (int k = 1; k < GROUP4 / 16; k++) {
        most = _mm512_max_ps(most, group[k]);
        least = _mm512_min_ps(least, group[k]);
    }
    float high = _mm512_reduce_max_ps(most), low = _mm512_reduce_min_ps(least);
    float extreme = high > -low ? high : low;
    if (extreme == 0) {
        return 1e-9f;
    }
    enum { CANDIDATES = 6 };
    const __m512 steps = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    __m512 targets = _mm512_fmadd_ps(steps, _mm512_set1_ps(0.4f), _mm512_set1_ps(-8.4f));
    __m512 scales = _mm512_div_ps(_mm512_set1_ps(extreme), targets);
    scales = _mm512_cvtph_ps(_mm512_cvtps_ph(scales, _MM_FROUND_TO_NEAREST_INT));
    float scale[16], inverse[16], best = 0, error = INFINITY;
    _mm512_storeu_ps(scale, scales);
    _mm512_storeu_ps(inverse, _mm512_div_ps(_mm512_set1_ps(1), scales));
    for (int i = 0; i < CANDIDATES; i++) {
        float e = scale[i] == 0 ? INFINITY : error4(group, inverse[i], scale[i]);
        if (e < error) {
            error = e;
            best = scale[i];
        }
    }
    return best == 0 ? copysignf(6e-8f, extreme) : best;
}

/* One group; its scale comes back. */
static float words4(const void *from, int stored, int64_t at, int64_t count, uint32_t *words) {
    __m512 group[GROUP4 / 16];
    UNROLL for (int k = 0; k < GROUP4; k += 16) {
        group[k / 16] = some(from, stored, at + k, lanes(count - k));
    }
    float scale = scale4(group);
    __m512 inverse = _mm512_set1_ps(1 / scale);
    for (int k = 0; k < GROUP4; k += 16) {
        __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(group[k / 16], inverse));
        whole = _mm512_add_epi32(whole, _mm512_set1_epi32(8));
        whole = _mm512_min_epi32(_mm512_max_epi32(whole, _mm512_setzero_si512()), _mm512_set1_epi32(15));
        /* Inputs 4 to 7 of each eight into the high halves of 0 to 3. */
        __m128i bytes = _mm512_cvtepi32_epi8(whole);
        bytes = _mm_or_si128(bytes, _mm_slli_epi64(_mm_srli_epi64(bytes, 32), 4));
        bytes = _mm_shuffle_epi32(bytes, 0x08);
        _mm_storel_epi64((__m128i *)(words + k / 8), bytes);
    }
    return scale;
}

/* Up to 16 outputs that have their columns beside each other in one block. */
static void pack(Linear *l, int64_t at, int rows, const void *from, int stored) {
    _Alignas(64) uint32_t words[SIDE * SLICE / 2];
    int64_t inputs = l->inputs, per_word = l->bits == 16 ? 2 : l->bits == 8 ? 4 : 8;
    int64_t slice = l->bits == 4 ? GROUP4 : SLICE, stride = l->bits == 4 ? SIDE : slice / per_word;
    uint8_t *block = l->weights + at / COLUMNS * l->block_bytes;
    __mmask16 columns = lanes(rows);
    float inverse[SIDE];
    memset(words, 0, sizeof words);
    for (int r = 0; l->bits == 8 && r < rows; r++) {
        float most = largest(from, stored, r * inputs, inputs);
        l->scales[at + r] = (most > 1e-9f ? most : 1e-9f) / 127;
        inverse[r] = 1 / l->scales[at + r];
    }
    for (int64_t k = 0; k < inputs; k += slice) {
        uint8_t *to = block + k / per_word * COLUMNS * 4;
        if (l->bits == 4) {
            to = block + k / GROUP4 * GROUP4_BYTES + COLUMNS * 2;
        }
        for (int r = 0; r < rows; r++) {
            uint32_t *row = words + r * stride;
            int64_t first = r * inputs + k, count = inputs - k;
            if (l->bits == 16) {
                words16(from, stored, first, count, row);
            } else if (l->bits == 8) {
                words8(from, stored, first, count, inverse[r], row);
            } else {
                float scale = words4(from, stored, first, count, row);
                uint16_t half = _cvtss_sh(scale, 0);
                memcpy(to - COLUMNS * 2 + (at % COLUMNS + r) * sizeof half, &half, sizeof half);
            }
        }
        /* The last slice ends where the block does. */
        int64_t left = (l->padded - k < slice ? l->padded - k : slice) / per_word;
        for (int64_t w = 0; w < left; w += SIDE) {
            int some_words = left - w < SIDE;
            _Alignas(64) uint8_t room[SIDE * COLUMNS * 4];
            uint8_t *target = to + w * COLUMNS * 4 + at % COLUMNS * 4;
            transpose(words + w, stride, some_words ? room : target, columns);
            for (int64_t i = 0; some_words && i < left - w; i++) {
                memcpy(target + i * COLUMNS * 4, room + i * COLUMNS * 4, rows * 4);
            }
        }
    }
}

void linear_pack(Linear *l, int64_t at, int64_t rows, const void *from, int stored) {
    int64_t bytes = l->inputs * (stored == STORED_F32 ? 4 : 2);
    for (int64_t done = 0; done < rows;) {
        int64_t in_block = COLUMNS - (at + done) % COLUMNS, left = rows - done;
        int64_t count = left < SIDE ? left : SIDE;
        count = count < in_block ? count : in_block;
        pack(l, at + done, (int)count, (const char *)from + done * bytes, stored);
        done += count;
    }
}
