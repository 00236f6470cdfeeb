// Attention: tiles of queries against blocks of positions. The arithmetic is in the tables.
#include "ck_attention.h"
#include "ck_rows.h"
#include "ck_scalar.h"
#include "ck_table.h"
#include <stdatomic.h>

enum {
    ROWS = 48,       // query rows (tokens x heads of a group) of a tile
    POSITIONS = 128, // positions of a block
    SEGMENT = 256,   // positions whose sums are gathered apart, whoever does it: results do not depend on the schedule
    PARTIAL_FLOATS = 1 << 18,
    SERIAL_WORK = 1 << 14, // multiplications below which waking the others costs more than it gains
};

/// What the rows of a tile have gathered: the largest score, the sum of weights, and the weighted sum of values.
typedef struct gathered {
    float *largest, *sum, *acc; // (rows), (rows), (rows, head)
} gathered;

typedef struct scratch {
    _Alignas(64) float q[ROWS * CK_MAX_HEAD];
    _Alignas(64) float scores[ROWS * POSITIONS];
    _Alignas(64) float segment[ROWS * (CK_MAX_HEAD + 2)];
    _Alignas(64) float total[ROWS * (CK_MAX_HEAD + 2)];
    // A block of a cache in Q8_0, in F16.
    _Alignas(64) uint16_t keys[POSITIONS * CK_MAX_HEAD];
    _Alignas(64) uint16_t values[POSITIONS * CK_MAX_HEAD];
} scratch;

typedef struct plan {
    const ck_attention_args *args;
    const ck_kernels *kernels;
    ck_pool *pool;
    scratch *scratches;
    float *partials; // (items, rows of a tile * (head + 2)), used when segments are shared out
    size_t group, heads_per_tile, tokens_per_tile;
    size_t head_tiles, token_tiles, tiles;
    size_t segments; // 0: an item is a tile; else it is one segment of a tile
    size_t items;
    atomic_size_t next;
} plan;

/// Some heads of a group and some tokens, and the positions that any of them sees.
typedef struct tile {
    size_t kv_head, first_head, heads, first_token, tokens, rows, begin, end;
} tile;

size_t ck_attention_workspace(size_t workers) {
    return workers * sizeof(scratch) + PARTIAL_FLOATS * sizeof(float) + 64;
}

static gathered gathered_at(float *at, size_t rows) {
    return (gathered){at, at + rows, at + 2 * rows};
}

static void clear(gathered g, size_t rows, size_t head) {
    for (size_t row = 0; row < rows; row++) {
        g.largest[row] = -INFINITY;
        g.sum[row] = 0;
    }
    memset(g.acc, 0, rows * head * sizeof(float));
}

static tile tile_of(const plan *p, size_t index) {
    const ck_attention_args *a = p->args;
    const size_t head_tile = index % p->head_tiles, token_tile = index / p->head_tiles % p->token_tiles;
    tile t = {.kv_head = index / p->head_tiles / p->token_tiles};
    t.first_head = t.kv_head * p->group + head_tile * p->heads_per_tile;
    t.heads = ck_min_size(p->heads_per_tile, p->group - head_tile * p->heads_per_tile);
    t.first_token = token_tile * p->tokens_per_tile;
    t.tokens = ck_min_size(p->tokens_per_tile, a->n - t.first_token);
    t.rows = t.tokens * t.heads;
    const size_t oldest = a->position + t.first_token + 1;
    t.end = a->causal ? a->position + t.first_token + t.tokens : a->length;
    t.begin = a->causal && a->window && oldest > a->window ? (oldest - a->window) / POSITIONS * POSITIONS : 0;
    return t;
}

static size_t row_token(tile t, size_t row) {
    return t.first_token + row / t.heads;
}

/// Scores that a row must not see become -Inf.
static void mask(const ck_attention_args *a, tile t, size_t row, size_t block, size_t count, float *scores) {
    if (!a->causal)
        return;
    const size_t own = a->position + row_token(t, row);
    const size_t to = own + 1 <= block ? 0 : ck_min_size(count, own + 1 - block);
    const size_t oldest = a->window && own + 1 > a->window ? own + 1 - a->window : 0;
    const size_t from = oldest <= block ? 0 : ck_min_size(count, oldest - block);
    for (size_t i = 0; i < from; i++)
        scores[i] = -INFINITY;
    for (size_t i = to; i < count; i++)
        scores[i] = -INFINITY;
}

/// A position that stands for several equal ones weighs as much as they would.
static void repeat(const ck_attention_args *a, size_t block, size_t count, float *scores) {
    const size_t first = a->length - a->repeated;
    for (size_t i = first > block ? first - block : 0; i < count; i++)
        scores[i] += a->log_repeats;
}

void ck_hadamard(float *x, size_t n) {
    for (size_t g = 0; g < n; g += CK_GROUP, x += CK_GROUP) {
        for (size_t half = 1; half < CK_GROUP; half *= 2)
            for (size_t i = 0; i < CK_GROUP; i += 2 * half)
                for (size_t j = i; j < i + half; j++) {
                    const float a = x[j], b = x[j + half];
                    x[j] = a + b;
                    x[j + half] = a - b;
                }
        for (size_t i = 0; i < CK_GROUP; i++)
            x[i] *= 0.176776695f; // 1 / √32
    }
}

static void gather_queries(const plan *p, tile t, float *q) {
    const ck_attention_args *a = p->args;
    const size_t head = a->kv->head_size;
    for (size_t row = 0; row < t.rows; row++) {
        const float *from = a->q + row_token(t, row) * a->q_stride + (t.first_head + row % t.heads) * head;
        for (size_t i = 0; i < head; i++)
            q[row * head + i] = from[i] * a->scale;
        if (a->kv->type == CK_KV_Q8_0)
            ck_hadamard(q + row * head, head);
    }
}

size_t ck_kv_head_bytes(ck_kv_type type, size_t head_size) {
    return type == CK_KV_Q8_0 ? head_size / CK_GROUP * CK_KV_BLOCK : head_size * sizeof(uint16_t);
}

/// The keys of a head from `position`, which begins a panel, on.
static uint8_t *keys_at(const ck_kv *kv, size_t head, size_t position) {
    return (uint8_t *)kv->k + (head * kv->capacity + position) * ck_kv_head_bytes(kv->type, kv->head_size);
}
static uint8_t *values_at(const ck_kv *kv, size_t head, size_t position) {
    return (uint8_t *)kv->v + (head * kv->capacity + position) * ck_kv_head_bytes(kv->type, kv->head_size);
}

/// Panels of keys from `position` on in F16: where they are, or in the scratch.
static const uint16_t *half_keys(const plan *p, size_t head, size_t position, size_t panels, scratch *s) {
    const ck_kv *kv = p->args->kv;
    const uint8_t *keys = keys_at(kv, head, position);
    if (kv->type == CK_KV_F16)
        return (const uint16_t *)(const void *)keys;
    p->kernels->widen_keys(keys, panels, kv->head_size, s->keys);
    return s->keys;
}

/// The same for `count` values.
static const uint16_t *half_values(const plan *p, size_t head, size_t position, size_t count, scratch *s) {
    const ck_kv *kv = p->args->kv;
    const uint8_t *values = values_at(kv, head, position);
    if (kv->type == CK_KV_F16)
        return (const uint16_t *)(const void *)values;
    p->kernels->widen_values(values, count * (kv->head_size / CK_GROUP), s->values);
    return s->values;
}

/// Attention of a tile to positions [begin, end), an online softmax from block to block.
static void attend(const plan *p, tile t, size_t begin, size_t end, scratch *s, gathered out) {
    const size_t head = p->args->kv->head_size;
    clear(out, t.rows, head);
    for (size_t block = begin; block < end; block += POSITIONS) {
        const size_t count = ck_min_size(POSITIONS, end - block);
        const size_t panels = (count + CK_KEY_PANEL - 1) / CK_KEY_PANEL;
        const uint16_t *keys = half_keys(p, t.kv_head, block, panels, s);
        p->kernels->scores(s->q, t.rows, keys, panels, head, s->scores, POSITIONS);
        for (size_t row = 0; row < t.rows; row++) {
            float *scores = s->scores + row * POSITIONS, *acc = out.acc + row * head;
            mask(p->args, t, row, block, count, scores);
            if (p->args->repeated)
                repeat(p->args, block, count, scores);
            const float factor = p->kernels->online_softmax(scores, count, &out.largest[row], &out.sum[row]);
            if (factor != 1)
                for (size_t i = 0; i < head; i++)
                    acc[i] *= factor;
        }
        const uint16_t *values = half_values(p, t.kv_head, block, count, s);
        p->kernels->mix(s->scores, POSITIONS, t.rows, values, count, head, out.acc);
    }
}

/// Adds the sums of one more segment.
static void merge(gathered total, gathered segment, size_t rows, size_t head) {
    for (size_t row = 0; row < rows; row++) {
        const float before = total.largest[row], added = segment.largest[row];
        if (added == -INFINITY)
            continue;
        const float largest = added > before ? added : before;
        const float keep = ck_exp(before - largest), weight = ck_exp(added - largest);
        total.largest[row] = largest;
        total.sum[row] = total.sum[row] * keep + segment.sum[row] * weight;
        for (size_t i = 0; i < head; i++)
            total.acc[row * head + i] = total.acc[row * head + i] * keep + segment.acc[row * head + i] * weight;
    }
}

static void write_out(const plan *p, tile t, gathered total) {
    const ck_attention_args *a = p->args;
    const size_t head = a->kv->head_size;
    for (size_t row = 0; row < t.rows; row++) {
        float *out = a->out + row_token(t, row) * a->out_stride + (t.first_head + row % t.heads) * head;
        const float factor = 1 / total.sum[row];
        for (size_t i = 0; i < head; i++)
            out[i] = total.acc[row * head + i] * factor;
    }
}

static float *partial_at(const plan *p, size_t tile_index, size_t segment) {
    const size_t floats = p->heads_per_tile * p->tokens_per_tile * (p->args->kv->head_size + 2);
    return p->partials + (tile_index * p->segments + segment) * floats;
}

/// A whole tile, segment after segment.
static void attend_tile(const plan *p, size_t index, scratch *s) {
    const size_t head = p->args->kv->head_size;
    const tile t = tile_of(p, index);
    const gathered segment = gathered_at(s->segment, t.rows), total = gathered_at(s->total, t.rows);
    gather_queries(p, t, s->q);
    clear(total, t.rows, head);
    for (size_t begin = t.begin; begin < t.end;) {
        const size_t end = ck_min_size((begin / SEGMENT + 1) * SEGMENT, t.end);
        attend(p, t, begin, end, s, segment);
        merge(total, segment, t.rows, head);
        begin = end;
    }
    write_out(p, t, total);
}

/// One segment of a tile; `merge_tile` puts them together when all are there.
static void attend_segment(const plan *p, size_t item, scratch *s) {
    const size_t index = item / p->segments, segment = item % p->segments;
    const tile t = tile_of(p, index);
    const size_t end = ck_min_size((segment + 1) * SEGMENT, t.end);
    const size_t begin = segment * SEGMENT > t.begin ? segment * SEGMENT : t.begin;
    gather_queries(p, t, s->q);
    attend(p, t, begin, end, s, gathered_at(partial_at(p, index, segment), t.rows));
}

static void merge_tile(const plan *p, size_t index, scratch *s) {
    const size_t head = p->args->kv->head_size;
    const tile t = tile_of(p, index);
    const gathered total = gathered_at(s->total, t.rows);
    clear(total, t.rows, head);
    for (size_t segment = 0; segment < p->segments; segment++)
        merge(total, gathered_at(partial_at(p, index, segment), t.rows), t.rows, head);
    write_out(p, t, total);
}

static void work(void *context, size_t worker, size_t workers) {
    plan *p = context;
    scratch *s = &p->scratches[worker];
    for (;;) {
        // The last items see the most positions: they go first.
        const size_t taken = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed);
        if (taken >= p->items)
            break;
        const size_t item = p->items - 1 - taken;
        if (p->segments)
            attend_segment(p, item, s);
        else
            attend_tile(p, item, s);
    }
    if (p->segments == 0)
        return;
    if (workers > 1)
        ck_pool_barrier(p->pool);
    for (size_t index = worker; index < p->tiles; index += workers)
        merge_tile(p, index, s);
}

static bool sound(const ck_attention_args *a) {
    const ck_kv *kv = a->kv;
    const size_t multiple = kv->type == CK_KV_Q8_0 ? CK_GROUP : 8;
    return kv->heads > 0 && a->heads % kv->heads == 0 && kv->head_size % multiple == 0 &&
           kv->head_size <= CK_MAX_HEAD && kv->capacity % CK_KEY_PANEL == 0 && a->length <= kv->capacity &&
           (!a->causal || a->position + a->n <= a->length) && a->repeated <= (a->causal ? 0 : a->length);
}

bool ck_attention(ck_pool *pool, const ck_attention_args *args) {
    const size_t workers = pool ? ck_pool_workers(pool) : 1;
    if (!sound(args) || args->workspace_bytes < ck_attention_workspace(workers))
        return false;
    if (args->n == 0)
        return true;
    plan p = {.args = args, .kernels = ck_active(), .pool = pool, .group = args->heads / args->kv->heads};
    p.scratches = args->workspace;
    p.partials = (float *)(p.scratches + workers);
    p.heads_per_tile = ck_min_size(p.group, ROWS);
    p.head_tiles = (p.group + p.heads_per_tile - 1) / p.heads_per_tile;
    p.tokens_per_tile = ck_min_size(ROWS / p.heads_per_tile, args->n);
    p.token_tiles = (args->n + p.tokens_per_tile - 1) / p.tokens_per_tile;
    p.tiles = args->kv->heads * p.head_tiles * p.token_tiles;
    p.items = p.tiles;
    // Too few tiles for all workers: share out the segments of the context as well, if their sums fit.
    const size_t segments = (args->length + SEGMENT - 1) / SEGMENT;
    const size_t row_floats = p.heads_per_tile * p.tokens_per_tile * (args->kv->head_size + 2);
    if (workers > 1 && p.tiles < workers * 4 && segments > 1 && p.tiles * segments <= PARTIAL_FLOATS / row_floats) {
        p.segments = segments;
        p.items *= segments;
    }
    if (workers == 1 || args->length * args->n * args->heads * args->kv->head_size < SERIAL_WORK)
        work(&p, 0, 1);
    else
        ck_pool_run(pool, work, &p);
    return true;
}

// MARK: the cache

/// Writes one key of a head; `scratch_row`, of 2 * CK_MAX_HEAD bytes, is written over.
static void write_key(const ck_kv *kv, size_t head, size_t position, const float *key, uint8_t *scratch_row) {
    const size_t size = kv->head_size, lane = position % CK_KEY_PANEL;
    uint8_t *panel = keys_at(kv, head, position - lane);
    if (kv->type == CK_KV_F16) {
        ck_active()->f32_to_f16(key, size, (uint16_t *)(void *)scratch_row);
        for (size_t i = 0; i < size; i++)
            memcpy(panel + 2 * (i * CK_KEY_PANEL + lane), scratch_row + 2 * i, 2);
        return;
    }
    float turned[CK_MAX_HEAD];
    memcpy(turned, key, size * sizeof(float));
    ck_hadamard(turned, size);
    ck_quantise_row_q8_0(turned, scratch_row, size);
    for (size_t g = 0; g < size / CK_GROUP; g++, panel += CK_KEY_PANEL * CK_KV_BLOCK) {
        const uint8_t *block = scratch_row + g * CK_KV_BLOCK;
        memcpy(panel + 2 * lane, block, 2);
        for (size_t i = 0; i < CK_GROUP; i++)
            panel[2 * CK_KEY_PANEL + i * CK_KEY_PANEL + lane] = block[2 + i];
    }
}

static void read_key(const ck_kv *kv, size_t head, size_t position, float *key) {
    const size_t size = kv->head_size, lane = position % CK_KEY_PANEL;
    const uint8_t *panel = keys_at(kv, head, position - lane);
    if (kv->type == CK_KV_F16) {
        for (size_t i = 0; i < size; i++)
            key[i] = ck_half(ck_load_u16(panel + 2 * (i * CK_KEY_PANEL + lane)));
        return;
    }
    for (size_t g = 0; g < size / CK_GROUP; g++, panel += CK_KEY_PANEL * CK_KV_BLOCK) {
        const float scale = ck_half(ck_load_u16(panel + 2 * lane));
        for (size_t i = 0; i < CK_GROUP; i++)
            key[g * CK_GROUP + i] = scale * (float)(int8_t)panel[2 * CK_KEY_PANEL + i * CK_KEY_PANEL + lane];
    }
    ck_hadamard(key, size);
}

static void write_value(const ck_kv *kv, size_t head, size_t position, const float *value) {
    uint8_t *out = values_at(kv, head, position);
    if (kv->type == CK_KV_F16)
        ck_active()->f32_to_f16(value, kv->head_size, (uint16_t *)(void *)out);
    else
        ck_quantise_row_q8_0(value, out, kv->head_size);
}

typedef struct store_job {
    const ck_kv *kv;
    const float *k, *v;
    size_t k_stride, v_stride, position, n;
} store_job;

/// Stores heads [begin, end) of all positions.
static void store_heads(const void *context, size_t begin, size_t end) {
    const store_job *job = context;
    const ck_kv *kv = job->kv;
    const size_t size = kv->head_size;
    _Alignas(16) uint8_t row[2 * CK_MAX_HEAD];
    for (size_t head = begin; head < end; head++)
        for (size_t i = 0; i < job->n; i++) {
            write_value(kv, head, job->position + i, job->v + i * job->v_stride + head * size);
            write_key(kv, head, job->position + i, job->k + i * job->k_stride + head * size, row);
        }
}

void ck_kv_store(ck_pool *pool, const ck_kv *kv, const float *k, size_t k_stride, const float *v, size_t v_stride,
                 size_t position, size_t n) {
    const store_job job = {kv, k, v, k_stride, v_stride, position, n};
    ck_pool_rows(n < 8 ? NULL : pool, kv->heads, 1, store_heads, &job);
}

void ck_kv_remove(const ck_kv *kv, size_t begin, size_t end, size_t length, const float *cosine, const float *sine,
                  size_t rotary, bool neox) {
    const size_t size = kv->head_size;
    float key[CK_MAX_HEAD], back[CK_MAX_HEAD / 2];
    _Alignas(16) uint8_t row[2 * CK_MAX_HEAD];
    for (size_t i = 0; i < rotary / 2; i++)
        back[i] = -sine[i];
    for (size_t head = 0; head < kv->heads; head++) {
        for (size_t position = end; position < length; position++) {
            read_key(kv, head, position, key);
            ck_rope(key, 1, size, cosine, back, rotary, neox);
            write_key(kv, head, begin + position - end, key, row);
        }
        memmove(values_at(kv, head, begin), values_at(kv, head, end),
                (length - end) * ck_kv_head_bytes(kv->type, size));
    }
}
