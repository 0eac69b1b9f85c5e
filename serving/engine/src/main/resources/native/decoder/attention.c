#include "decoder.h"

#include <math.h>

/* Keys of a page lie as pairs of dimensions of 16 positions, values as pairs of positions of all
   dimensions: both products read them straight. */
enum { KEYS = 128, KEY_ROWS = 12 };

/* Rows stand close behind each other: at a stride of 1 KB they would share a few sets of the first
   cache. */
typedef struct {
    float q[QUERY_ROWS * MAX_DIMENSIONS];
    float o[QUERY_ROWS * MAX_DIMENSIONS];
    float s[QUERY_ROWS][KEYS + PAGE];
    float most[QUERY_ROWS], sum[QUERY_ROWS];
} Tile;

INLINE void scores(const int R, Tile *t, int row, const uint16_t *k0, const uint16_t *k1, int d,
                   int column) {
    __m512 s[KEY_ROWS][2];
    UNROLL for (int r = 0; r < R; r++) s[r][0] = s[r][1] = _mm512_setzero_ps();
    for (int i = 0; i < d; i += 2) {
        __m512i a = _mm512_load_si512(k0 + i * PAGE), b = _mm512_load_si512(k1 + i * PAGE);
        __m512 a0 = low_bf16(a), b0 = low_bf16(b), a1 = high_bf16(a), b1 = high_bf16(b);
        UNROLL for (int r = 0; r < R; r++) {
            __m512 x = _mm512_set1_ps(t->q[(row + r) * d + i]), y = _mm512_set1_ps(t->q[(row + r) * d + i + 1]);
            s[r][0] = _mm512_fmadd_ps(a1, y, _mm512_fmadd_ps(a0, x, s[r][0]));
            s[r][1] = _mm512_fmadd_ps(b1, y, _mm512_fmadd_ps(b0, x, s[r][1]));
        }
    }
    UNROLL for (int r = 0; r < R; r++) {
        _mm512_storeu_ps(&t->s[row + r][column], s[r][0]);
        _mm512_storeu_ps(&t->s[row + r][column + PAGE], s[r][1]);
    }
}

static void scores_of(Tile *t, int rows, const uint16_t *k0, const uint16_t *k1, int d, int column) {
    int row = 0;
    for (; row + KEY_ROWS <= rows; row += KEY_ROWS) {
        scores(KEY_ROWS, t, row, k0, k1, d, column);
    }
    for (; row + 4 <= rows; row += 4) {
        scores(4, t, row, k0, k1, d, column);
    }
    switch (rows - row) {
        case 3: scores(3, t, row, k0, k1, d, column); break;
        case 2: scores(2, t, row, k0, k1, d, column); break;
        case 1: scores(1, t, row, k0, k1, d, column); break;
    }
}

/* Hides what lies after a row's position or before its window. */
static void hide(float *s, int64_t first, int64_t count, int64_t position, int64_t window) {
    int64_t low = position - window + 1 - first, high = position - first;
    if (low <= 0 && high >= count - 1) {
        return;
    }
    for (int64_t j = 0; j < count; j++) {
        if (j < low || j > high) {
            s[j] = -INFINITY;
        }
    }
}

/* Weights of a block of keys; what was summed before is scaled to the new greatest score. */
static void online_softmax(Tile *t, int row, int count, int d) {
    float *s = t->s[row];
    __m512 top = _mm512_set1_ps(t->most[row]);
    for (int j = 0; j < count; j += 16) {
        top = _mm512_max_ps(top, _mm512_loadu_ps(s + j));
    }
    float most = _mm512_reduce_max_ps(top);
    if (most == -INFINITY) {
        memset(s, 0, count * sizeof(float));
        return;
    }
    __m512 minus = _mm512_set1_ps(most), all = _mm512_setzero_ps();
    for (int j = 0; j < count; j += 16) {
        __m512 x = _mm512_loadu_ps(s + j);
        __mmask16 seen = _mm512_cmp_ps_mask(x, _mm512_set1_ps(-INFINITY), _CMP_NEQ_UQ);
        __m512 p = _mm512_maskz_mov_ps(seen, exp2_ps(_mm512_sub_ps(x, minus)));
        all = _mm512_add_ps(all, p);
        _mm512_storeu_ps(s + j, p);
    }
    if (most > t->most[row]) {
        float shrink = t->most[row] == -INFINITY ? 0 : exp2f(t->most[row] - most);
        __m512 by = _mm512_set1_ps(shrink);
        for (int i = 0; i < d; i += 16) {
            _mm512_storeu_ps(&t->o[row * d + i], _mm512_mul_ps(_mm512_loadu_ps(&t->o[row * d + i]), by));
        }
        t->sum[row] *= shrink;
        t->most[row] = most;
    }
    t->sum[row] += _mm512_reduce_add_ps(all);
}

/* Adds the values of some pages, weighted by the scores, to C registers of R rows. */
INLINE void weighted_values(const int R, const int C, Tile *t, int row, const uint16_t *const *v,
                            int pages, int d, int at) {
    __m512 o[ROWS][4];
    UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < C; c++) o[r][c] = _mm512_loadu_ps(&t->o[(row + r) * d + at + 16 * c]);
    for (int p = 0; p < pages; p++) {
        for (int k = 0; k < PAGE; k += 2) {
            const uint16_t *from = v[p] + k * d + at * 2;
            __m512 half[4];
            UNROLL for (int c = 0; c < C; c++) half[c] = low_bf16(_mm512_load_si512(from + 32 * c));
            UNROLL for (int r = 0; r < R; r++) {
                __m512 x = _mm512_set1_ps(t->s[row + r][p * PAGE + k]);
                UNROLL for (int c = 0; c < C; c++) o[r][c] = _mm512_fmadd_ps(half[c], x, o[r][c]);
            }
            UNROLL for (int c = 0; c < C; c++) half[c] = high_bf16(_mm512_load_si512(from + 32 * c));
            UNROLL for (int r = 0; r < R; r++) {
                __m512 x = _mm512_set1_ps(t->s[row + r][p * PAGE + k + 1]);
                UNROLL for (int c = 0; c < C; c++) o[r][c] = _mm512_fmadd_ps(half[c], x, o[r][c]);
            }
        }
    }
    UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < C; c++) _mm512_storeu_ps(&t->o[(row + r) * d + at + 16 * c], o[r][c]);
}

#define WEIGHTED_VALUES(C)                                                                         \
    static void weighted_values_##C(Tile *t, int rows, const uint16_t *const *v, int pages, int d, \
                                    int at) {                                                      \
        int row = 0;                                                                               \
        for (; row + ROWS <= rows; row += ROWS) {                                                  \
            weighted_values(ROWS, C, t, row, v, pages, d, at);                                     \
        }                                                                                          \
        switch (rows - row) {                                                                      \
            case 5: weighted_values(5, C, t, row, v, pages, d, at); break;                         \
            case 4: weighted_values(4, C, t, row, v, pages, d, at); break;                         \
            case 3: weighted_values(3, C, t, row, v, pages, d, at); break;                         \
            case 2: weighted_values(2, C, t, row, v, pages, d, at); break;                         \
            case 1: weighted_values(1, C, t, row, v, pages, d, at); break;                         \
        }                                                                                          \
    }
WEIGHTED_VALUES(4)
WEIGHTED_VALUES(1)

static void read_queries(Tile *t, const Attention *a) {
    float scale = a->scale * 1.44269504f;
    for (int64_t i = 0; i < a->count; i++) {
        for (int g = 0; g < a->group; g++) {
            int64_t row = i * a->group + g;
            const float *from = a->queries + i * a->query_stride + (int64_t)g * a->dimensions;
            for (int d = 0; d < a->dimensions; d++) {
                t->q[row * a->dimensions + d] = from[d] * scale;
            }
            memset(&t->o[row * a->dimensions], 0, a->dimensions * sizeof(float));
            t->most[row] = -INFINITY;
            t->sum[row] = 0;
        }
    }
}

/* Softmax of queries and keys times values, block by block of keys. A row's result does not depend
   on the rows beside it. */
void attend(const Attention *a) {
    Tile t;
    int rows = (int)a->count * a->group, d = a->dimensions;
    read_queries(&t, a);
    int64_t end = a->start + a->count;
    int64_t low = a->start - a->window + 1;
    int64_t first = low > 0 ? low / KEYS * KEYS : 0;
    for (int64_t from = first; from < end; from += KEYS) {
        const uint16_t *k[KEYS / PAGE + 1], *v[KEYS / PAGE + 1];
        int64_t left = end - from < KEYS ? end - from : KEYS;
        int pages = (int)((left + PAGE - 1) / PAGE);
        for (int p = 0; p < pages; p++) {
            int64_t at = a->pages[from / PAGE + p] * a->page_elements + a->head_elements;
            k[p] = a->keys + at;
            v[p] = a->values + at;
        }
        k[pages] = k[pages - 1];
        v[pages] = v[pages - 1];
        pages = (pages + 1) / 2 * 2;
        for (int p = 0; p < pages; p += 2) {
            scores_of(&t, rows, k[p], k[p + 1], d, p * PAGE);
        }
        for (int row = 0; row < rows; row++) {
            hide(t.s[row], from, pages * PAGE, a->start + row / a->group, a->window);
            online_softmax(&t, row, pages * PAGE, d);
        }
        int at = 0;
        for (; at + 64 <= d; at += 64) {
            weighted_values_4(&t, rows, v, pages, d, at);
        }
        for (; at < d; at += 16) {
            weighted_values_1(&t, rows, v, pages, d, at);
        }
    }
    for (int row = 0; row < rows; row++) {
        float *to = a->out + row / a->group * a->out_stride + (int64_t)(row % a->group) * d;
        float by = 1 / t.sum[row];
        for (int i = 0; i < d; i++) {
            to[i] = t.o[row * d + i] * by;
        }
    }
}
