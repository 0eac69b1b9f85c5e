/* An encoder of the BERT family: all tokens of a batch behind each other, without padding. Only
   attention knows where an input begins. */
#include "encoder.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

enum { CHUNK = 96 };
enum { QUERY, KEY, VALUE, OUT, UP, DOWN };
enum { AS_IT_IS, BENT, ADDED };

typedef struct {
    Linear joined, out, up, down;
    float *norms; /* gain and shift behind attention, gain and shift behind the feed-forward part */
} Layer;

typedef struct {
    int64_t layers, hidden, heads, wide, positions, types, bits;
    double epsilon;
} Shape;

_Static_assert(sizeof(Shape) == 8 * 8 && offsetof(Shape, bits) == 6 * 8
               && offsetof(Shape, epsilon) == 7 * 8, "CpuEncoder.open lays out 7 numbers, 1 decimal");
_Static_assert(OUT == 3 && DOWN == 5, "CpuEncoder numbers matrices so");

typedef struct {
    Shape shape;
    const void *words; /* as the file stores them; stay with the caller */
    int words_stored;
    float *places, *kinds, *norms;
    Layer *layer;
    float *x, *joined, *mixed, *broad, *heads;
    Input input;
    int64_t tokens, longest; /* that the buffers are made for */
    int threads;
    int use; /* threads of the run under way */
} Encoder;

static float *floats(int64_t count) {
    return aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
}

static void drop_buffers(Encoder *e) {
    free(e->x), free(e->joined), free(e->mixed), free(e->broad), free(e->heads);
    free(e->input.bytes), free(e->input.scales), free(e->input.offsets);
    e->x = e->joined = e->mixed = e->broad = e->heads = 0;
    memset(&e->input, 0, sizeof(Input));
    e->tokens = e->longest = 0;
}

void allodium_encoder_close(Encoder *e) {
    for (int64_t l = 0; e->layer && l < e->shape.layers; l++) {
        Layer *layer = e->layer + l;
        linear_free(&layer->joined), linear_free(&layer->out);
        linear_free(&layer->up), linear_free(&layer->down);
        free(layer->norms);
    }
    drop_buffers(e);
    free(e->layer), free(e->places), free(e->kinds), free(e->norms), free(e);
}

Encoder *allodium_encoder_open(const Shape *shape) {
    Encoder *e = calloc(1, sizeof(Encoder));
    if (!e) {
        return 0;
    }
    e->shape = *shape;
    int64_t h = shape->hidden, bits = shape->bits;
    e->layer = calloc(shape->layers, sizeof(Layer));
    e->places = floats(shape->positions * h);
    e->kinds = floats(shape->types * h);
    e->norms = floats(2 * h);
    int made = e->layer && e->places && e->kinds && e->norms;
    for (int64_t l = 0; made && l < shape->layers; l++) {
        Layer *layer = e->layer + l;
        layer->norms = floats(4 * h);
        made = layer->norms && linear_make(&layer->joined, bits, 3 * h, h, 1)
               && linear_make(&layer->out, bits, h, h, 1)
               && linear_make(&layer->up, bits, shape->wide, h, 1)
               && linear_make(&layer->down, bits, h, shape->wide, 1);
    }
    if (!made) {
        allodium_encoder_close(e);
        return 0;
    }
    return e;
}

static Linear *part_of(Layer *layer, int part) {
    return part <= VALUE ? &layer->joined : part == OUT ? &layer->out : part == UP ? &layer->up : &layer->down;
}

void allodium_encoder_matrix(Encoder *e, int64_t l, int part, const void *content, int stored) {
    Linear *linear = part_of(e->layer + l, part);
    int64_t rows = part == UP ? e->shape.wide : e->shape.hidden;
    int64_t first = part <= VALUE ? part * e->shape.hidden : 0;
    int64_t row_bytes = linear->inputs * (stored == STORED_F32 ? 4 : 2);
#pragma omp parallel for
    for (int64_t r = 0; r < rows; r += COLUMNS) {
        int64_t count = rows - r < COLUMNS ? rows - r : COLUMNS;
        linear_pack(linear, first + r, count, (const char *)content + r * row_bytes, stored);
    }
}

void allodium_encoder_bias(Encoder *e, int64_t l, int part, const void *content, int stored) {
    int64_t rows = part == UP ? e->shape.wide : e->shape.hidden;
    int64_t first = part <= VALUE ? part * e->shape.hidden : 0;
    numbers(part_of(e->layer + l, part)->bias + first, content, 0, rows, stored);
}

/* A norm's gain or shift; layer -1 is that of the embeddings. */
void allodium_encoder_norm(Encoder *e, int64_t l, int which, const void *content, int stored) {
    float *norms = l < 0 ? e->norms : e->layer[l].norms;
    numbers(norms + which * e->shape.hidden, content, 0, e->shape.hidden, stored);
}

void allodium_encoder_tables(Encoder *e, const void *words, int words_stored, const void *places,
                             int places_stored, const void *kinds, int kinds_stored) {
    e->words = words;
    e->words_stored = words_stored;
    numbers(e->places, places, 0, e->shape.positions * e->shape.hidden, places_stored);
    numbers(e->kinds, kinds, 0, e->shape.types * e->shape.hidden, kinds_stored);
}

static int make_buffers(Encoder *e, int64_t tokens, int64_t longest) {
    int threads = omp_get_max_threads();
    if (tokens <= e->tokens && longest <= e->longest && threads <= e->threads) {
        return 1;
    }
    drop_buffers(e);
    int64_t h = e->shape.hidden, most = e->shape.wide > h ? e->shape.wide : h;
    int64_t padded = padded_inputs(8, most), width = h / e->shape.heads;
    e->input.groups = padded / group_size(8);
    e->input.bytes_stride = row_bytes((int)e->shape.bits, padded);
    e->x = floats(tokens * h);
    e->joined = floats(tokens * 3 * h);
    e->mixed = floats(tokens * h);
    e->broad = floats(tokens * e->shape.wide);
    e->heads = floats(threads * (longest + LANES) * (width + QUERIES));
    e->input.bytes = aligned_alloc(64, tokens * e->input.bytes_stride);
    e->input.scales = floats(tokens * e->input.groups);
    e->input.offsets = (int32_t *)floats(tokens * e->input.groups);
    e->tokens = tokens, e->longest = longest, e->threads = threads;
    return e->x && e->joined && e->mixed && e->broad && e->heads && e->input.bytes
           && e->input.scales && e->input.offsets;
}

/* x (1 + erf(x / sqrt 2)) / 2; the rational approximation of erf is good to 2e-7. */
INLINE __m512 gelu(__m512 x) {
    __m512 z = _mm512_mul_ps(_mm512_abs_ps(x), _mm512_set1_ps(0.70710678f));
    __m512 t = inverse_ps(_mm512_fmadd_ps(z, _mm512_set1_ps(0.3275911f), _mm512_set1_ps(1)));
    __m512 p = _mm512_set1_ps(1.061405429f);
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-1.453152027f));
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(1.421413741f));
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-0.284496736f));
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(0.254829592f));
    __m512 fall = exp2_ps(_mm512_mul_ps(_mm512_mul_ps(z, z), _mm512_set1_ps(-1.44269504f)));
    __m512 half = _mm512_mul_ps(_mm512_mul_ps(p, t), _mm512_mul_ps(fall, _mm512_set1_ps(0.5f)));
    __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
    __m512 share = _mm512_mask_blend_ps(negative, _mm512_sub_ps(_mm512_set1_ps(1), half), half);
    return _mm512_mul_ps(x, share);
}

/* to = x W' + bias, bent or added to what `to` holds. */
static void gemm(const Linear *l, const Input *in, int64_t rows, int how, float *to, int threads) {
    int64_t chunks = (rows + CHUNK - 1) / CHUNK;
#pragma omp parallel num_threads(threads)
    {
        float out[CHUNK * COLUMNS] __attribute__((aligned(64)));
#pragma omp for schedule(static) nowait
        for (int64_t unit = 0; unit < l->blocks * chunks; unit++) {
            int64_t block = unit / chunks, row = unit % chunks * CHUNK;
            int64_t count = rows - row < CHUNK ? rows - row : CHUNK;
            int64_t next = block + 1 < l->blocks ? block + 1 : block;
            linear_block(l, in, block, row, count, out, l->weights + next * l->block_bytes);
            int64_t columns = l->outputs - block * COLUMNS;
            columns = columns < COLUMNS ? columns : COLUMNS;
            for (int64_t r = 0; r < count; r++) {
                float *at = to + (row + r) * l->outputs + block * COLUMNS;
                for (int64_t c = 0; c < columns; c += LANES) {
                    __m512 y = _mm512_load_ps(out + r * COLUMNS + c);
                    y = how == BENT ? gelu(y) : how == ADDED ? _mm512_add_ps(y, _mm512_loadu_ps(at + c)) : y;
                    _mm512_storeu_ps(at + c, y);
                }
            }
        }
    }
}

/* Makes rows the input of layers like `like`, which need one in bytes prepared row by row. */
static const Input *given(Encoder *e, const Linear *like, const float *rows) {
    e->input.plain = rows;
    e->input.plain_stride = like->inputs;
    return &e->input;
}

static void prepare_row(Encoder *e, const Linear *like, int64_t row, const float *x) {
    if (reads_bytes(like->bits)) {
        quantize_row(like, &e->input, row, x);
    }
}

static const Input *prepared(Encoder *e, const Linear *like, const float *rows, int64_t count) {
    if (reads_bytes(like->bits)) {
#pragma omp parallel for num_threads(e->use) schedule(static)
        for (int64_t r = 0; r < count; r++) {
            prepare_row(e, like, r, rows + r * like->inputs);
        }
    }
    return given(e, like, rows);
}

static void norm_row(float *x, const float *norms, int64_t count, float epsilon) {
    __m512 sum = _mm512_setzero_ps(), squares = _mm512_setzero_ps();
    for (int64_t i = 0; i < count; i += LANES) {
        sum = _mm512_add_ps(sum, _mm512_loadu_ps(x + i));
    }
    float mean = _mm512_reduce_add_ps(sum) / count;
    for (int64_t i = 0; i < count; i += LANES) {
        __m512 d = _mm512_sub_ps(_mm512_loadu_ps(x + i), _mm512_set1_ps(mean));
        squares = _mm512_fmadd_ps(d, d, squares);
    }
    __m512 scale = _mm512_set1_ps(1 / sqrtf(_mm512_reduce_add_ps(squares) / count + epsilon));
    for (int64_t i = 0; i < count; i += LANES) {
        __m512 d = _mm512_sub_ps(_mm512_loadu_ps(x + i), _mm512_set1_ps(mean));
        __m512 gain = _mm512_mul_ps(scale, _mm512_loadu_ps(norms + i));
        _mm512_storeu_ps(x + i, _mm512_fmadd_ps(d, gain, _mm512_loadu_ps(norms + count + i)));
    }
}

/* Norms rows and makes them the next layer's input, if there is one. */
static void norm_rows(Encoder *e, const float *norms, int64_t rows, const Linear *next) {
    int64_t h = e->shape.hidden;
#pragma omp parallel for num_threads(e->use) schedule(static)
    for (int64_t r = 0; r < rows; r++) {
        norm_row(e->x + r * h, norms, h, e->shape.epsilon);
        if (next) {
            prepare_row(e, next, r, e->x + r * h);
        }
    }
}

static void embed(Encoder *e, const int64_t *tokens, int64_t count) {
    int64_t h = e->shape.hidden;
    const int64_t *places = tokens + count, *kinds = places + count;
#pragma omp parallel for num_threads(e->use) schedule(static)
    for (int64_t t = 0; t < count; t++) {
        float *x = e->x + t * h;
        const float *place = e->places + places[t] * h, *kind = e->kinds + kinds[t] * h;
        numbers(x, e->words, tokens[t] * h, h, e->words_stored);
        for (int64_t i = 0; i < h; i++) {
            x[i] += place[i] + kind[i];
        }
        norm_row(x, e->norms, h, e->shape.epsilon);
        prepare_row(e, &e->layer->joined, t, x);
    }
}

static void attend_all(Encoder *e, int64_t inputs, const int64_t *starts) {
    int64_t heads = e->shape.heads, h = e->shape.hidden, width = h / heads;
    int64_t room = (e->longest + LANES) * (width + QUERIES);
#pragma omp parallel for num_threads(e->use) schedule(dynamic, 4)
    for (int64_t unit = 0; unit < inputs * heads; unit++) {
        int64_t from = starts[unit / heads], to = starts[unit / heads + 1], at = unit % heads * width;
        FullAttention one = {e->joined + from * 3 * h + at, e->mixed + from * h + at,
                             e->heads + omp_get_thread_num() * room, to - from, h, width};
        attention_full(&one);
    }
}

/* Vectors of all tokens after the last layer, or of each input's first token alone.
   tokens: ids, then positions, then types; starts: where each input begins, and the end;
   threads: 0 for all. What comes out does not depend on them. */
int allodium_encoder_run(Encoder *e, int64_t count, const int64_t *tokens, int64_t inputs,
                         const int64_t *starts, int firsts, int threads, float *out) {
    int64_t longest = 0, h = e->shape.hidden;
    for (int64_t i = 0; i < inputs; i++) {
        longest = starts[i + 1] - starts[i] > longest ? starts[i + 1] - starts[i] : longest;
    }
    if (!make_buffers(e, count, longest)) {
        drop_buffers(e);
        return 0;
    }
    e->use = threads > 0 && threads < e->threads ? threads : e->threads;
    const void *allowed = cores();
#pragma omp parallel num_threads(e->use)
    pin(allowed);
    embed(e, tokens, count);
    for (int64_t l = 0; l < e->shape.layers; l++) {
        Layer *layer = e->layer + l;
        const Linear *next = l + 1 < e->shape.layers ? &layer[1].joined : 0;
        gemm(&layer->joined, given(e, &layer->joined, e->x), count, AS_IT_IS, e->joined, e->use);
        attend_all(e, inputs, starts);
        if (firsts && !next) {
            for (int64_t i = 0; i < inputs; i++) {
                memmove(e->x + i * h, e->x + starts[i] * h, h * sizeof(float));
                memmove(e->mixed + i * h, e->mixed + starts[i] * h, h * sizeof(float));
            }
            count = inputs;
        }
        gemm(&layer->out, prepared(e, &layer->out, e->mixed, count), count, ADDED, e->x, e->use);
        norm_rows(e, layer->norms, count, &layer->up);
        gemm(&layer->up, given(e, &layer->up, e->x), count, BENT, e->broad, e->use);
        gemm(&layer->down, prepared(e, &layer->down, e->broad, count), count, ADDED, e->x, e->use);
        norm_rows(e, layer->norms + 2 * h, count, next);
    }
    unpin();
    memcpy(out, e->x, count * h * sizeof(float));
    return 1;
}
