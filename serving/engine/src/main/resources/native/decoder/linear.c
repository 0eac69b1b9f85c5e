#include "linear.h"
#include "tiles.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PIECE = 512 };

#ifdef CHECKED_MEMORY

/* From the heap, where a sanitizer knows the ends. */
void *allocate(int64_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    return memory ? memset(memory, 0, bytes) : 0;
}

void release(void *memory, int64_t bytes) {
    (void)bytes;
    free(memory);
}

#else

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

#endif

/* Tiles take 32 numbers of 16 bits at once, vectors two. */
int64_t group_size(int bits) {
    return bits == 8 ? GROUP8 : bits == 4 ? GROUP4 : tiles_in_use ? 32 : 2;
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

int reads_bytes(int bits) {
    return bits != 16 || tiles_in_use;
}

int64_t row_bytes(int bits, int64_t inputs) {
    return bits == 16 && tiles_in_use ? 2 * inputs : inputs;
}

static void round_row(const Linear *l, uint16_t *to, const float *x) {
    for (int64_t k = 0; k < l->padded; k += 16) {
        int64_t left = l->inputs - k;
        __m512i v = _mm512_castps_si512(_mm512_maskz_loadu_ps(lanes(left), x + k));
        __m512i odd = _mm512_and_si512(_mm512_srli_epi32(v, 16), _mm512_set1_epi32(1));
        v = _mm512_add_epi32(v, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
        _mm256_storeu_si256((__m256i *)(to + k), _mm512_cvtepi32_epi16(_mm512_srli_epi32(v, 16)));
    }
}

void quantize_row(const Linear *l, Input *in, int64_t row, const float *x) {
    if (l->bits == 16) {
        round_row(l, (uint16_t *)(in->bytes + row * in->bytes_stride), x);
        return;
    }
    int64_t group = group_size(l->bits);
    int32_t zero = l->bits == 8 ? 128 : 8;
    int8_t *bytes = in->bytes + row * in->bytes_stride;
    for (int64_t g = 0; g < l->padded / group; g++) {
        int64_t from = g * group, count = l->inputs - from < group ? l->inputs - from : group;
        __m512 largest = _mm512_set1_ps(1e-9f);
        __m512 v[GROUP8 / 16];
        for (int64_t k = 0; k < group; k += 16) {
            v[k / 16] = _mm512_maskz_loadu_ps(lanes(count - k), x + from + k);
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

/* A piece of a block: inputs from `from` to before `to`, their weights, and what of the next block
   to read ahead meanwhile, `lines` per step. */
typedef struct {
    const uint8_t *weights, *scales;
    int64_t from, to;
    const uint8_t *next;
} Piece;

/* Six rows of four registers, by name: the compiler keeps arrays of them in memory. */
#define EACH_ROW(X) X(0) X(1) X(2) X(3) X(4) X(5)
#define NAMED_SUMS(TYPE, ZERO)                                                          \
    TYPE s00 = ZERO, s01 = ZERO, s02 = ZERO, s03 = ZERO, s10 = ZERO, s11 = ZERO,        \
         s12 = ZERO, s13 = ZERO, s20 = ZERO, s21 = ZERO, s22 = ZERO, s23 = ZERO,        \
         s30 = ZERO, s31 = ZERO, s32 = ZERO, s33 = ZERO, s40 = ZERO, s41 = ZERO,        \
         s42 = ZERO, s43 = ZERO, s50 = ZERO, s51 = ZERO, s52 = ZERO, s53 = ZERO;

#define LOAD_ROW(r)                                         \
    if (R > r) {                                            \
        s##r##0 = _mm512_load_ps(out + r * COLUMNS);        \
        s##r##1 = _mm512_load_ps(out + r * COLUMNS + 16);   \
        s##r##2 = _mm512_load_ps(out + r * COLUMNS + 32);   \
        s##r##3 = _mm512_load_ps(out + r * COLUMNS + 48);   \
    }
#define STORE_ROW(r)                                        \
    if (R > r) {                                            \
        _mm512_store_ps(out + r * COLUMNS, s##r##0);        \
        _mm512_store_ps(out + r * COLUMNS + 16, s##r##1);   \
        _mm512_store_ps(out + r * COLUMNS + 32, s##r##2);   \
        _mm512_store_ps(out + r * COLUMNS + 48, s##r##3);   \
    }
#define MULTIPLY_ROW(r)                                         \
    if (R > r) {                                                \
        __m512 q = _mm512_set1_ps(x[r * stride + at]);          \
        s##r##0 = _mm512_fmadd_ps(v0, q, s##r##0);              \
        s##r##1 = _mm512_fmadd_ps(v1, q, s##r##1);              \
        s##r##2 = _mm512_fmadd_ps(v2, q, s##r##2);              \
        s##r##3 = _mm512_fmadd_ps(v3, q, s##r##3);              \
    }

INLINE void tile16(const int R, const int lines, const Input *in, const Piece *p, int64_t row,
                   float *out) {
    NAMED_SUMS(__m512, _mm512_setzero_ps())
    const int64_t stride = in->plain_stride;
    const float *x = in->plain + row * stride;
    const uint8_t *w = p->weights, *next = p->next;
    if (p->from) {
        EACH_ROW(LOAD_ROW)
    }
    for (int64_t k = p->from; k < p->to; k += 2, w += 256) {
        ahead(&next, lines);
        __m512i w0 = _mm512_load_si512(w), w1 = _mm512_load_si512(w + 64);
        __m512i w2 = _mm512_load_si512(w + 128), w3 = _mm512_load_si512(w + 192);
        __m512 v0 = low_bf16(w0), v1 = low_bf16(w1), v2 = low_bf16(w2), v3 = low_bf16(w3);
        int64_t at = k;
        EACH_ROW(MULTIPLY_ROW)
        /* Read again rather than kept: registers are scarcer than loads. */
        __asm__ volatile("" ::: "memory");
        w0 = _mm512_load_si512(w), w1 = _mm512_load_si512(w + 64);
        w2 = _mm512_load_si512(w + 128), w3 = _mm512_load_si512(w + 192);
        v0 = high_bf16(w0), v1 = high_bf16(w1), v2 = high_bf16(w2), v3 = high_bf16(w3);
        at = k + 1;
        EACH_ROW(MULTIPLY_ROW)
    }
    EACH_ROW(STORE_ROW)
}

INLINE __m512i quad(const int8_t *x) {
    int32_t four;
    memcpy(&four, x, 4);
    return _mm512_set1_epi32(four);
}

/* sum += products of unsigned and signed bytes, in fours. By name, as compilers make copies of the
   sums around the intrinsic. */
#define DOT(sum, u, q) __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(u), "v"(q))

/* Keeps the compiler from knowing how often a loop turns, as it then moves sums to memory. */
#define HIDE(number) __asm__("" : "+r"(number))

/* Adds a register of a group's whole numbers, scaled, to the results. */
INLINE void gather(__m512i sum, __m512 scale, const uint8_t *columns, int64_t group, float *at) {
    __m512 v = _mm512_cvtepi32_ps(sum);
    if (columns) {
        v = _mm512_mul_ps(v, _mm512_cvtph_ps(_mm256_load_si256((const __m256i *)columns)));
    }
    add_group(v, scale, group, at);
}

#define BEGIN_ROW(r)                                                                        \
    if (R > r) {                                                                            \
        s##r##0 = s##r##1 = s##r##2 = s##r##3 = _mm512_set1_epi32(offsets[r * groups + g]); \
    }
#define DOT_ROW(r)                                                      \
    if (R > r) {                                                        \
        __m512i q = quad(x + r * stride + k);                           \
        DOT(s##r##0, v0, q);                  \
        DOT(s##r##1, v1, q);                  \
        DOT(s##r##2, v2, q);                  \
        DOT(s##r##3, v3, q);                  \
    }
#define GATHER_ROW(r)                                                           \
    if (R > r) {                                                                \
        __m512 s = _mm512_set1_ps(scales[r * groups + g]);                      \
        gather(s##r##0, s, columns, g, out + r * COLUMNS);                      \
        gather(s##r##1, s, columns ? columns + 32 : 0, g, out + r * COLUMNS + 16); \
        gather(s##r##2, s, columns ? columns + 64 : 0, g, out + r * COLUMNS + 32); \
        gather(s##r##3, s, columns ? columns + 96 : 0, g, out + r * COLUMNS + 48); \
    }

/* Weights as bytes: those of 8 bits, or unpacked ones of 4, which have scales by group. */
INLINE void tile8(const int R, const int lines, const int group, const Input *in, const Piece *p,
                  int64_t row, float *out) {
    const int64_t stride = in->bytes_stride, groups = in->groups;
    const int8_t *x = in->bytes + row * stride;
    const float *scales = in->scales + row * groups;
    const int32_t *offsets = in->offsets + row * groups;
    const uint8_t *w = p->weights, *next = p->next;
    const uint8_t *columns = group == GROUP4 ? p->scales : 0;
    for (int64_t from = p->from; from < p->to; from += group) {
        NAMED_SUMS(__m512i, _mm512_setzero_si512())
        int64_t g = from / group;
        EACH_ROW(BEGIN_ROW)
        int64_t end = from + group;
        HIDE(end);
        for (int64_t k = from; k < end; k += 4, w += 256) {
            ahead(&next, lines);
            __m512i v0 = _mm512_load_si512(w), v1 = _mm512_load_si512(w + 64);
            __m512i v2 = _mm512_load_si512(w + 128), v3 = _mm512_load_si512(w + 192);
            EACH_ROW(DOT_ROW)
        }
        EACH_ROW(GATHER_ROW)
        columns += group == GROUP4 ? GROUP4_BYTES : 0;
    }
}

#define DOT_HALVES(r, c)                                                                \
    if (R > r) {                                                                        \
        DOT(s##r##c, a, quad(x + r * stride + k));            \
        DOT(s##r##c, b, quad(x + r * stride + k + 4));        \
    }
#define DOT_COLUMN(c)                                                                   \
    {                                                                                   \
        __m512i both = _mm512_load_si512(at + 64 * c);                                  \
        __m512i a = _mm512_and_si512(both, low);                                        \
        __m512i b = _mm512_and_si512(_mm512_srli_epi16(both, 4), low);                  \
        DOT_HALVES(0, c) DOT_HALVES(1, c) DOT_HALVES(2, c)                              \
        DOT_HALVES(3, c) DOT_HALVES(4, c) DOT_HALVES(5, c)                              \
    }

INLINE void tile4(const int R, const int lines, const Input *in, const Piece *p, int64_t row,
                  float *out) {
    const int64_t stride = in->bytes_stride, groups = in->groups;
    const int8_t *x = in->bytes + row * stride;
    const float *scales = in->scales + row * groups;
    const int32_t *offsets = in->offsets + row * groups;
    const __m512i low = _mm512_set1_epi8(15);
    const uint8_t *columns = p->weights, *next = p->next;
    for (int64_t from = p->from; from < p->to; from += GROUP4, columns += GROUP4_BYTES) {
        NAMED_SUMS(__m512i, _mm512_setzero_si512())
        int64_t g = from / GROUP4;
        const uint8_t *at = columns + COLUMNS * 2;
        EACH_ROW(BEGIN_ROW)
        int64_t end = from + GROUP4;
        HIDE(end);
        for (int64_t k = from; k < end; k += 8, at += 256) {
            ahead(&next, lines);
            DOT_COLUMN(0) DOT_COLUMN(1) DOT_COLUMN(2) DOT_COLUMN(3)
        }
        EACH_ROW(GATHER_ROW)
    }
}

void unpack4(const uint8_t *w, int64_t groups, uint8_t *to) {
    const __m512i low = _mm512_set1_epi8(15);
    for (int64_t g = 0; g < groups; g++, w += GROUP4_BYTES) {
        const uint8_t *at = w + COLUMNS * 2;
        for (int k = 0; k < GROUP4; k += 8, at += 256, to += 512) {
            for (int c = 0; c < 256; c += 64) {
                __m512i both = _mm512_load_si512(at + c);
                _mm512_store_si512(to + c, _mm512_and_si512(both, low));
                _mm512_store_si512(to + 256 + c, _mm512_and_si512(_mm512_srli_epi16(both, 4), low));
            }
        }
    }
}

enum { FORM16, FORM8, FORM4, FORM4_SPREAD };

INLINE void tile(const int R, const int lines, int form, const Input *in, const Piece *p,
                 int64_t row, float *out) {
    switch (form) {
        case FORM16: tile16(R, lines, in, p, row, out); break;
        case FORM8: tile8(R, lines, GROUP8, in, p, row, out); break;
        case FORM4: tile4(R, lines, in, p, row, out); break;
        default: tile8(R, lines, GROUP4, in, p, row, out); break;
    }
}

#define TILE(R)                                                                                   \
    static __attribute__((noinline)) void tile_##R(int lines, int form, const Input *in,          \
                                                   const Piece *p, int64_t row, float *out) {     \
        switch (lines) {                                                                          \
            case 4: tile(R, 4, form, in, p, row, out); break;                                     \
            case 2: tile(R, 2, form, in, p, row, out); break;                                     \
            case 1: tile(R, 1, form, in, p, row, out); break;                                     \
            default: tile(R, 0, form, in, p, row, out); break;                                    \
        }                                                                                         \
    }
TILE(1)
TILE(2)
TILE(3)
TILE(4)
TILE(5)
TILE(6)

/* All rows over a piece, six or a few less at a time. */
static void rows_over(int form, const Input *in, Piece *p, int64_t row, int64_t rows, float *out) {
    int64_t tiles = (rows + ROWS - 1) / ROWS, done = 0;
    /* Together the tiles read the next block's piece ahead: all four lines per step, or two for
       bytes that were spread. */
    int left = form == FORM4_SPREAD ? 2 : 4;
    const uint8_t *next = p->next;
    int64_t steps = (p->to - p->from) / (form == FORM16 ? 2 : form == FORM4 ? 8 : 4);
    for (int64_t t = 0; t < tiles; t++) {
        int64_t n = (rows - done) / (tiles - t), share = (left + tiles - t - 1) / (tiles - t);
        int lines = share >= 3 ? 4 : (int)share;
        float *to = out + done * COLUMNS;
        p->next = next;
        switch (n) {
            case 1: tile_1(lines, form, in, p, row + done, to); break;
            case 2: tile_2(lines, form, in, p, row + done, to); break;
            case 3: tile_3(lines, form, in, p, row + done, to); break;
            case 4: tile_4(lines, form, in, p, row + done, to); break;
            case 5: tile_5(lines, form, in, p, row + done, to); break;
            default: tile_6(lines, form, in, p, row + done, to); break;
        }
        next += steps * 64 * lines;
        left -= lines < left ? lines : left;
        done += n;
    }
}

static void finish(const Linear *l, int64_t block, int64_t rows, float *out) {
    if (!l->scales && !l->bias) {
        return;
    }
    for (int c = 0; c < COLUMNS; c += 16) {
        int64_t at = block * COLUMNS + c;
        __m512 scale = l->scales ? _mm512_load_ps(l->scales + at) : _mm512_set1_ps(1);
        __m512 bias = l->bias ? _mm512_load_ps(l->bias + at) : _mm512_setzero_ps();
        for (int64_t r = 0; r < rows; r++) {
            float *to = out + r * COLUMNS + c;
            _mm512_store_ps(to, _mm512_fmadd_ps(_mm512_load_ps(to), scale, bias));
        }
    }
}

/* Pieces of the weights meet all rows in turn: a piece, the inputs and the sums of so many rows stay
   in the first cache together. Weights of 4 bits are spread once for all rows. */
enum { ROWS_AT_ONCE = 8 * ROWS };

static void some_rows(const Linear *l, const Input *in, int64_t block, int64_t row, int64_t rows,
                      float *out, const uint8_t *next) {
    _Alignas(64) uint8_t spread[PIECE * COLUMNS];
    const uint8_t *w = l->weights + block * l->block_bytes;
    int64_t step = rows <= ROWS ? l->padded : l->bits == 16 ? PIECE / 2 : PIECE;
    int form = l->bits == 16 ? FORM16 : l->bits == 8 ? FORM8 : rows <= ROWS ? FORM4 : FORM4_SPREAD;
    for (int64_t from = 0; from < l->padded; from += step) {
        int64_t to = from + step < l->padded ? from + step : l->padded;
        int64_t at = l->bits == 4 ? from / GROUP4 * GROUP4_BYTES : from * COLUMNS * l->bits / 8;
        Piece p = {w + at, 0, from, to, next + at};
        if (form == FORM4_SPREAD) {
            unpack4(p.weights, (to - from) / GROUP4, spread);
            p.scales = p.weights;
            p.weights = spread;
        }
        rows_over(form, in, &p, row, rows, out);
    }
}

void block_by_vectors(const Linear *l, const Input *in, int64_t block, int64_t row, int64_t rows,
                      float *out, const uint8_t *next) {
    int64_t most = l->bits == 4 ? rows : ROWS_AT_ONCE;
    for (int64_t done = 0; done < rows; done += most) {
        int64_t count = rows - done < most ? rows - done : most;
        some_rows(l, in, block, row + done, count, out + done * COLUMNS, next);
    }
}

void linear_block(const Linear *l, const Input *in, int64_t block, int64_t row, int64_t rows,
                  float *out, const uint8_t *next) {
    if (tiles_suit(l->bits, rows)) {
        block_by_tiles(l, in, block, row, rows, out, next);
    } else {
        block_by_vectors(l, in, block, row, rows, out, next);
    }
    finish(l, block, rows, out);
}
