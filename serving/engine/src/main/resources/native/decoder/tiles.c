#include "tiles.h"

#include "instructions.h"

#include <sys/syscall.h>
#include <unistd.h>

int tiles_in_use;

/* From so many rows on, vectors wait for arithmetic instead of memory. */
enum { ENOUGH_ROWS = 12 };

int tiles_suit(int bits, int64_t rows) {
    return tiles_in_use && (bits == 16 || rows >= ENOUGH_ROWS);
}

#ifdef TILES

const int tiles_built = 1;

/* A tile has 16 rows of 64 bytes. Four of them, 0 to 3, take sums, 4 and 5 inputs, 6 and 7 weights.
   The sums are of 32 rows and 32 outputs or, where there are no more than 16 rows, of all 64.
   The packed weights are tiles already: of 64 inputs in bytes, or 32 in bf16, and 16 outputs. */
enum { TILE = 16, MOST_ROWS = 2 * TILE, TILE_BYTES_WIDE = 64, WEIGHT_STRIDE = COLUMNS * 4,
       STEP = TILE * WEIGHT_STRIDE, PIECE = 32 * 1024 };

/* Some rows and outputs over a piece of the inputs, whose weights stay in the first cache. */
typedef struct {
    const Input *in;
    int64_t row, rows, column, from, to;
    const uint8_t *weights, *scales; /* of the piece */
    float *out;                      /* the first of `rows` rows of a block */
    const uint8_t *next;             /* what to read ahead: of each `lines` lines this share */
    int64_t lines, first, end;
} Pass;

static void shape(int64_t rows) {
    TileShapes s = {.palette = 1};
    int64_t low = rows < TILE ? rows : TILE, high = rows > TILE ? rows - TILE : low;
    for (int t = 0; t < 8; t++) {
        s.row_bytes[t] = TILE_BYTES_WIDE;
        s.rows[t] = (uint8_t)(t >= 6 ? TILE : t == 2 || t == 3 || t == 5 ? high : low);
    }
    TILE_SHAPES(&s);
}

INLINE void ahead(const Pass *p, int64_t step) {
    const uint8_t *at = p->next + step * p->lines * 64;
    for (int64_t i = p->first; i < p->end; i++) {
        _mm_prefetch((const char *)at + i * 64, _MM_HINT_T1);
    }
}

#define MULTIPLY(sum, a, b)         \
    if (halves) {                   \
        TILE_HALVES(sum, a, b);     \
    } else {                        \
        TILE_BYTES(sum, a, b);      \
    }

/* One step: 64 bytes of each row. */
INLINE void multiply(const int few, const int halves, const int8_t *x, int64_t stride,
                     const uint8_t *w) {
    TILE_LOAD(4, x, stride);
    TILE_LOAD(6, w, WEIGHT_STRIDE);
    TILE_LOAD(7, w + 64, WEIGHT_STRIDE);
    MULTIPLY(0, 4, 6)
    MULTIPLY(1, 4, 7)
    if (few) {
        TILE_LOAD(6, w + 128, WEIGHT_STRIDE);
        TILE_LOAD(7, w + 192, WEIGHT_STRIDE);
        MULTIPLY(2, 4, 6)
        MULTIPLY(3, 4, 7)
    } else {
        TILE_LOAD(5, x + TILE * stride, stride);
        MULTIPLY(2, 5, 6)
        MULTIPLY(3, 5, 7)
    }
}

INLINE void clear(void) {
    TILE_ZERO(0);
    TILE_ZERO(1);
    TILE_ZERO(2);
    TILE_ZERO(3);
}

INLINE void store(const int few, void *to, int64_t stride) {
    uint8_t *at = to, *below = few ? at + 128 : at + TILE * stride;
    TILE_STORE(0, at, stride);
    TILE_STORE(1, at + 64, stride);
    TILE_STORE(2, below, stride);
    TILE_STORE(3, below + 64, stride);
}

INLINE void load(const int few, const void *from, int64_t stride) {
    const uint8_t *at = from, *below = few ? at + 128 : at + TILE * stride;
    TILE_LOAD(0, at, stride);
    TILE_LOAD(1, at + 64, stride);
    TILE_LOAD(2, below, stride);
    TILE_LOAD(3, below + 64, stride);
}

/* What a group's whole numbers add to the results. */
INLINE void gather(const int few, const int group, const Pass *p, int64_t g, const int32_t *sums) {
    const int width = few ? COLUMNS : COLUMNS / 2;
    const int64_t groups = p->in->groups, rows = p->rows;
    const float *scales = p->in->scales + p->row * groups + g;
    const int32_t *offsets = p->in->offsets + p->row * groups + g;
    __m512 by[COLUMNS / 16];
    if (group == GROUP4) {
        const uint8_t *at = p->scales + (g - p->from / group) * GROUP4_BYTES + p->column * 2;
        UNROLL for (int c = 0; c < width / 16; c++) {
            by[c] = _mm512_cvtph_ps(_mm256_load_si256((const __m256i *)(at + 32 * c)));
        }
    }
    float *out = p->out + p->column;
    for (int64_t r = 0; r < rows; r++, out += COLUMNS, sums += width) {
        __m512 scale = _mm512_set1_ps(scales[r * groups]);
        __m512i offset = _mm512_set1_epi32(offsets[r * groups]);
        UNROLL for (int c = 0; c < width / 16; c++) {
            __m512i sum = _mm512_add_epi32(_mm512_load_si512(sums + 16 * c), offset);
            __m512 v = _mm512_cvtepi32_ps(sum);
            add_group(group == GROUP4 ? _mm512_mul_ps(v, by[c]) : v, scale, g, out + 16 * c);
        }
    }
}

/* A group's numbers are gathered while tiles multiply the next one's. */
INLINE void pass_bytes(const int few, const int group, const Pass *p) {
    _Alignas(64) int32_t sums[MOST_ROWS * COLUMNS / 2];
    const int64_t stride = p->in->bytes_stride, to = (few ? COLUMNS : COLUMNS / 2) * 4;
    const int8_t *x = p->in->bytes + p->row * stride;
    const uint8_t *w = p->weights + p->column * 4;
    int64_t step = 0;
    for (int64_t from = p->from; from < p->to; from += group) {
        clear();
        for (int64_t k = from; k < from + group; k += 64, w += STEP) {
            multiply(few, 0, x + k, stride, w);
            ahead(p, step++);
        }
        if (from > p->from) {
            gather(few, group, p, from / group - 1, sums);
        }
        store(few, sums, to);
    }
    gather(few, group, p, p->to / group - 1, sums);
}

INLINE void pass_halves(const int few, const Pass *p) {
    const int64_t stride = p->in->bytes_stride;
    const int8_t *x = p->in->bytes + p->row * stride;
    const uint8_t *w = p->weights + p->column * 4;
    if (p->from) {
        load(few, p->out + p->column, WEIGHT_STRIDE);
    } else {
        clear();
    }
    for (int64_t k = p->from; k < p->to; k += 32, w += STEP) {
        multiply(few, 1, x + 2 * k, stride, w);
        ahead(p, (k - p->from) / 32);
    }
    store(few, p->out + p->column, WEIGHT_STRIDE);
}

static __attribute__((noinline)) void pass(int bits, const Pass *p) {
    int few = p->rows <= TILE;
    switch (bits + few) {
        case 17: pass_halves(1, p); break;
        case 16: pass_halves(0, p); break;
        case 9: pass_bytes(1, GROUP8, p); break;
        case 8: pass_bytes(0, GROUP8, p); break;
        case 5: pass_bytes(1, GROUP4, p); break;
        default: pass_bytes(0, GROUP4, p); break;
    }
}

/* All rows over a piece. Together the passes read the next block's piece ahead. */
static void rows_over(int bits, Pass *p, int64_t row, int64_t rows, float *out, int64_t *shaped) {
    int64_t rest = rows % MOST_ROWS, passes = rows / MOST_ROWS * 2 + (rest > TILE ? 2 : rest > 0);
    for (int64_t done = 0, at = 0; done < rows; done += p->rows) {
        p->row = row + done;
        p->rows = rows - done < MOST_ROWS ? rows - done : MOST_ROWS;
        p->out = out + done * COLUMNS;
        if (p->rows != *shaped) {
            shape(p->rows);
            *shaped = p->rows;
        }
        for (p->column = 0; p->column < COLUMNS; at++) {
            p->first = p->lines * at / passes;
            p->end = p->lines * (at + 1) / passes;
            pass(bits, p);
            p->column += p->rows <= TILE ? COLUMNS : COLUMNS / 2;
        }
    }
}

/* Leaves the shapes as they were, as PyTorch has its own on the same threads. Where there were none,
   a thread has no state afterwards that the system must keep. */
void block_by_tiles(const Linear *l, const Input *in, int64_t block, int64_t row, int64_t rows,
                    float *out, const uint8_t *next) {
    _Alignas(64) uint8_t spread[PIECE];
    TileShapes before;
    TILE_SHAPES_NOW(&before);
    const uint8_t *w = l->weights + block * l->block_bytes;
    int64_t most = PIECE / COLUMNS / (l->bits == 16 ? 2 : 1), shaped = 0;
    int64_t step = rows <= TILE && l->bits != 4 ? l->padded : most;
    for (int64_t from = 0; from < l->padded; from += step) {
        int64_t to = from + step < l->padded ? from + step : l->padded;
        int64_t at = l->bits == 4 ? from / GROUP4 * GROUP4_BYTES : from * COLUMNS * l->bits / 8;
        Pass p = {.in = in, .from = from, .to = to, .weights = w + at, .scales = w + at,
                  .next = next + at, .lines = (l->bits == 4 ? GROUP4_BYTES : STEP) / 64};
        if (l->bits == 4) {
            unpack4(w + at, (to - from) / GROUP4, spread);
            p.weights = spread;
        }
        rows_over(l->bits, &p, row, rows, out, &shaped);
    }
    if (before.palette) {
        TILE_SHAPES(&before);
    } else {
        TILE_RELEASE();
    }
}

/* Linux keeps the tiles' state for those alone who asked for it. */
int tiles_granted(void) {
#ifdef TILES_EMULATED
    return 1;
#else
    enum { ASK_FOR_STATE = 0x1023, TILE_DATA = 18 };
    return syscall(SYS_arch_prctl, ASK_FOR_STATE, TILE_DATA) == 0;
#endif
}

#else

const int tiles_built = 0;

void block_by_tiles(const Linear *l, const Input *in, int64_t block, int64_t row, int64_t rows,
                    float *out, const uint8_t *next) {
    block_by_vectors(l, in, block, row, rows, out, next);
}

int tiles_granted(void) {
    return 0;
}

#endif
