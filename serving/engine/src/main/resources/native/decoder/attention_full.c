/* Attention without a direction: every token of an input looks at all of them. */
#include "encoder.h"

#include <math.h>

/* 16 rows of 16 numbers, on their side. */
INLINE void transpose(float *to, const float *from, int64_t stride, int rows) {
    __m512 a[16], b[16];
    UNROLL for (int i = 0; i < 16; i++) a[i] = i < rows ? _mm512_loadu_ps(from + i * stride) : _mm512_setzero_ps();
    UNROLL for (int i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_ps(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_ps(a[i], a[i + 1]);
    }
    UNROLL for (int i = 0; i < 16; i += 4) {
        UNROLL for (int j = 0; j < 2; j++) {
            __m512d low = _mm512_castps_pd(b[i + j]), high = _mm512_castps_pd(b[i + j + 2]);
            a[i + 2 * j] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
            a[i + 2 * j + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
        }
    }
    UNROLL for (int i = 0; i < 4; i++) {
        b[i] = _mm512_shuffle_f32x4(a[i], a[i + 4], 0x88);
        b[i + 4] = _mm512_shuffle_f32x4(a[i], a[i + 4], 0xdd);
        b[i + 8] = _mm512_shuffle_f32x4(a[i + 8], a[i + 12], 0x88);
        b[i + 12] = _mm512_shuffle_f32x4(a[i + 8], a[i + 12], 0xdd);
    }
    UNROLL for (int i = 0; i < 8; i++) {
        _mm512_storeu_ps(to + i * 16, _mm512_shuffle_f32x4(b[i], b[i + 8], 0x88));
        _mm512_storeu_ps(to + (i + 8) * 16, _mm512_shuffle_f32x4(b[i], b[i + 8], 0xdd));
    }
}

/* Weights of all keys for up to eight queries, and what 1 over their sums is. */
static void weigh(const float **queries, const float *keys, int64_t length, int64_t width,
                  float scale, float *weights, int64_t stride, float *shares) {
    int64_t blocks = (length + LANES - 1) / LANES;
    __m512 highest[QUERIES];
    UNROLL for (int r = 0; r < QUERIES; r++) highest[r] = _mm512_set1_ps(-INFINITY);
    for (int64_t b = 0; b < blocks; b++) {
        __m512 sum[QUERIES];
        UNROLL for (int r = 0; r < QUERIES; r++) sum[r] = _mm512_setzero_ps();
        for (int64_t i = 0; i < width; i++) {
            __m512 k = _mm512_loadu_ps(keys + (b * width + i) * LANES);
            UNROLL for (int r = 0; r < QUERIES; r++) sum[r] = _mm512_fmadd_ps(k, _mm512_set1_ps(queries[r][i]), sum[r]);
        }
        int64_t left = length - b * LANES;
        __mmask16 real = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
        UNROLL for (int r = 0; r < QUERIES; r++) {
            sum[r] = _mm512_mask_mul_ps(_mm512_set1_ps(-INFINITY), real, sum[r], _mm512_set1_ps(scale));
            highest[r] = _mm512_max_ps(highest[r], sum[r]);
            _mm512_storeu_ps(weights + r * stride + b * LANES, sum[r]);
        }
    }
    for (int r = 0; r < QUERIES; r++) {
        __m512 top = _mm512_set1_ps(_mm512_reduce_max_ps(highest[r])), total = _mm512_setzero_ps();
        for (int64_t b = 0; b < blocks; b++) {
            float *at = weights + r * stride + b * LANES;
            __m512 score = _mm512_loadu_ps(at);
            __mmask16 real = _mm512_cmp_ps_mask(score, _mm512_set1_ps(-INFINITY), _CMP_GT_OQ);
            __m512 weight = _mm512_maskz_mov_ps(real, exp2_ps(_mm512_sub_ps(score, top)));
            total = _mm512_add_ps(total, weight);
            _mm512_storeu_ps(at, weight);
        }
        shares[r] = 1 / _mm512_reduce_add_ps(total);
    }
}

void attention_full(const FullAttention *g) {
    const float *joined = g->joined, *keys = joined + g->hidden, *values = keys + g->hidden;
    int64_t h = g->hidden, width = g->width, length = g->length;
    int64_t stride = (length + LANES - 1) / LANES * LANES;
    float *turned = g->room, *weights = turned + stride * width, *out = g->out;
    for (int64_t t = 0; t < length; t += LANES) {
        int rows = length - t < LANES ? (int)(length - t) : LANES;
        for (int64_t i = 0; i < width; i += LANES) {
            transpose(turned + t * width + i * LANES, keys + t * 3 * h + i, 3 * h, rows);
        }
    }
    float scale = 1.44269504f / sqrtf(width);
    for (int64_t t = 0; t < length; t += QUERIES) {
        const float *queries[QUERIES];
        float shares[QUERIES];
        int count = length - t < QUERIES ? (int)(length - t) : QUERIES;
        for (int r = 0; r < QUERIES; r++) {
            queries[r] = joined + (t + (r < count ? r : count - 1)) * 3 * h;
        }
        weigh(queries, turned, length, width, scale, weights, stride, shares);
        for (int64_t i = 0; i < width; i += LANES) {
            __m512 sum[QUERIES];
            UNROLL for (int r = 0; r < QUERIES; r++) sum[r] = _mm512_setzero_ps();
            for (int64_t s = 0; s < length; s++) {
                __m512 v = _mm512_loadu_ps(values + s * 3 * h + i);
                UNROLL for (int r = 0; r < QUERIES; r++) sum[r] = _mm512_fmadd_ps(v, _mm512_set1_ps(weights[r * stride + s]), sum[r]);
            }
            for (int r = 0; r < count; r++) {
                _mm512_storeu_ps(out + (t + r) * h + i, _mm512_mul_ps(sum[r], _mm512_set1_ps(shares[r])));
            }
        }
    }
}
