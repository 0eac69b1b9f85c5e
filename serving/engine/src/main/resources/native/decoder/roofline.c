#include "instructions.h"
#include "tiles.h"

#include <omp.h>
#include <time.h>

/* What the machine can do at best, for benchmarks to quote: bytes read, or operations, per second. */
enum { READ, FP32, INT8, INT8_TILES, BF16_TILES };

#define TWELVE(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define FMA(i) "vfmadd231ps %%zmm30, %%zmm31, %%zmm" #i "\n"
#define DOT(i) "vpdpbusd %%zmm30, %%zmm31, %%zmm" #i "\n"
#define REPEAT(X)                                                                               \
    for (int64_t i = 0; i < times; i++) {                                                       \
        __asm__ volatile(TWELVE(X)::: "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",   \
                         "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");                             \
    }

/* With one thread the processor's time, which others on the machine do not stretch. */
static double now(void) {
    struct timespec t;
    clock_gettime(omp_get_max_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double read_bytes(void) {
    int64_t bytes = 1 << 30, lines = bytes / 64;
    uint8_t *memory = allocate(bytes);
    if (!memory) {
        return 0;
    }
    const void *allowed = cores();
#pragma omp parallel
    pin(allowed);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < lines; i++) {
        memory[i * 64] = 1;
    }
    int64_t total = 0;
    double from = now();
#pragma omp parallel for schedule(static) reduction(+ : total)
    for (int64_t part = 0; part < 1024; part++) {
        __m512i a = _mm512_setzero_si512(), b = a;
        const uint8_t *at = memory + part * (bytes / 1024);
        for (int64_t i = 0; i < bytes / 1024; i += 128) {
            a = _mm512_add_epi32(a, _mm512_load_si512(at + i));
            b = _mm512_add_epi32(b, _mm512_load_si512(at + i + 64));
        }
        total += _mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
    }
    double seconds = now() - from;
    unpin();
    release(memory, bytes);
    return total ? (double)bytes / seconds : 0;
}

#ifdef TILES
#define SIX(X) X(0, 6, 7); X(1, 6, 7); X(2, 6, 7); X(3, 6, 7); X(4, 6, 7); X(5, 6, 7);

static void multiply_tiles(int what, int64_t times) {
    TileShapes shapes = {.palette = 1};
    _Alignas(64) uint8_t numbers[1024] = {0};
    for (int t = 0; t < 8; t++) {
        shapes.row_bytes[t] = 64;
        shapes.rows[t] = 16;
    }
    TILE_SHAPES(&shapes);
    TILE_LOAD(6, numbers, 64);
    TILE_LOAD(7, numbers, 64);
    for (int64_t i = 0; i < times; i++) {
        if (what == INT8_TILES) {
            SIX(TILE_BYTES)
        } else {
            SIX(TILE_HALVES)
        }
    }
    TILE_RELEASE();
}
#else
static void multiply_tiles(int what, int64_t times) {
    (void)what, (void)times;
}
#endif

static double tile_operations(int what) {
    int64_t times = 1000000;
    if (!tiles_in_use) {
        return 0;
    }
    double from = now();
#pragma omp parallel
    multiply_tiles(what, times);
    double each = 2.0 * 16 * 16 * (what == INT8_TILES ? 64 : 32);
    return 6.0 * (double)times * each * omp_get_max_threads() / (now() - from);
}

/* 0 where there is nothing that does it. */
double allodium_roofline(int what) {
    if (what == READ) {
        return read_bytes();
    }
    if (what == INT8_TILES || what == BF16_TILES) {
        return tile_operations(what);
    }
    int64_t times = 5000000;
    const void *allowed = cores();
#pragma omp parallel
    pin(allowed);
    double from = now();
#pragma omp parallel
    {
        if (what == FP32) {
            REPEAT(FMA)
        } else {
            REPEAT(DOT)
        }
    }
    double seconds = now() - from;
    unpin();
    double operations = 12.0 * (double)times * (what == FP32 ? 32 : 128) * omp_get_max_threads();
    return operations / seconds;
}
