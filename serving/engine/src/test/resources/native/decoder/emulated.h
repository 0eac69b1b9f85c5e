/* Matrix tiles in plain C, for processors without: what Intel's manual says that each instruction
   does, one thread's tiles at a time. Where the processor would raise an exception, this stops.
   On demand it makes a mistake, which must be noticed. */
#include <math.h>
#include <stdlib.h>

enum { NO_MISTAKE, FORGETS_A_ROW, TAKES_WEIGHTS_FOR_SIGNED, SWAPS_HALVES, FORGETS_A_COLUMN };

__attribute__((weak)) int allodium_mistake;

typedef struct {
    TileShapes shapes;
    _Alignas(64) uint8_t tile[8][16][64];
} Emulated;

static _Thread_local Emulated emulated;

static inline void demand(int holds) {
    if (!holds) {
        abort();
    }
}

static inline void demand_tile(int t) {
    demand(emulated.shapes.palette == 1 && t < 8 && emulated.shapes.rows[t] > 0
           && emulated.shapes.row_bytes[t] % 4 == 0);
}

static inline void tile_shapes(const TileShapes *shapes) {
    demand(shapes->palette == 1 && shapes->start == 0);
    for (int i = 0; i < 14; i++) {
        demand(shapes->reserved[i] == 0);
    }
    for (int t = 0; t < 16; t++) {
        int most = t < 8;
        demand(shapes->row_bytes[t] <= 64 * most && shapes->rows[t] <= 16 * most);
        demand((shapes->row_bytes[t] == 0) == (shapes->rows[t] == 0));
    }
    memset(&emulated, 0, sizeof emulated);
    emulated.shapes = *shapes;
}

static inline void tile_shapes_now(TileShapes *shapes) {
    *shapes = emulated.shapes;
}

static inline void tile_release(void) {
    memset(&emulated, 0, sizeof emulated);
}

static inline void tile_zero(int t) {
    demand_tile(t);
    memset(emulated.tile[t], 0, sizeof emulated.tile[t]);
}

static inline void tile_load(int t, const void *from, int64_t stride) {
    tile_zero(t);
    for (int r = 0; r < emulated.shapes.rows[t]; r++) {
        memcpy(emulated.tile[t][r], (const char *)from + r * stride, emulated.shapes.row_bytes[t]);
    }
}

static inline void tile_store(int t, void *to, int64_t stride) {
    demand_tile(t);
    int rows = emulated.shapes.rows[t] - (allodium_mistake == FORGETS_A_ROW);
    for (int r = 0; r < rows; r++) {
        memcpy((char *)to + r * stride, emulated.tile[t][r], emulated.shapes.row_bytes[t]);
    }
}

/* Rows, steps and columns of a product. */
typedef struct {
    int m, k, n;
} Product;

static inline Product product(int sum, int a, int b) {
    demand(sum != a && sum != b && a != b);
    demand_tile(sum);
    demand_tile(a);
    demand_tile(b);
    const TileShapes *s = &emulated.shapes;
    Product p = {s->rows[a], s->rows[b], s->row_bytes[sum] / 4};
    demand(s->rows[sum] == p.m && s->row_bytes[a] == 4 * p.k && s->row_bytes[b] == 4 * p.n);
    return p;
}

static __attribute__((noinline)) void tile_bytes(int sum, int a, int b) {
    Product p = product(sum, a, b);
    int flip = allodium_mistake == TAKES_WEIGHTS_FOR_SIGNED ? 128 : 0;
    p.n -= allodium_mistake == FORGETS_A_COLUMN;
    for (int m = 0; m < p.m; m++) {
        uint32_t *out = (uint32_t *)emulated.tile[sum][m];
        for (int k = 0; k < p.k; k++) {
            const int8_t *x = (const int8_t *)emulated.tile[a][m] + 4 * k;
            for (int n = 0; n < p.n; n++) {
                const uint8_t *w = emulated.tile[b][k] + 4 * n;
                int dot = 0;
                for (int i = 0; i < 4; i++) {
                    dot += x[i] * ((w[i] ^ flip) - flip);
                }
                out[n] += (uint32_t)dot;
            }
        }
        memset(out + p.n, 0, 64 - 4 * (size_t)p.n);
    }
}

static __attribute__((noinline)) void multiply_halves(Product p, int sum, int a, int b) {
    int even_at = allodium_mistake == SWAPS_HALVES, odd_at = !even_at;
    for (int m = 0; m < p.m; m++) {
        const uint16_t *x = (const uint16_t *)emulated.tile[a][m];
        float *out = (float *)emulated.tile[sum][m], even[16] = {0}, odd[16] = {0};
        for (int k = 0; k < p.k; k++) {
            const uint16_t *w = (const uint16_t *)emulated.tile[b][k];
            for (int n = 0; n < p.n; n++) {
                even[n] = fmaf(from_bf16(x[2 * k + even_at]), from_bf16(w[2 * n]), even[n]);
                odd[n] = fmaf(from_bf16(x[2 * k + odd_at]), from_bf16(w[2 * n + 1]), odd[n]);
            }
        }
        for (int n = 0; n < p.n; n++) {
            float both = even[n] + odd[n];
            out[n] += both;
        }
        memset(out + p.n, 0, 64 - 4 * (size_t)p.n);
    }
}

/* Rounds to the nearest and takes the smallest numbers for zero, whatever the thread does else. */
static __attribute__((noinline)) void tile_halves(int sum, int a, int b) {
    unsigned before = _mm_getcsr();
    _mm_setcsr(0x1f80 | _MM_FLUSH_ZERO_ON | 0x0040);
    multiply_halves(product(sum, a, b), sum, a, b);
    _mm_setcsr(before);
}

#define TILE_SHAPES(shapes) tile_shapes(shapes)
#define TILE_SHAPES_NOW(shapes) tile_shapes_now(shapes)
#define TILE_RELEASE() tile_release()
#define TILE_ZERO(t) tile_zero(t)
#define TILE_LOAD(t, from, stride) tile_load(t, from, stride)
#define TILE_STORE(t, to, stride) tile_store(t, to, stride)
#define TILE_BYTES(sum, a, b) tile_bytes(sum, a, b)
#define TILE_HALVES(sum, a, b) tile_halves(sum, a, b)
