/* The instructions on tiles, in `asm` statements: the compiler's own names for them do not tell it
   that they read memory. */
#ifndef ALLODIUM_INSTRUCTIONS_H
#define ALLODIUM_INSTRUCTIONS_H

#include "decoder.h"

/* Shapes of the eight tiles, as the processor reads them. */
typedef struct {
    uint8_t palette, start, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} TileShapes;

_Static_assert(sizeof(TileShapes) == 64, "the processor reads 64 bytes");

#if defined(TILES_EMULATED)
#define TILES
#include "emulated.h"
#elif defined(__AMX_TILE__) && defined(__AMX_INT8__) && defined(__AMX_BF16__)
#define TILES
#define TILE_SHAPES(shapes) __asm__ volatile("ldtilecfg %0" ::"m"(*(shapes)))
#define TILE_SHAPES_NOW(shapes) __asm__ volatile("sttilecfg %0" : "=m"(*(shapes)))
#define TILE_RELEASE() __asm__ volatile("tilerelease" ::: "memory")
#define TILE_ZERO(t) __asm__ volatile("tilezero %%tmm" #t ::)
#define TILE_LOAD(t, from, stride) \
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #t ::"r"(from), "r"((int64_t)(stride)) : "memory")
#define TILE_STORE(t, to, stride) \
    __asm__ volatile("tilestored %%tmm" #t ", (%0,%1,1)" ::"r"(to), "r"((int64_t)(stride)) : "memory")
/* sum += a b: a of signed bytes, b of unsigned ones. */
#define TILE_BYTES(sum, a, b) \
    __asm__ volatile("tdpbsud %%tmm" #b ", %%tmm" #a ", %%tmm" #sum ::)
/* The same in bf16. */
#define TILE_HALVES(sum, a, b) \
    __asm__ volatile("tdpbf16ps %%tmm" #b ", %%tmm" #a ", %%tmm" #sum ::)
#endif

#endif
