#include "decoder.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { GROUP8 = 128, GROUP4 = 64, GROUP4_BYTES = COLUMNS * 2 + COLUMNS * GROUP4 / 2 };

/* Zeroed, on huge pages where the system has some: weights are read from end to end each step. */
void *allocate(int64_t bytes) {
    int64_t huge = 2 << 20;
    bytes = (bytes + huge - 1) / huge * huge;
    void *memory = mmap(0, bytes + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return 0;
    }
    uintptr_t from = (uintptr_t)memory, at = (from + huge - 1) / huge * huge;
    if (at > from) {
        munmap(memory, at - from);
    }
    munmap((void *)(at + bytes), from + huge - at);
    madvise((void *)at, bytes, MADV_HUGEPAGE);
    return (void *)at;
}

void release(void *memory, int64_t bytes) {
    int64_t huge = 2 << 20;
    if (memory) {
        munmap(memory, (bytes + huge - 1) / huge * huge);
    }
}

int64_t group_size(int bits) {
    return bits == 8 ? GROUP8 : bits == 4 ? GROUP4 : 2;
}

int64_t padded_inputs(int bits, int64_t inputs) {
    int64_t group = group_size(bits);
    return (inputs + group - 1) / group * group;
}

int linear_make(Linear *l, int bits, int64_t outputs, int64_t inputs, int bias) {
    l->bits = bits;
    l->outputs = outputs;
    l->inputs = inputs;
    l->blocks = (outputs + COLUMNS - 1) / COLUMNS;
    l->padded = padded_inputs(bits, inputs);
    l->block_bytes = bits == 4 ? l->padded / GROUP4 * GROUP4_BYTES : l->padded * COLUMNS * bits / 8;
    l->weights = allocate(l->blocks * l->block_bytes);
    l->scales = bits == 8 ? aligned_alloc(64, l->blocks * COLUMNS * sizeof(float)) : 0;
    l->bias = bias ? aligned_alloc(64, l->blocks * COLUMNS * sizeof(float)) : 0;
    if (l->scales) {
        memset(l->scales, 0, l->blocks * COLUMNS * sizeof(float));
    }
    if (l->bias) {
        memset(l->bias, 0, l->blocks * COLUMNS * sizeof(float));
    }
    return l->weights && (bits != 8 || l->scales) && (!bias || l->bias);
}

void linear_free(Linear *l) {
    release(l->weights, l->blocks * l->block_bytes);
    free(l->scales);
    free(l->bias);
}

static void pack16(Linear *l, uint8_t *block, int64_t column, const float *row) {
    uint16_t *to = (uint16_t *)block + column * 2;
    for (int64_t k = 0; k < l->inputs; k++) {
        to[k / 2 * COLUMNS * 2 + k % 2] = to_bf16(row[k]);
    }
}

static void pack8(Linear *l, uint8_t *block, int64_t at, const float *row) {
    float largest = 1e-9f;
    for (int64_t k = 0; k < l->inputs; k++) {
        largest = fmaxf(largest, fabsf(row[k]));
    }
    float scale = largest / 127;
    l->scales[at] = scale;
    uint8_t *to = block + at % COLUMNS * 4;
    for (int64_t k = 0; k < l->inputs; k++) {
        to[k / 4 * COLUMNS * 4 + k % 4] = (uint8_t)((int)lrintf(row[k] / scale) + 128);
    }
}

static float error4(const float *x, float scale) {
    float inverse = 1 / scale, error = 0;
    for (int k = 0; k < GROUP4; k++) {
        float q = fminf(7, fmaxf(-8, rintf(x[k] * inverse)));
        float d = x[k] - q * scale;
        error += d * d;
    }
    return error;
}

/* The scale of a group with the least squared error of a few that map its extreme near -8. */
static float scale4(const float *x) {
    float extreme = 0;
    for (int k = 0; k < GROUP4; k++) {
        extreme = fabsf(x[k]) > fabsf(extreme) ? x[k] : extreme;
    }
    if (extreme == 0) {
        return 1e-9f;
    }
    float best = 0, least = INFINITY;
    for (int i = 0; i < 6; i++) {
        float scale = _cvtsh_ss(_cvtss_sh(extreme / (-8.0f + 0.4f * (i - 1)), 0));
        if (scale == 0) {
            continue;
        }
        float error = error4(x, scale);
        if (error < least) {
            least = error;
            best = scale;
        }
    }
    return best == 0 ? copysignf(6e-8f, extreme) : best;
}

static void pack4(Linear *l, uint8_t *block, int64_t column, const float *row) {
    float group[GROUP4];
    for (int64_t g = 0; g < l->padded / GROUP4; g++) {
        for (int64_t k = 0; k < GROUP4; k++) {
            group[k] = g * GROUP4 + k < l->inputs ? row[g * GROUP4 + k] : 0;
        }
        float scale = scale4(group), inverse = 1 / scale;
        uint8_t *at = block + g * GROUP4_BYTES;
        ((uint16_t *)at)[column] = _cvtss_sh(scale, 0);
        at += COLUMNS * 2 + column * 4;
        for (int k = 0; k < GROUP4; k += 8) {
            for (int j = 0; j < 4; j++) {
                int low = (int)fminf(15, fmaxf(0, rintf(group[k + j] * inverse) + 8));
                int high = (int)fminf(15, fmaxf(0, rintf(group[k + 4 + j] * inverse) + 8));
                at[k / 8 * COLUMNS * 4 + j] = (uint8_t)(low | high << 4);
            }
        }
    }
}

void linear_pack_row(Linear *l, int64_t at, const float *row) {
    uint8_t *block = l->weights + at / COLUMNS * l->block_bytes;
    if (l->bits == 16) {
        pack16(l, block, at % COLUMNS, row);
    } else if (l->bits == 8) {
        pack8(l, block, at, row);
    } else {
        pack4(l, block, at % COLUMNS, row);
    }
}

void quantize_row(const Linear *l, Input *in, int64_t row, const float *x) {
    int64_t group = group_size(l->bits);
    int32_t zero = l->bits == 8 ? 128 : 8;
    int8_t *bytes = in->bytes + row * in->bytes_stride;
    for (int64_t g = 0; g < l->padded / group; g++) {
        int64_t from = g * group, count = l->inputs - from < group ? l->inputs - from : group;
        __m512 largest = _mm512_set1_ps(1e-9f);
        __m512 v[GROUP8 / 16];
        for (int64_t k = 0; k < group; k += 16) {
            int64_t left = count - k;
            __mmask16 m = left >= 16 ? 0xffff : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
            v[k / 16] = _mm512_maskz_loadu_ps(m, x + from + k);
            largest = _mm512_max_ps(largest, _mm512_abs_ps(v[k / 16]));
        }
        float top = _mm512_reduce_max_ps(largest);
        __m512 inverse = _mm512_set1_ps(127 / top);
        __m512i sum = _mm512_setzero_si512();
        for (int64_t k = 0; k < group; k += 16) {
            __m512i q = _mm512_cvtps_epi32(_mm512_mul_ps(v[k / 16], inverse));
            sum = _mm512_add_epi32(sum, q);
            _mm_storeu_si128((__m128i *)(bytes + from + k), _mm512_cvtepi32_epi8(q));
        }
        in->scales[row * in->groups + g] = top / 127;
        in->offsets[row * in->groups + g] = -zero * _mm512_reduce_add_epi32(sum);
    }
}

INLINE void ahead(const uint8_t **next, int lines) {
    for (int i = 0; i < lines; i++) {
        _mm_prefetch((const char *)*next, _MM_HINT_T1);
        *next += 64;
    }
}

INLINE void tile16(const int R, const Linear *l, const Input *in, const uint8_t *w, int64_t row,
                   float *out, const uint8_t *next, int lines) {
    __m512 sum[ROWS][4];
    const float *x = in->plain + row * in->plain_stride;
    UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < 4; c++) sum[r][c] = _mm512_setzero_ps();
    for (int64_t k = 0; k < l->padded; k += 2, w += 256) {
        ahead(&next, lines);
        __m512 half[4];
        UNROLL for (int c = 0; c < 4; c++) half[c] = low_bf16(_mm512_load_si512(w + 64 * c));
        UNROLL for (int r = 0; r < R; r++) {
            __m512 v = _mm512_set1_ps(x[r * in->plain_stride + k]);
            UNROLL for (int c = 0; c < 4; c++) sum[r][c] = _mm512_fmadd_ps(half[c], v, sum[r][c]);
        }
        UNROLL for (int c = 0; c < 4; c++) half[c] = high_bf16(_mm512_load_si512(w + 64 * c));
        UNROLL for (int r = 0; r < R; r++) {
            __m512 v = _mm512_set1_ps(x[r * in->plain_stride + k + 1]);
            UNROLL for (int c = 0; c < 4; c++) sum[r][c] = _mm512_fmadd_ps(half[c], v, sum[r][c]);
        }
    }
    UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < 4; c++) _mm512_store_ps(out + r * COLUMNS + 16 * c, sum[r][c]);
}

/* As an instruction of its own: the compiler's builtin makes it copy and spill the sums. */
INLINE __m512i dots(__m512i sum, __m512i bytes, __m512i factors) {
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(bytes), "v"(factors));
    return sum;
}

INLINE __m512i quad(const int8_t *x) {
    int32_t four;
    memcpy(&four, x, 4);
    return _mm512_set1_epi32(four);
}

INLINE void tile8(const int R, const Linear *l, const Input *in, const uint8_t *w, int64_t row,
                  int64_t block, float *out, const uint8_t *next, int lines) {
    const int8_t *x = in->bytes + row * in->bytes_stride;
    const float *scales = in->scales + row * in->groups;
    const int32_t *offsets = in->offsets + row * in->groups;
    int64_t groups = l->padded / GROUP8;
    for (int64_t g = 0; g < groups; g++) {
        __m512i sum[ROWS][4];
        UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < 4; c++) sum[r][c] = _mm512_set1_epi32(offsets[r * in->groups + g]);
        for (int k = 0; k < GROUP8; k += 4, w += 256) {
            ahead(&next, lines);
            __m512i v[4];
            UNROLL for (int c = 0; c < 4; c++) v[c] = _mm512_load_si512(w + 64 * c);
            UNROLL for (int r = 0; r < R; r++) {
                __m512i q = quad(x + r * in->bytes_stride + g * GROUP8 + k);
                UNROLL for (int c = 0; c < 4; c++) sum[r][c] = dots(sum[r][c], v[c], q);
            }
        }
        UNROLL for (int r = 0; r < R; r++) {
            __m512 s = _mm512_set1_ps(scales[r * in->groups + g]);
            UNROLL for (int c = 0; c < 4; c++) {
                float *at = out + r * COLUMNS + 16 * c;
                __m512 before = g ? _mm512_load_ps(at) : _mm512_setzero_ps();
                _mm512_store_ps(at, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[r][c]), s, before));
            }
        }
    }
    UNROLL for (int c = 0; c < 4; c++) {
        __m512 s = _mm512_load_ps(l->scales + block * COLUMNS + 16 * c);
        UNROLL for (int r = 0; r < R; r++) {
            float *at = out + r * COLUMNS + 16 * c;
            _mm512_store_ps(at, _mm512_mul_ps(_mm512_load_ps(at), s));
        }
    }
}

INLINE void tile4(const int R, const Linear *l, const Input *in, const uint8_t *w, int64_t row,
                  float *out, const uint8_t *next, int lines) {
    const int8_t *x = in->bytes + row * in->bytes_stride;
    const float *scales = in->scales + row * in->groups;
    const int32_t *offsets = in->offsets + row * in->groups;
    const __m512i low = _mm512_set1_epi8(15);
    int64_t groups = l->padded / GROUP4;
    for (int64_t g = 0; g < groups; g++) {
        __m512i sum[ROWS][4];
        const uint8_t *at = w + g * GROUP4_BYTES, *from = at + COLUMNS * 2;
        const int8_t *here = x + g * GROUP4;
        UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < 4; c++) sum[r][c] = _mm512_set1_epi32(offsets[r * in->groups + g]);
        for (int k = 0; k < GROUP4; k += 8, from += 256) {
            ahead(&next, lines);
            UNROLL for (int c = 0; c < 4; c++) {
                __m512i both = _mm512_load_si512(from + 64 * c);
                __m512i a = _mm512_and_si512(both, low);
                __m512i b = _mm512_and_si512(_mm512_srli_epi16(both, 4), low);
                UNROLL for (int r = 0; r < R; r++) {
                    const int8_t *q = here + r * in->bytes_stride + k;
                    sum[r][c] = dots(sum[r][c], a, quad(q));
                    sum[r][c] = dots(sum[r][c], b, quad(q + 4));
                }
            }
        }
        UNROLL for (int c = 0; c < 4; c++) {
            __m512 column = _mm512_cvtph_ps(_mm256_load_si256((const __m256i *)(at + 32 * c)));
            UNROLL for (int r = 0; r < R; r++) {
                float *to = out + r * COLUMNS + 16 * c;
                __m512 s = _mm512_mul_ps(column, _mm512_set1_ps(scales[r * in->groups + g]));
                __m512 before = g ? _mm512_load_ps(to) : _mm512_setzero_ps();
                _mm512_store_ps(to, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[r][c]), s, before));
            }
        }
    }
}

INLINE void tile(const int R, const Linear *l, const Input *in, int64_t block, int64_t row,
                 float *out, const uint8_t *next, int lines) {
    const uint8_t *w = l->weights + block * l->block_bytes;
    if (l->bits == 16) {
        tile16(R, l, in, w, row, out, next, lines);
    } else if (l->bits == 8) {
        tile8(R, l, in, w, row, block, out, next, lines);
    } else {
        tile4(R, l, in, w, row, out, next, lines);
    }
}

#define TILE(R)                                                     \
    static __attribute__((noinline)) void tile_##R(                 \
            const Linear *l, const Input *in, int64_t b, int64_t r, \
            float *out, const uint8_t *next, int lines) {           \
        switch (lines) {                                            \
            case 4: tile(R, l, in, b, r, out, next, 4); break;      \
            case 1: tile(R, l, in, b, r, out, next, 1); break;      \
            default: tile(R, l, in, b, r, out, next, 0); break;     \
        }                                                           \
    }
TILE(1)
TILE(2)
TILE(3)
TILE(4)
TILE(5)
TILE(6)

void linear_block(const Linear *l, const Input *in, int64_t block, int64_t row, int64_t rows,
                  float *out, const uint8_t *next) {
    int64_t tiles = (rows + ROWS - 1) / ROWS, done = 0, share = l->block_bytes / 256 * 64;
    for (int64_t t = 0; t < tiles; t++) {
        /* The first tiles read the next block ahead: one all of it, or four a quarter each. */
        int lines = tiles < 4 ? (t == 0 ? 4 : 0) : t < 4 ? 1 : 0;
        int64_t n = (rows - done) / (tiles - t);
        const uint8_t *ahead_from = next + t * share;
        float *to = out + done * COLUMNS;
        switch (n) {
            case 1: tile_1(l, in, block, row + done, to, ahead_from, lines); break;
            case 2: tile_2(l, in, block, row + done, to, ahead_from, lines); break;
            case 3: tile_3(l, in, block, row + done, to, ahead_from, lines); break;
            case 4: tile_4(l, in, block, row + done, to, ahead_from, lines); break;
            case 5: tile_5(l, in, block, row + done, to, ahead_from, lines); break;
            default: tile_6(l, in, block, row + done, to, ahead_from, lines); break;
        }
        done += n;
    }
    if (l->bias) {
        for (int64_t r = 0; r < rows; r++) {
            for (int c = 0; c < COLUMNS; c++) {
                out[r * COLUMNS + c] += l->bias[block * COLUMNS + c];
            }
        }
    }
}
