/* Whether tiles compute what vectors compute, and so whether they are used. */
#include "tiles.h"

#include <math.h>
#include <stdlib.h>

/* What became of tiles, in the caller's order. */
enum { ABSENT, USED, FORBIDDEN, NOT_GRANTED, WRONG };

_Static_assert(USED == 1 && WRONG == 4, "Tiles numbers them so");

enum { MOST_CHECKED = 192 };

typedef struct {
    Linear linear;
    Input in;
    int64_t rows, stride;
    float *weights, *plain;
} Trial;

/* -1 to 1. */
static float any(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (float)(int32_t)(*seed >> 32) * 0x1p-31f;
}

static void *room(int64_t bytes) {
    return aligned_alloc(64, (bytes + 127) / 64 * 64);
}

static void drop(Trial *t) {
    linear_free(&t->linear);
    free(t->weights), free(t->plain);
    free(t->in.bytes), free(t->in.scales), free(t->in.offsets);
}

/* Where tiles round, numbers are rounded before, so that both ways have the same ones. */
static int make(Trial *t, int bits, int64_t outputs, int64_t inputs, uint64_t seed) {
    int made = linear_make(&t->linear, bits, outputs, inputs, 0);
    int64_t padded = t->stride = t->linear.padded;
    t->in.groups = padded / group_size(bits);
    t->in.bytes_stride = padded * 2;
    t->in.plain = t->plain = room(t->rows * padded * 4);
    t->in.plain_stride = padded;
    t->in.bytes = room(t->rows * padded * 2);
    t->in.scales = room(t->rows * t->in.groups * 4);
    t->in.offsets = room(t->rows * t->in.groups * 4);
    t->weights = room(outputs * inputs * 4);
    if (!made || !t->plain || !t->in.bytes || !t->in.scales || !t->in.offsets || !t->weights) {
        return 0;
    }
    for (int64_t i = 0; i < outputs * inputs; i++) {
        float weight = any(&seed);
        t->weights[i] = bits == 16 ? from_bf16(to_bf16(weight)) : weight;
    }
    for (int64_t o = 0; o < outputs; o++) {
        linear_pack(&t->linear, o, 1, t->weights + o * inputs, STORED_F32);
    }
    for (int64_t r = 0; r < t->rows; r++) {
        for (int64_t k = 0; k < padded; k++) {
            float number = any(&seed);
            t->plain[r * padded + k] = k >= inputs ? 0 : bits == 16 ? from_bf16(to_bf16(number)) : number;
        }
        quantize_row(&t->linear, &t->in, r, t->plain + r * padded);
    }
    return 1;
}

/* What a result may be off in bf16, where the order of sums differs. */
static float slack(const Trial *t, int64_t row, int64_t output) {
    float sum = 0;
    for (int64_t k = 0; k < t->linear.inputs; k++) {
        sum += fabsf(t->plain[row * t->stride + k] * t->weights[output * t->linear.inputs + k]);
    }
    return sum * 2e-5f;
}

/* Results of a block that differ, and those of a row that depend on what is beside it. */
static int64_t errors_of(const Trial *t, int64_t block) {
    _Alignas(64) float ours[MOST_CHECKED * COLUMNS], right[MOST_CHECKED * COLUMNS], alone[COLUMNS];
    const Linear *l = &t->linear;
    int64_t errors = 0, columns = l->outputs - block * COLUMNS;
    memset(ours, 0xff, sizeof ours);
    block_by_tiles(l, &t->in, block, 0, t->rows, ours, l->weights);
    block_by_vectors(l, &t->in, block, 0, t->rows, right, l->weights);
    for (int64_t r = 0; r < t->rows; r++) {
        const float *a = ours + r * COLUMNS, *b = right + r * COLUMNS;
        block_by_tiles(l, &t->in, block, r, 1, alone, l->weights);
        errors += memcmp(a, alone, sizeof alone) != 0;
        for (int64_t c = 0; c < columns && c < COLUMNS; c++) {
            int equal = l->bits == 16
                    ? fabsf(a[c] - b[c]) <= slack(t, r, block * COLUMNS + c)
                    : memcmp(a + c, b + c, sizeof(float)) == 0;
            errors += !equal;
        }
    }
    for (int64_t i = t->rows * COLUMNS; i < MOST_CHECKED * COLUMNS; i++) {
        uint32_t bits;
        memcpy(&bits, ours + i, 4);
        errors += bits != 0xffffffff;
    }
    return errors;
}

/* How many results of random numbers tiles get wrong: whole numbers to the last bit. More than 0
   also where memory is missing. */
int64_t allodium_tiles_errors(int bits, int64_t outputs, int64_t inputs, int64_t rows,
                              uint64_t seed) {
    Trial t = {.rows = rows};
    int64_t errors = 0;
    if (rows > MOST_CHECKED || !make(&t, bits, outputs, inputs, seed)) {
        errors = 1;
    }
    for (int64_t b = 0; !errors && b < t.linear.blocks; b++) {
        errors += errors_of(&t, b);
    }
    drop(&t);
    return errors;
}

/* To be called once, before there is any model. */
int allodium_tiles(int allowed) {
    static const int BITS[] = {16, 8, 4};
    tiles_in_use = 0;
    if (!tiles_built) {
        return ABSENT;
    }
    if (!allowed) {
        return FORBIDDEN;
    }
    if (!tiles_granted()) {
        return NOT_GRANTED;
    }
    tiles_in_use = 1;
    for (int i = 0; i < 3; i++) {
        if (allodium_tiles_errors(BITS[i], 100, 700, 45, 1) + allodium_tiles_errors(BITS[i], 64, 130, 23, 2)) {
            tiles_in_use = 0;
            return WRONG;
        }
    }
    return USED;
}
