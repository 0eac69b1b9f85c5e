/* Runs every kernel over small shapes, with no byte to spare around what it is given: to be compiled
   with sanitizers, which end it at the first access that is not its own. The layouts are those that
   Java writes. What comes out is checked for what holds without a reference: it is finite, a row is
   the same whatever stands beside it, and pages that were carried away are the same when they are
   back. */
#include "decoder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    int64_t layers, hidden, heads, key_heads, dimensions, inner, vocabulary, window;
    int64_t bits, head_bits, bias_qkv, bias_out, bias_feed, norms_heads;
    double epsilon, embedding, attention, residual, logits;
} DecoderShape;

typedef struct {
    int64_t rows, segments, outputs;
    const int64_t *ids, *positions, *places, *segment, *output;
    const int32_t *pages;
} Rows;

typedef struct {
    int64_t layers, hidden, heads, wide, positions, types, bits;
    double epsilon;
} EncoderShape;

void *allodium_open(const void *shape, const float *frequencies, const int8_t *rotates);
void allodium_close(void *model);
void allodium_matrix(void *model, int64_t layer, int part, int64_t first, int64_t rows,
                     const void *from, int stored);
void allodium_bias(void *model, int64_t layer, int part, int64_t first, int64_t rows,
                   const void *from, int stored);
void allodium_vector(void *model, int64_t layer, int which, const void *from, int64_t count,
                     int stored);
void allodium_table(void *model, const void *from, int stored);
int allodium_cache(void *model, int64_t pages);
void allodium_pages(void *model, const int32_t *pages, int64_t count, uint8_t *content, int into);
int allodium_step(void *model, const void *step);
const float *allodium_head(void *model, int64_t first, int64_t rows, int32_t *best);
void *allodium_encoder_open(const void *shape);
void allodium_encoder_close(void *model);
void allodium_encoder_matrix(void *model, int64_t layer, int part, const void *from, int stored);
void allodium_encoder_bias(void *model, int64_t layer, int part, const void *from, int stored);
void allodium_encoder_norm(void *model, int64_t layer, int which, const void *from, int stored);
void allodium_encoder_tables(void *model, const void *words, int words_stored, const void *places,
                             int places_stored, const void *kinds, int kinds_stored);
int allodium_encoder_run(void *model, int64_t count, const int64_t *tokens, int64_t inputs,
                         const int64_t *starts, int firsts, int threads, float *out);
int allodium_tiles(int allowed);

static uint64_t seed = 1;

static void check(int right, const char *what) {
    if (!right) {
        fprintf(stderr, "wrong: %s\n", what);
        exit(1);
    }
}

static void *room(int64_t bytes) {
    void *at = malloc(bytes);
    check(at != 0, "no memory");
    return at;
}

static uint32_t any(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 32);
}

/* So many numbers around `middle`, as a file stores them, which may begin at any byte pair. */
static void *stored_numbers(int64_t count, float middle, int stored) {
    int64_t width = stored == STORED_F32 ? 4 : 2;
    uint8_t *at = room(count * width);
    for (int64_t i = 0; i < count; i++) {
        float value = middle + (float)(int32_t)any() * 0x1p-33f;
        uint16_t half = stored == STORED_F16 ? _cvtss_sh(value, 0) : to_bf16(value);
        memcpy(at + i * width, width == 4 ? (void *)&value : (void *)&half, width);
    }
    return at;
}

static void fill_matrix(void *m, int64_t layer, int part, int64_t rows, int64_t inputs, int stored) {
    void *from = stored_numbers(rows * inputs, 0, stored);
    int64_t bytes = inputs * (stored == STORED_F32 ? 4 : 2);
    /* In two goes, as a large matrix comes. */
    int64_t first = rows > COLUMNS ? COLUMNS : rows;
    allodium_matrix(m, layer, part, 0, first, from, stored);
    if (rows > first) {
        allodium_matrix(m, layer, part, first, rows - first, (uint8_t *)from + first * bytes, stored);
    }
    free(from);
}

static void fill_vector(void *m, int64_t layer, int which, int64_t count, int stored) {
    void *from = stored_numbers(count, 1, stored);
    allodium_vector(m, layer, which, from, count, stored);
    free(from);
}

static void fill(void *m, const DecoderShape *s, int stored) {
    enum { QUERY, KEY, VALUE, OUT, GATE, UP, DOWN, HEAD };
    int64_t queries = s->heads * s->dimensions, keys = s->key_heads * s->dimensions;
    int64_t rows[] = {queries, keys, keys, s->hidden, s->inner, s->inner, s->hidden};
    int64_t inputs[] = {s->hidden, s->hidden, s->hidden, queries, s->hidden, s->hidden, s->inner};
    for (int64_t l = 0; l < s->layers; l++) {
        for (int part = QUERY; part <= DOWN; part++) {
            fill_matrix(m, l, part, rows[part], inputs[part], stored);
            int64_t biased = part <= VALUE ? s->bias_qkv : part == OUT ? s->bias_out : s->bias_feed;
            if (biased) {
                void *bias = stored_numbers(rows[part], 0, stored);
                allodium_bias(m, l, part, 0, rows[part], bias, stored);
                free(bias);
            }
        }
        fill_vector(m, l, 0, s->hidden, stored);
        fill_vector(m, l, 1, s->hidden, stored);
        fill_vector(m, l, 2, s->dimensions, stored);
        fill_vector(m, l, 3, s->dimensions, stored);
    }
    fill_vector(m, 0, 4, s->hidden, stored);
    fill_matrix(m, 0, HEAD, s->vocabulary, s->hidden, stored);
}

/* Some sequences as one step: of each text `counts[i]` rows from position `starts[i]`; logits of its last
   row alone. */
static void step(void *m, const DecoderShape *s, int n, const int64_t *texts, const int64_t *starts,
                 const int64_t *counts, int32_t *const *pages, float *last) {
    int64_t rows = 0, listed = 0;
    for (int i = 0; i < n; i++) {
        rows += counts[i];
        listed += (starts[i] + counts[i] + PAGE - 1) / PAGE;
    }
    int64_t *ids = room(rows * 8), *positions = room(rows * 8), *places = room(rows * 8);
    int64_t *segment = room(n * 4 * 8), *output = room(n * 8);
    int32_t *list = room(listed * 4), *best = room(n * 4);
    int64_t row = 0, page = 0;
    for (int i = 0; i < n; i++) {
        int64_t g[] = {row, counts[i], starts[i], page};
        memcpy(segment + 4 * i, g, sizeof g);
        for (int64_t p = starts[i]; p < starts[i] + counts[i]; p++, row++) {
            ids[row] = (texts[i] * 7 + p * 13) % s->vocabulary;
            positions[row] = p;
            places[row] = pages[i][p / PAGE] * PAGE + p % PAGE;
        }
        for (int64_t p = 0; p * PAGE < starts[i] + counts[i]; p++) {
            list[page++] = pages[i][p];
        }
        output[i] = row - 1;
    }
    Rows all = {rows, n, n, ids, positions, places, segment, output, list};
    check(allodium_step(m, &all), "a step");
    const float *logits = allodium_head(m, 0, n, best);
    check(logits != 0, "a head");
    for (int64_t i = 0; i < n * s->vocabulary; i++) {
        check(isfinite(logits[i]), "a logit is finite");
    }
    for (int i = 0; i < n; i++) {
        check(best[i] >= 0 && best[i] < s->vocabulary, "the likeliest is a token");
    }
    memcpy(last, logits, n * s->vocabulary * sizeof(float));
    free(ids), free(positions), free(places), free(segment), free(output), free(list), free(best);
}

static void decode(DecoderShape s, int stored) {
    float *frequencies = room(s.dimensions / 2 * 4);
    int8_t *rotates = room(s.layers);
    for (int64_t i = 0; i < s.dimensions / 2; i++) {
        frequencies[i] = 1 / (float)(i + 1);
    }
    for (int64_t l = 0; l < s.layers; l++) {
        rotates[l] = l % 2 == 0;
    }
    void *m = allodium_open(&s, frequencies, rotates);
    check(m != 0, "a model");
    fill(m, &s, stored);
    void *table = stored_numbers(s.vocabulary * s.hidden, 0, stored);
    allodium_table(m, table, stored);
    enum { PAGES = 40 };
    check(allodium_cache(m, PAGES), "a cache");
    /* Three sequences whose pages lie scattered: a long one, one that ends with its page, one token. */
    int32_t one[16], two[2] = {1, 39}, three[1] = {0};
    for (int i = 0; i < 16; i++) {
        one[i] = 37 - 2 * i;
    }
    int32_t *pages[] = {one, two, three};
    int64_t texts[] = {1, 2, 3}, counts[] = {205, 31, 1}, starts[] = {0, 0, 0};
    int64_t next[] = {205, 31, 1}, single[] = {1, 1, 1};
    int64_t size = s.vocabulary * (int64_t)sizeof(float);
    float *together = room(3 * size), *alone = room(size);
    step(m, &s, 3, texts, starts, counts, pages, together);
    step(m, &s, 3, texts, next, single, pages, together);
    for (int i = 0; i < 3; i++) {
        step(m, &s, 1, texts + i, next + i, single + i, pages + i, alone);
        check(memcmp(alone, together + i * s.vocabulary, size) == 0, "a row stands alone");
    }
    int64_t bytes = 2 * s.layers * s.key_heads * s.dimensions * PAGE * 2;
    uint8_t *carried = room(2 * bytes), *again = room(2 * bytes);
    allodium_pages(m, two, 2, carried, 0);
    int32_t others[] = {2, 4};
    allodium_pages(m, others, 2, carried, 1);
    allodium_pages(m, others, 2, again, 0);
    check(memcmp(carried, again, 2 * bytes) == 0, "pages come back");
    int32_t *moved[] = {others};
    step(m, &s, 1, texts + 1, next + 1, single + 1, moved, alone);
    check(memcmp(alone, together + s.vocabulary, size) == 0, "pages hold what they held");
    check(allodium_cache(m, 3), "a smaller cache");
    allodium_close(m);
    free(table), free(frequencies), free(rotates), free(together), free(alone), free(carried), free(again);
}

static void fill_encoder(void *m, const EncoderShape *s, int stored) {
    enum { QUERY, KEY, VALUE, OUT, UP, DOWN };
    for (int64_t l = 0; l < s->layers; l++) {
        for (int part = QUERY; part <= DOWN; part++) {
            int64_t rows = part == UP ? s->wide : s->hidden, inputs = part == DOWN ? s->wide : s->hidden;
            void *weights = stored_numbers(rows * inputs, 0, stored);
            void *bias = stored_numbers(rows, 0, stored);
            allodium_encoder_matrix(m, l, part, weights, stored);
            allodium_encoder_bias(m, l, part, bias, stored);
            free(weights), free(bias);
        }
    }
    for (int64_t l = -1; l < s->layers; l++) {
        for (int which = 0; which < (l < 0 ? 2 : 4); which++) {
            void *norm = stored_numbers(s->hidden, which % 2 ? 0 : 1, stored);
            allodium_encoder_norm(m, l, which, norm, stored);
            free(norm);
        }
    }
}

static void encode(EncoderShape s, int stored) {
    enum { WORDS = 30, COUNT = 17 + 1 + 33 };
    void *m = allodium_encoder_open(&s);
    check(m != 0, "an encoder");
    fill_encoder(m, &s, stored);
    void *words = stored_numbers(WORDS * s.hidden, 0, stored);
    void *places = stored_numbers(s.positions * s.hidden, 0, stored);
    void *kinds = stored_numbers(s.types * s.hidden, 0, stored);
    allodium_encoder_tables(m, words, stored, places, stored, kinds, stored);
    int64_t starts[] = {0, 17, 18, COUNT}, tokens[3 * COUNT];
    for (int i = 0; i < 3; i++) {
        for (int64_t t = starts[i]; t < starts[i + 1]; t++) {
            tokens[t] = t * 7 % WORDS;
            tokens[COUNT + t] = t - starts[i];
            tokens[2 * COUNT + t] = t % s.types;
        }
    }
    float *all = room(COUNT * s.hidden * 4), *firsts = room(3 * s.hidden * 4);
    check(allodium_encoder_run(m, COUNT, tokens, 3, starts, 0, 0, all), "a run");
    check(allodium_encoder_run(m, COUNT, tokens, 3, starts, 1, 1, firsts), "a run of firsts");
    for (int64_t i = 0; i < COUNT * s.hidden; i++) {
        check(isfinite(all[i]), "a vector is finite");
    }
    for (int i = 0; i < 3; i++) {
        check(memcmp(firsts + i * s.hidden, all + starts[i] * s.hidden, s.hidden * 4) == 0,
              "an input's first vector");
    }
    allodium_encoder_close(m);
    free(words), free(places), free(kinds), free(all), free(firsts);
}

static void run(void) {
    for (int stored = STORED_F32; stored <= STORED_BF16; stored++) {
        decode((DecoderShape){2, 50, 4, 2, 16, 70, 131, 64, 16, 16, 1, 1, 1, 1, 1e-5, 1, 0.25, 1, 1}, stored);
        decode((DecoderShape){1, 72, 3, 1, 32, 130, 67, 4096, 8, 8, 1, 0, 0, 0, 1e-5, 2, 0.2, 0.5, 1}, stored);
        decode((DecoderShape){2, 128, 2, 2, 64, 192, 99, 40, 4, 8, 0, 0, 0, 1, 1e-5, 1, 0.1, 1, 0.5}, stored);
        encode((EncoderShape){2, 64, 2, 144, 40, 2, 16, 1e-6}, stored);
        encode((EncoderShape){1, 96, 2, 160, 40, 1, 8, 1e-6}, stored);
    }
}

int main(void) {
    run();
    /* The same once more by tiles, whose own check runs first. */
    check(allodium_tiles(1) == 1, "tiles are used");
    run();
    puts("all kernels ran");
    return 0;
}
