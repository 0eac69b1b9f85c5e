#include "decoder.h"

#include <math.h>
#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Which matrix of a layer a row belongs to; the caller numbers them so. */
enum { QUERY, KEY, VALUE, OUT, GATE, UP, DOWN, HEAD };
/* Which vector. */
enum { NORM_ATTENTION, NORM_FEED, NORM_QUERY, NORM_KEY, NORM_LAST };

/* A part of a step, cut into tasks that threads take one by one. The next part begins when all
   tasks are done, not when all threads are there: a thread whose core somebody else has is waited
   for only if it holds a task, and catches up later. */
typedef struct {
    atomic_llong next, done;
} Stage;

enum { STAGES_PER_LAYER = 10, FURTHER_STAGES = 4, PATIENCE = 2000 };

static int64_t take(Stage *stage) {
    return atomic_fetch_add_explicit(&stage->next, 1, memory_order_acq_rel);
}

static void finish(Stage *stage) {
    atomic_fetch_add_explicit(&stage->done, 1, memory_order_acq_rel);
}

static void await(Stage *stage, int64_t total) {
    for (int turn = 0; atomic_load_explicit(&stage->done, memory_order_acquire) < total; turn++) {
        if (turn < PATIENCE) {
            _mm_pause();
        } else {
            sched_yield();
        }
    }
}

/* Rows that a thread takes at once where each row is work of its own. Neighbours of a long prompt
   write into the same lines of memory, which cores would else take from each other. */
enum { RUN = 16, LONG_PROMPT = 8 * RUN };

typedef struct {
    int64_t first, end;
} Run;

static int64_t run_length(int64_t rows) {
    return rows >= LONG_PROMPT ? RUN : 1;
}

static int take_run(Stage *stage, int64_t rows, Run *run) {
    int64_t length = run_length(rows);
    run->first = take(stage) * length;
    run->end = run->first + length < rows ? run->first + length : rows;
    return run->first < rows;
}

static void await_runs(Stage *stage, int64_t rows) {
    await(stage, (rows + run_length(rows) - 1) / run_length(rows));
}

typedef struct {
    Linear qkv, out, gate_up, down;
    float *norm_attention, *norm_feed, *norm_query, *norm_key;
    uint16_t *keys, *values;
    int rotates;
} Layer;

/* As the caller lays it out. */
typedef struct {
    int64_t layers, hidden, heads, key_heads, dimensions, inner, vocabulary, window;
    int64_t bits, head_bits, bias_qkv, bias_out, bias_feed, norms_heads;
    double epsilon, embedding, attention, residual, logits;
} Shape;

_Static_assert(sizeof(Shape) == 19 * 8 && offsetof(Shape, head_bits) == 9 * 8
               && offsetof(Shape, norms_heads) == 13 * 8 && offsetof(Shape, epsilon) == 14 * 8
               && offsetof(Shape, logits) == 18 * 8, "CpuDecoder.shape lays out 14 numbers, 5 decimals");
_Static_assert(HEAD == 7 && OUT == 3 && NORM_LAST == 4, "CpuDecoder numbers matrices and norms so");
_Static_assert(COLUMNS == 64 && PAGE == 16, "CpuDecoder.BLOCK and PAGE_TOKENS");

typedef struct {
    Shape s;
    Layer *layer;
    Linear head;
    float *norm_last, *frequencies;
    const void *table;
    int stored;
    int64_t pages, cache_bytes;
    /* Room for the rows of a step. */
    int64_t room;
    float *x, *qkv, *mixed, *inner, *cosines, *sines, *last;
    Input in;
    int64_t last_room;
    float *results;
    int64_t result_rows;
    Stage *stages;
} Model;

/* A step as the caller lays it out: per segment its first row, rows, position of the first row,
   and where its pages begin in the list of pages. */
typedef struct {
    int64_t rows, segments, outputs;
    const int64_t *ids, *positions, *places, *segment, *output;
    const int32_t *pages;
} Step;

_Static_assert(sizeof(Step) == 9 * 8 && offsetof(Step, ids) == 3 * 8 && offsetof(Step, output) == 7 * 8
               && offsetof(Step, pages) == 8 * 8, "CpuDecoder.step lays out 3 numbers, 6 lists");

static float *floats(int64_t count) {
    return aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
}

static int64_t up(int64_t n) {
    return (n + COLUMNS - 1) / COLUMNS * COLUMNS;
}

void allodium_close(Model *m) {
    for (int64_t l = 0; l < m->s.layers; l++) {
        Layer *y = &m->layer[l];
        Linear *all[] = {&y->qkv, &y->out, &y->gate_up, &y->down};
        for (int i = 0; i < 4; i++) {
            linear_free(all[i]);
        }
        free(y->norm_attention);
        free(y->norm_feed);
        free(y->norm_query);
        free(y->norm_key);
        release(y->keys, m->cache_bytes);
        release(y->values, m->cache_bytes);
    }
    linear_free(&m->head);
    void *all[] = {m->norm_last, m->frequencies, m->x, m->qkv, m->mixed, m->inner, m->cosines,
                   m->sines, m->last, m->in.scales, m->in.bytes, m->in.offsets};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
    release(m->results, m->result_rows * m->s.vocabulary * (int64_t)sizeof(float));
    free(m->stages);
    free(m->layer);
    free(m);
}

/* Null where memory is missing. */
Model *allodium_open(const Shape *shape, const float *frequencies, const int8_t *rotates) {
    Model *m = calloc(1, sizeof *m);
    if (!m) {
        return 0;
    }
    m->s = *shape;
    Shape *s = &m->s;
    m->layer = calloc(s->layers, sizeof(Layer));
    m->stages = calloc(s->layers * STAGES_PER_LAYER + FURTHER_STAGES, sizeof(Stage));
    m->norm_last = floats(s->hidden);
    m->frequencies = floats(s->dimensions / 2);
    int bits = (int)s->bits, made = m->layer && m->stages && m->norm_last && m->frequencies;
    int64_t queries = s->heads * s->dimensions, keys = s->key_heads * s->dimensions;
    for (int64_t l = 0; made && l < s->layers; l++) {
        Layer *y = &m->layer[l];
        y->rotates = rotates[l];
        made = linear_make(&y->qkv, bits, queries + 2 * keys, s->hidden, s->bias_qkv)
            && linear_make(&y->out, bits, s->hidden, queries, s->bias_out)
            && linear_make(&y->gate_up, bits, 2 * up(s->inner), s->hidden, s->bias_feed)
            && linear_make(&y->down, bits, s->hidden, s->inner, s->bias_feed)
            && (y->norm_attention = floats(s->hidden)) && (y->norm_feed = floats(s->hidden))
            && (y->norm_query = floats(s->dimensions)) && (y->norm_key = floats(s->dimensions));
    }
    made = made && linear_make(&m->head, (int)s->head_bits, s->vocabulary, s->hidden, 0);
    if (!made) {
        if (!m->layer) {
            s->layers = 0;
        }
        allodium_close(m);
        return 0;
    }
    memcpy(m->frequencies, frequencies, s->dimensions / 2 * sizeof(float));
    return m;
}

static Linear *matrix(Model *m, int64_t layer, int part) {
    Layer *y = &m->layer[part == HEAD ? 0 : layer];
    switch (part) {
        case OUT: return &y->out;
        case GATE: case UP: return &y->gate_up;
        case DOWN: return &y->down;
        case HEAD: return &m->head;
        default: return &y->qkv;
    }
}

/* Where a row goes: gate and up lie block by block beside each other. */
static int64_t place(const Model *m, int part, int64_t row) {
    int64_t d = m->s.dimensions;
    switch (part) {
        case KEY: return m->s.heads * d + row;
        case VALUE: return (m->s.heads + m->s.key_heads) * d + row;
        case GATE: return row / COLUMNS * 2 * COLUMNS + row % COLUMNS;
        case UP: return (row / COLUMNS * 2 + 1) * COLUMNS + row % COLUMNS;
        default: return row;
    }
}

/* Packs `rows` rows of a stored matrix, which begin at row `first` of the part: whole blocks, but for
   the part's last. */
void allodium_matrix(Model *m, int64_t layer, int part, int64_t first, int64_t rows,
                     const void *from, int stored) {
    Linear *l = matrix(m, layer, part);
    int64_t row_bytes = l->inputs * (stored == STORED_F32 ? 4 : 2);
    const void *allowed = cores();
#pragma omp parallel
    {
        pin(allowed);
#pragma omp for schedule(dynamic)
        for (int64_t r = 0; r < rows; r += COLUMNS) {
            int64_t count = rows - r < COLUMNS ? rows - r : COLUMNS;
            linear_pack(l, place(m, part, first + r), count, (const char *)from + r * row_bytes, stored);
        }
    }
    unpin();
}

void allodium_bias(Model *m, int64_t layer, int part, int64_t first, int64_t rows, const void *from,
                   int stored) {
    Linear *l = matrix(m, layer, part);
    for (int64_t r = 0; r < rows; r++) {
        numbers(&l->bias[place(m, part, first + r)], from, r, 1, stored);
    }
}

void allodium_vector(Model *m, int64_t layer, int which, const void *from, int64_t count,
                     int stored) {
    Layer *y = &m->layer[which == NORM_LAST ? 0 : layer];
    float *all[] = {y->norm_attention, y->norm_feed, y->norm_query, y->norm_key, m->norm_last};
    numbers(all[which], from, 0, count, stored);
}

/* The embedding table stays where the caller has it. */
void allodium_table(Model *m, const void *from, int stored) {
    m->table = from;
    m->stored = stored;
}

static int64_t page_elements(const Model *m) {
    return m->s.key_heads * m->s.dimensions * PAGE;
}

/* An empty cache in place of the one that was; 0 where memory is missing. */
int allodium_cache(Model *m, int64_t pages) {
    int64_t before = m->cache_bytes;
    m->pages = pages;
    m->cache_bytes = pages * page_elements(m) * sizeof(uint16_t);
    int made = 1;
    for (int64_t l = 0; l < m->s.layers; l++) {
        Layer *y = &m->layer[l];
        release(y->keys, before);
        release(y->values, before);
        y->keys = allocate(m->cache_bytes);
        y->values = allocate(m->cache_bytes);
        made = made && y->keys && y->values;
    }
    return made;
}

/* Pages to or from a run of bytes: per page, per layer, keys and values. */
void allodium_pages(Model *m, const int32_t *pages, int64_t count, uint8_t *content, int into) {
    int64_t size = page_elements(m) * sizeof(uint16_t);
    for (int64_t p = 0; p < count; p++) {
        for (int64_t l = 0; l < m->s.layers; l++) {
            uint16_t *both[] = {m->layer[l].keys, m->layer[l].values};
            for (int i = 0; i < 2; i++, content += size) {
                uint8_t *page = (uint8_t *)both[i] + pages[p] * size;
                memcpy(into ? page : content, into ? content : page, size);
            }
        }
    }
}

static int64_t widest(const Model *m) {
    int64_t queries = m->s.heads * m->s.dimensions;
    int64_t most = queries > m->s.hidden ? queries : m->s.hidden;
    return up(m->s.inner > most ? m->s.inner : most) + 128;
}

/* Room for so many words of 32 bits, and a little more, in place of what there was. */
static void *anew(void *before, int64_t words) {
    free(before);
    return floats(words + COLUMNS);
}

static int reserve(Model *m, int64_t rows) {
    const Shape *s = &m->s;
    if (rows <= m->room) {
        return 1;
    }
    int64_t width = widest(m), all = (s->heads + 2 * s->key_heads) * s->dimensions;
    int64_t bytes = row_bytes((int)s->bits, width);
    m->x = anew(m->x, rows * s->hidden);
    m->qkv = anew(m->qkv, rows * all);
    m->mixed = anew(m->mixed, rows * width);
    m->inner = anew(m->inner, rows * up(s->inner));
    m->cosines = anew(m->cosines, rows * s->dimensions);
    m->sines = anew(m->sines, rows * s->dimensions);
    m->in.scales = anew(m->in.scales, rows * (width / 64));
    m->in.offsets = anew(m->in.offsets, rows * (width / 64));
    m->in.bytes = anew(m->in.bytes, rows * (bytes / 4));
    m->in.bytes_stride = bytes;
    int made = m->x && m->qkv && m->mixed && m->inner && m->cosines && m->sines && m->in.scales
            && m->in.offsets && m->in.bytes;
    m->room = made ? rows : 0;
    return made;
}

static void norm(const Shape *s, const float *x, const float *weight, int64_t n, float *out) {
    __m512 sum = _mm512_setzero_ps();
    for (int64_t i = 0; i < n; i += 16) {
        __m512 v = _mm512_maskz_loadu_ps(lanes(n - i), x + i);
        sum = _mm512_fmadd_ps(v, v, sum);
    }
    float by = 1 / sqrtf(_mm512_reduce_add_ps(sum) / (float)n + (float)s->epsilon);
    for (int64_t i = 0; i < n; i++) {
        out[i] = x[i] * by * weight[i];
    }
}

/* What a linear layer reads: rows as they are, or normed if there is a weight; quantised for 8 and
   4 bits. */
typedef struct {
    const float *from;
    int64_t stride;
    const float *weight;
    float *normed;
} Source;

static Input prepare(Model *m, const Linear *l, const Source *s, int64_t rows, Stage *stage) {
    Input in = m->in;
    in.groups = l->bits == 16 ? 0 : l->padded / group_size(l->bits);
    in.plain = s->weight ? s->normed : s->from;
    in.plain_stride = s->stride;
    for (Run run; take_run(stage, rows, &run); finish(stage)) {
        for (int64_t r = run.first; r < run.end; r++) {
            const float *row = s->from + r * s->stride;
            if (s->weight) {
                norm(&m->s, row, s->weight, l->inputs, s->normed + r * s->stride);
                row = s->normed + r * s->stride;
            }
            if (reads_bytes(l->bits)) {
                quantize_row(l, &in, r, row);
            }
        }
    }
    await_runs(stage, rows);
    return in;
}

enum { ROWS_AT_ONCE = 192 };

/* What becomes of a block of results. */
typedef struct {
    enum { STORE, ADD, ADD_SCALED, SWIGLU } kind;
    float *to;
    int64_t stride;
    float by;
} Epilogue;

static void finish_block(const Epilogue *u, const float *a, const float *b, int64_t row,
                         int64_t rows, int64_t column, int64_t columns) {
    for (int64_t r = 0; r < rows; r++, a += COLUMNS, b += COLUMNS) {
        float *to = u->to + (row + r) * u->stride + column;
        for (int64_t c = 0; c < columns; c += 16) {
            __mmask16 k = lanes(columns - c);
            __m512 v = _mm512_load_ps(a + c);
            if (u->kind == SWIGLU) {
                __m512 e = exp2_ps(_mm512_mul_ps(v, _mm512_set1_ps(-1.44269504f)));
                v = _mm512_mul_ps(v, inverse_ps(_mm512_add_ps(e, _mm512_set1_ps(1))));
                v = _mm512_mul_ps(v, _mm512_load_ps(b + c));
            } else if (u->kind == ADD_SCALED) {
                v = _mm512_fmadd_ps(v, _mm512_set1_ps(u->by), _mm512_maskz_loadu_ps(k, to + c));
            } else if (u->kind == ADD) {
                v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(k, to + c));
            } else {
                v = _mm512_mul_ps(v, _mm512_set1_ps(u->by));
            }
            _mm512_mask_storeu_ps(to + c, k, v);
        }
    }
}

/* A linear layer by all threads. Each takes the next block when it has done one, so that a thread
   that is held up delays little, and reads ahead the block that it takes next. */
static void gemm(Model *m, const Linear *l, const Input *in, int64_t rows, const Epilogue *u,
                 Stage *stage) {
    int pair = u->kind == SWIGLU ? 2 : 1;
    int64_t groups = l->blocks / pair, parts = (rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    int64_t outputs = pair == 2 ? m->s.inner : l->outputs, total = groups * parts;
    _Alignas(64) float a[ROWS_AT_ONCE * COLUMNS], b[ROWS_AT_ONCE * COLUMNS];
    int64_t task = take(stage);
    while (task < total) {
        int64_t following = take(stage);
        int64_t after = following < total ? following : task;
        const uint8_t *next = l->weights + after % groups * pair * l->block_bytes;
        int64_t group = task % groups, row = task / groups * ROWS_AT_ONCE;
        int64_t count = rows - row < ROWS_AT_ONCE ? rows - row : ROWS_AT_ONCE;
        if (pair == 2) {
            const uint8_t *second = l->weights + (2 * group + 1) * l->block_bytes;
            linear_block(l, in, 2 * group, row, count, a, second);
            linear_block(l, in, 2 * group + 1, row, count, b, next);
        } else {
            linear_block(l, in, group, row, count, a, next);
        }
        int64_t column = group * COLUMNS;
        int64_t columns = outputs - column < COLUMNS ? outputs - column : COLUMNS;
        finish_block(u, a, b, row, count, column, columns);
        finish(stage);
        task = following;
    }
    await(stage, total);
}

static void rotate(float *x, const float *cosines, const float *sines, int64_t d) {
    for (int64_t i = 0; i < d / 2; i++) {
        float u = x[i], v = x[i + d / 2];
        x[i] = u * cosines[i] - v * sines[i];
        x[i + d / 2] = v * cosines[i] + u * sines[i];
    }
}

/* Norms and rotates a row's queries and keys, and writes its keys and values into their page. */
static void place_row(Model *m, const Layer *y, int64_t row, int64_t where) {
    const Shape *s = &m->s;
    int64_t d = s->dimensions;
    float *x = m->qkv + row * (s->heads + 2 * s->key_heads) * d;
    for (int64_t h = 0; h < s->heads + s->key_heads; h++) {
        float *head = x + h * d;
        if (s->norms_heads) {
            norm(s, head, h < s->heads ? y->norm_query : y->norm_key, d, head);
        }
        if (y->rotates) {
            rotate(head, m->cosines + row * d / 2, m->sines + row * d / 2, d);
        }
    }
    int64_t at = where / PAGE * page_elements(m), slot = where % PAGE;
    for (int64_t h = 0; h < s->key_heads; h++) {
        const float *key = x + (s->heads + h) * d, *value = key + s->key_heads * d;
        uint16_t *keys = y->keys + at + h * d * PAGE, *values = y->values + at + h * d * PAGE;
        for (int64_t i = 0; i < d; i++) {
            keys[i / 2 * 2 * PAGE + slot * 2 + i % 2] = to_bf16(key[i]);
            values[slot / 2 * 2 * d + i * 2 + slot % 2] = to_bf16(value[i]);
        }
    }
}

/* A segment's queries of one key-value head, some rows at a time, from the last, which are the
   dearest. */
static void attend_all(Model *m, const Layer *y, const Step *step, Stage *stage) {
    const Shape *s = &m->s;
    int64_t d = s->dimensions, group = s->heads / s->key_heads;
    int64_t at_once = QUERY_ROWS / group, width = (s->heads + 2 * s->key_heads) * d;
    int64_t task = take(stage), before = 0;
    for (int64_t i = 0; i < step->segments; i++) {
        const int64_t *g = step->segment + 4 * i;
        int64_t parts = (g[1] + at_once - 1) / at_once, tasks = parts * s->key_heads;
        for (; task < before + tasks; task = take(stage)) {
            int64_t part = parts - 1 - (task - before) / s->key_heads;
            int64_t head = (task - before) % s->key_heads, first = part * at_once;
            Attention a = {
                m->qkv + (g[0] + first) * width + head * group * d, width,
                m->mixed + (g[0] + first) * s->heads * d + head * group * d, s->heads * d,
                y->keys, y->values, step->pages + g[3], page_elements(m), head * d * PAGE,
                g[2] + first, g[1] - first < at_once ? g[1] - first : at_once, s->window,
                (int)group, (int)d, (float)s->attention};
            attend(&a);
            finish(stage);
        }
        before += tasks;
    }
    await(stage, before);
}

static void begin(Model *m, const Step *step, Stage *stage) {
    const Shape *s = &m->s;
    int64_t half = s->dimensions / 2;
    for (int64_t r = take(stage); r < step->rows; r = take(stage)) {
        float *x = m->x + r * s->hidden;
        numbers(x, m->table, step->ids[r] * s->hidden, s->hidden, m->stored);
        for (int64_t i = 0; i < s->hidden; i++) {
            x[i] *= (float)s->embedding;
        }
        for (int64_t i = 0; i < half; i++) {
            float angle = (float)step->positions[r] * m->frequencies[i];
            m->cosines[r * half + i] = cosf(angle);
            m->sines[r * half + i] = sinf(angle);
        }
        finish(stage);
    }
    await(stage, step->rows);
}

static void run_layer(Model *m, const Layer *y, const Step *step, Stage *stage) {
    const Shape *s = &m->s;
    int64_t rows = step->rows, queries = s->heads * s->dimensions;
    int plain = s->residual == 1;
    Epilogue store = {STORE, m->qkv, queries + 2 * s->key_heads * s->dimensions, 1};
    Epilogue add = {plain ? ADD : ADD_SCALED, m->x, s->hidden, (float)s->residual};
    Epilogue gate = {SWIGLU, m->inner, up(s->inner), 1};
    Source before = {m->x, s->hidden, y->norm_attention, m->mixed};
    Source seen = {m->mixed, queries, 0, 0};
    Source after = {m->x, s->hidden, y->norm_feed, m->mixed};
    Source inner = {m->inner, up(s->inner), 0, 0};
    Input in = prepare(m, &y->qkv, &before, rows, stage);
    gemm(m, &y->qkv, &in, rows, &store, stage + 1);
    for (Run run; take_run(stage + 2, rows, &run); finish(stage + 2)) {
        for (int64_t r = run.first; r < run.end; r++) {
            place_row(m, y, r, step->places[r]);
        }
    }
    await_runs(stage + 2, rows);
    attend_all(m, y, step, stage + 3);
    in = prepare(m, &y->out, &seen, rows, stage + 4);
    gemm(m, &y->out, &in, rows, &add, stage + 5);
    in = prepare(m, &y->gate_up, &after, rows, stage + 6);
    gemm(m, &y->gate_up, &in, rows, &gate, stage + 7);
    in = prepare(m, &y->down, &inner, rows, stage + 8);
    gemm(m, &y->down, &in, rows, &add, stage + 9);
}

/* Computes all rows and keeps those whose logits are wanted; 0 where memory is missing. */
int allodium_step(Model *m, const Step *step) {
    int64_t hidden = m->s.hidden;
    if (!reserve(m, step->rows)) {
        return 0;
    }
    if (step->outputs > m->last_room) {
        free(m->last);
        m->last = floats(step->outputs * hidden);
        m->last_room = m->last ? step->outputs : 0;
        if (!m->last) {
            return 0;
        }
    }
    int64_t stages = m->s.layers * STAGES_PER_LAYER;
    memset(m->stages, 0, (stages + FURTHER_STAGES) * sizeof(Stage));
    const void *allowed = cores();
#pragma omp parallel
    {
        pin(allowed);
        begin(m, step, m->stages + stages);
        for (int64_t l = 0; l < m->s.layers; l++) {
            run_layer(m, &m->layer[l], step, m->stages + l * STAGES_PER_LAYER);
        }
        Stage *last = m->stages + stages + 1;
        for (int64_t i = take(last); i < step->outputs; i = take(last)) {
            norm(&m->s, m->x + step->output[i] * hidden, m->norm_last, hidden, m->last + i * hidden);
        }
    }
    unpin();
    return 1;
}

static int32_t likeliest(const float *logits, int64_t count) {
    __m512 top = _mm512_set1_ps(-INFINITY);
    int64_t i = 0;
    for (; i + 16 <= count; i += 16) {
        top = _mm512_max_ps(top, _mm512_loadu_ps(logits + i));
    }
    float most = _mm512_reduce_max_ps(top);
    for (; i < count; i++) {
        most = logits[i] > most ? logits[i] : most;
    }
    for (i = 0; i < count && logits[i] != most; i++) {
    }
    return (int32_t)(i < count ? i : 0);
}

/* Logits of the kept rows from `first`, and the likeliest token of each. They stay until the next
   call; null where memory is missing. */
const float *allodium_head(Model *m, int64_t first, int64_t rows, int32_t *best) {
    if (!reserve(m, rows)) {
        return 0;
    }
    int64_t row_bytes = m->s.vocabulary * (int64_t)sizeof(float);
    if (rows > m->result_rows) {
        release(m->results, m->result_rows * row_bytes);
        m->results = allocate(rows * row_bytes);
        m->result_rows = m->results ? rows : 0;
        if (!m->results) {
            return 0;
        }
    }
    float *logits = m->results;
    Epilogue store = {STORE, logits, m->s.vocabulary, (float)m->s.logits};
    memset(m->stages, 0, FURTHER_STAGES * sizeof(Stage));
    Source source = {m->last + first * m->s.hidden, m->s.hidden, 0, 0};
    const void *allowed = cores();
#pragma omp parallel
    {
        pin(allowed);
        Input in = prepare(m, &m->head, &source, rows, m->stages);
        gemm(m, &m->head, &in, rows, &store, m->stages + 1);
        for (int64_t r = take(m->stages + 2); r < rows; r = take(m->stages + 2)) {
            best[r] = likeliest(logits + r * m->s.vocabulary, m->s.vocabulary);
        }
    }
    unpin();
    return logits;
}
