/* Linear layers by the processor's matrix tiles (AMX), where it has them and the system grants them. */
#ifndef ALLODIUM_TILES_H
#define ALLODIUM_TILES_H

#include "linear.h"

/* Whether the compiler knew a processor with tiles, and whether the system lets the process have
   them; the answer to the second holds from then on for all threads. */
extern const int tiles_built;
int tiles_granted(void);

/* Set once, before there is any linear layer. */
extern int tiles_in_use;

/* Whether tiles compute `rows` rows. For whole numbers that is a matter of speed alone. Numbers of
   16 bits are rounded and summed otherwise than by vectors, so tiles compute all rows or none. */
int tiles_suit(int bits, int64_t rows);
void block_by_tiles(const Linear *linear, const Input *input, int64_t block, int64_t row,
                    int64_t rows, float *out, const uint8_t *next);

#endif
