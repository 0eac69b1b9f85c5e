/* A decoder's step on CPUs with AVX-512 VNNI. Optional: the engine compiles it where a C compiler
   is found and computes with libtorch's operators elsewhere. All threads come from the OpenMP pool
   of the process, which is libtorch's. */
#ifndef ALLODIUM_DECODER_H
#define ALLODIUM_DECODER_H

#if !defined(__AVX512F__) || !defined(__AVX512BW__) || !defined(__AVX512VL__) || !defined(__AVX512VNNI__)
#error "made for AVX-512 with VNNI"
#endif

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

enum { COLUMNS = 64, PAGE = 16, ROWS = 6 };

/* How numbers are stored, as the caller names it. */
enum { STORED_F32 = 0, STORED_F16 = 1, STORED_BF16 = 2 };

/* What crosses from Java by layout: numbers, decimals and addresses of 8 bytes each, int of 4. */
_Static_assert(sizeof(void *) == 8 && sizeof(double) == 8 && sizeof(float) == 4 && sizeof(int) == 4,
               "the sizes with which Java lays out its arguments");

/* y = x W' + bias, W packed in blocks of 64 outputs:
   16 bits: per two inputs, 64 pairs of bf16;
   8 bits:  per four inputs, 64 quadruples of weight + 128; one scale per output;
   4 bits:  per 64 inputs, 64 fp16 scales, then per eight inputs 64 quadruples of bytes, each with
            the weight + 8 of inputs 0..3 in its low half and of 4..7 in its high half. */
typedef struct {
    int64_t outputs, inputs, blocks, padded;
    int bits;
    int64_t block_bytes;
    uint8_t *weights;
    float *scales;
    float *bias;
} Linear;

/* Inputs of a linear layer: fp32 as they are, or as signed bytes with a scale and the negated,
   weighted sum of each group (what the offset of the weights adds). Tiles read bf16 for weights of
   16 bits, which then stand among the bytes. */
typedef struct {
    const float *plain;
    int64_t plain_stride;
    int8_t *bytes;
    int64_t bytes_stride;
    float *scales;
    int32_t *offsets;
    int64_t groups;
} Input;

int64_t padded_inputs(int bits, int64_t inputs);
int64_t group_size(int bits);
int linear_make(Linear *linear, int bits, int64_t outputs, int64_t inputs, int bias);
/* Outputs from `at`, each a row of `from`; files need not align their tensors. */
void linear_pack(Linear *linear, int64_t at, int64_t rows, const void *from, int stored);
/* Stored numbers from number `at`. */
void numbers(float *to, const void *from, int64_t at, int64_t count, int stored);
void linear_free(Linear *linear);
/* Whether layers of so many bits read bytes instead of plain numbers, and how many a row takes. */
int reads_bytes(int bits);
int64_t row_bytes(int bits, int64_t inputs);
void quantize_row(const Linear *linear, Input *input, int64_t row, const float *values);
/* Computes up to 64 outputs of `rows` rows from `row` into out[rows][64]; reads ahead what the
   caller needs next. */
void linear_block(const Linear *linear, const Input *input, int64_t block, int64_t row,
                  int64_t rows, float *out, const uint8_t *next);

/* One key-value head of a run of query rows over pages. */
typedef struct {
    const float *queries;  /* first row, first head of the group */
    int64_t query_stride;
    float *out;
    int64_t out_stride;
    const uint16_t *keys, *values;  /* of the layer */
    const int32_t *pages;
    int64_t page_elements;  /* of all heads */
    int64_t head_elements;  /* before this head */
    int64_t start, count;   /* position of the first row, rows */
    int64_t window;
    int group, dimensions;
    float scale;
} Attention;

enum { QUERY_ROWS = 48, MAX_DIMENSIONS = 256 };

void attend(const Attention *a);

/* With as many threads as cores each keeps to a core of its own: left to itself, the system now and
   then has two of them take turns on one core while another is idle. A parallel region's caller asks
   for its `cores` before, every thread of the region pins itself, and the caller unpins itself
   behind it, since threads that it starts would inherit its core. */
const void *cores(void);
void pin(const void *cores);
void unpin(void);

void *allocate(int64_t bytes);
void release(void *memory, int64_t bytes);

INLINE float from_bf16(uint16_t bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, 4);
    return value;
}

INLINE uint16_t to_bf16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

/* The first `left` of 16 lanes. */
INLINE __mmask16 lanes(int64_t left) {
    return left >= 16 ? 0xffff : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
}

/* 2^x, to about 2e-7. */
INLINE __m512 exp2_ps(__m512 x) {
    x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-126.0f)), _mm512_set1_ps(126.0f));
    __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 part = _mm512_sub_ps(x, whole);
    __m512 p = _mm512_set1_ps(1.5403530e-4f);
    p = _mm512_fmadd_ps(p, part, _mm512_set1_ps(1.3333558e-3f));
    p = _mm512_fmadd_ps(p, part, _mm512_set1_ps(9.6181291e-3f));
    p = _mm512_fmadd_ps(p, part, _mm512_set1_ps(5.5504109e-2f));
    p = _mm512_fmadd_ps(p, part, _mm512_set1_ps(2.4022651e-1f));
    p = _mm512_fmadd_ps(p, part, _mm512_set1_ps(6.9314718e-1f));
    p = _mm512_fmadd_ps(p, part, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(p, whole);
}

/* 1 / x: an estimate to 14 bits and a step of Newton's, in a quarter of a division's time. */
INLINE __m512 inverse_ps(__m512 x) {
    __m512 near = _mm512_rcp14_ps(x);
    return _mm512_mul_ps(near, _mm512_fnmadd_ps(x, near, _mm512_set1_ps(2)));
}

INLINE __m512 low_bf16(__m512i pairs) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16));
}

INLINE __m512 high_bf16(__m512i pairs) {
    return _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32((int)0xffff0000u)));
}

#endif
