// Convolutions as sums of products: every tap is a matrix, and its activations are the same rows, moved on by the tap.
#include "ck_convolution.h"
#include "ck_scalar.h"
#include "ck_table.h"

/// Rows of the output that meet a panel of weights while it is in the nearest cache.
enum { TILE = 96 };

typedef struct convolution {
    const ck_convolution_args *args;
    const ck_kernels *kernels;
    size_t inputs, panels, panel_bytes;
    float *rows;       // of x as they are multiplied, some for each worker
    size_t rows_bytes; // of one worker's
    ck_columns x;      // quantised rows, where the weights are integers
} convolution;

static size_t lines(size_t bytes) {
    return ck_round_up(bytes, CK_LINE);
}

/// Moments of x and of the zeros around it that `n` results depend on.
static size_t reach_of(const ck_convolution_args *a, size_t n) {
    return n + (a->taps - 1) * a->dilation;
}

/// Where moment `row` of them is in x, or NULL where it is zero.
static const float *row_of(const ck_convolution_args *a, size_t row) {
    return row >= a->before && row - a->before < a->rows ? a->x + (row - a->before) * a->x_stride : NULL;
}

static void activate(const convolution *c, size_t row, float *out) {
    const float *x = row_of(c->args, row);
    if (x)
        c->kernels->leaky_relu(x, c->args->slope, c->inputs, out);
    else
        memset(out, 0, c->inputs * sizeof(float));
}

/// Sums of `rows` rows from `row` on, to outputs `first` … of which there may be fewer than `count`.
static void write_out(const convolution *c, const float *acc, size_t stride, size_t first, size_t count, size_t row,
                      size_t rows) {
    const ck_convolution_args *a = c->args;
    const ck_sums sums = {
        .acc = acc,
        .acc_stride = stride,
        .columns = rows,
        .rows = ck_min_size(count, a->weights->rows - first),
        .accumulate = a->accumulate,
        .bias = a->bias ? a->bias + first : NULL,
        .residual = a->residual ? a->residual + row * a->residual_stride + first : NULL,
        .residual_stride = a->residual_stride,
        .out = a->out + row * a->out_stride + first,
        .out_stride = a->out_stride,
    };
    c->kernels->finish(&sums);
}

// MARK: floats

/// Rows of x that one tile needs.
typedef struct tile {
    const float *x;
    size_t stride, row, rows;
} tile;

/// Results from `row` on. Rows that are changed first, or lie partly outside, are copied to where `worker` may write.
static tile tile_at(const convolution *c, size_t row, size_t worker) {
    const ck_convolution_args *a = c->args;
    const size_t rows = ck_min_size(TILE, a->n - row), reach = reach_of(a, rows);
    const float *first = row_of(a, row);
    if (a->slope == 1 && first && row_of(a, row + reach - 1))
        return (tile){.x = first, .stride = a->x_stride, .row = row, .rows = rows};
    float *copy = c->rows + worker * c->rows_bytes / sizeof(float);
    for (size_t i = 0; i < reach; i++)
        activate(c, row + i, copy + i * c->inputs);
    return (tile){.x = copy, .stride = c->inputs, .row = row, .rows = rows};
}

/// Weights of a row that are floats at a time: those of a few taps, or some of one tap.
enum { FLOATS = CK_CHUNK / 2 };

/// One panel of sixteen outputs, or two, for a tile.
static void convolve_tile(const convolution *c, size_t panel, size_t panels, tile t) {
    const ck_convolution_args *a = c->args;
    const ck_matrix *m = a->weights;
    _Alignas(64) float acc[TILE * 2 * CK_PANEL_ROWS], w[2][FLOATS * CK_PANEL_ROWS];
    const size_t most = ck_min_size(a->taps, c->inputs < FLOATS ? FLOATS / c->inputs : 1);
    for (size_t tap = 0; tap < a->taps; tap += most) {
        const size_t taps = ck_min_size(most, a->taps - tap);
        for (size_t k = 0; k < c->inputs; k += FLOATS) {
            const size_t count = ck_min_size(FLOATS, c->inputs - k), first = tap * c->inputs + k;
            const size_t offset = first / m->format->block_elements * m->format->block_bytes * CK_PANEL_ROWS;
            const uint8_t *packed = m->packed + panel * c->panel_bytes + offset;
            const bool is_float = m->type == CK_F32; // read where it lies
            for (size_t slot = 0; slot < panels && !is_float; slot++)
                c->kernels->unpack_float[m->type](m->format, packed + slot * c->panel_bytes, taps * count, w[slot]);
            const ck_float_piece piece = {
                .w = is_float ? (const float *)(const void *)packed : w[0],
                .w_stride = is_float ? c->panel_bytes / sizeof(float) : FLOATS * CK_PANEL_ROWS,
                .panels = panels,
                .x = t.x + tap * a->dilation * t.stride + k,
                .x_stride = t.stride,
                .x_tap = a->dilation * t.stride,
                .columns = t.rows,
                .count = count,
                .taps = taps,
                .from_zero = first == 0,
            };
            c->kernels->multiply_float(&piece, acc);
        }
    }
    write_out(c, acc, panels * CK_PANEL_ROWS, panel * CK_PANEL_ROWS, panels * CK_PANEL_ROWS, t.row, t.rows);
}

static void convolve_floats(void *context, size_t worker, size_t workers) {
    const convolution *c = context;
    const size_t pairs = (c->panels + 1) / 2, items = (c->args->n + TILE - 1) / TILE * pairs;
    tile t = {0};
    for (size_t item = items * worker / workers; item < items * (worker + 1) / workers; item++) {
        const size_t row = item / pairs * TILE, panel = item % pairs * 2;
        if (!t.x || t.row != row)
            t = tile_at(c, row, worker);
        convolve_tile(c, panel, ck_min_size(2, c->panels - panel), t);
    }
}

// MARK: integers

size_t ck_convolution_workspace(const ck_convolution_args *a, size_t workers) {
    const ck_matrix *m = a->weights;
    const size_t limit = 1u << 20, inputs = m->cols / a->taps;
    if (a->n >= 1u << 28 || a->taps >= limit || a->dilation >= limit || inputs >= limit)
        return 0;
    if (!m->format->quantised)
        return workers * lines(reach_of(a, ck_min_size(TILE, a->n)) * inputs * sizeof(float));
    const size_t groups = inputs / CK_GROUP, rows = reach_of(a, a->n);
    return 2 * lines(rows * inputs) + lines(rows * inputs * 2) + 2 * lines(rows * groups * 4) +
           lines(rows * groups * 16) + lines(rows * ck_mask_bytes(inputs)) + workers * lines(inputs * sizeof(float));
}

/// Cuts the workspace up, for integers.
static void lay_out(convolution *c, size_t rows, size_t workers) {
    const size_t groups = c->inputs / CK_GROUP, elements = rows * c->inputs;
    uint8_t *at = c->args->workspace;
    c->x.cols = c->inputs;
    c->x.biased = c->kernels->biased;
    c->x.high = at, at += lines(elements);
    c->x.low = at, at += lines(elements);
    c->x.scale = (float *)(void *)at, at += lines(rows * groups * 4);
    c->x.sum = (float *)(void *)at, at += lines(rows * groups * 4);
    c->x.pairs = (int16_t *)(void *)at, at += lines(rows * groups * 16);
    c->x.low_mask = at, at += lines(rows * ck_mask_bytes(c->inputs));
    c->rows = (float *)(void *)at, at += workers * lines(c->inputs * sizeof(float));
    c->x.wide = c->kernels->reads_wide[c->args->weights->type] ? (int16_t *)(void *)at : NULL;
}
static void quantise_rows(void *context, size_t worker, size_t workers) {
    const convolution *c = context;
    const ck_convolution_args *a = c->args;
    const size_t rows = reach_of(a, a->n);
    float *changed = c->rows + worker * lines(c->inputs * sizeof(float)) / sizeof(float);
    for (size_t row = rows * worker / workers; row < rows * (worker + 1) / workers; row++) {
        const float *x = a->slope == 1 ? row_of(a, row) : NULL;
        if (!x)
            activate(c, row, changed);
        c->kernels->quantise(x ? x : changed, INFINITY, &c->x, row);
    }
}

/// Two panels of sixteen outputs for up to TILE rows; the last panel may be alone, and is then unpacked twice.
static void convolve_integers(const convolution *c, size_t unit, size_t row, size_t rows) {
    const ck_convolution_args *a = c->args;
    const ck_matrix *m = a->weights;
    _Alignas(64) int16_t w[CK_CHUNK * CK_UNIT_ROWS];
    _Alignas(64) ck_step steps[CK_CHUNK / 16];
    _Alignas(64) float acc[TILE * 2 * CK_UNIT_ROWS];
    const ck_panel unpacked = {w, steps};
    memset(acc, 0, rows * 2 * CK_UNIT_ROWS * sizeof(float));
    for (size_t tap = 0; tap < a->taps; tap++)
        for (size_t k = 0; k < c->inputs; k += CK_CHUNK) {
            const size_t count = ck_min_size(CK_CHUNK, c->inputs - k), first = tap * c->inputs + k;
            const size_t offset = first / m->format->block_elements * m->format->block_bytes * CK_PANEL_ROWS;
            for (size_t slot = 0; slot < 2; slot++) {
                const size_t panel = ck_min_size(2 * unit + slot, c->panels - 1);
                c->kernels->unpack[m->type](m->packed + panel * c->panel_bytes + offset, count, slot, unpacked);
            }
            const ck_piece piece = {
                .x = &c->x,
                .column = row + tap * a->dilation,
                .columns = rows,
                .group = k / CK_GROUP,
                .groups = count / CK_GROUP,
            };
            c->kernels->multiply[m->type](unpacked, &piece, acc);
        }
    write_out(c, acc, 2 * CK_UNIT_ROWS, unit * CK_UNIT_ROWS, CK_UNIT_ROWS, row, rows);
}

static void convolve_integers_range(const void *context, size_t begin, size_t end) {
    const convolution *c = context;
    const size_t units = (c->panels + 1) / 2;
    for (size_t item = begin; item < end; item++) {
        const size_t row = item / units * TILE;
        convolve_integers(c, item % units, row, ck_min_size(TILE, c->args->n - row));
    }
}

/// Elements below which a share is not worth a wake-up.
enum { GRAIN = 16384 };

static void run(ck_pool *pool, size_t elements, ck_job job, convolution *c) {
    if (pool && elements >= GRAIN)
        ck_pool_run(pool, job, c);
    else
        job(c, 0, 1);
}

bool ck_convolve(ck_pool *pool, const ck_convolution_args *args) {
    const ck_matrix *m = args->weights;
    const size_t workers = pool ? ck_pool_workers(pool) : 1, needed = ck_convolution_workspace(args, workers);
    if (args->n == 0)
        return true;
    if (needed == 0 || needed > args->workspace_bytes)
        return false;
    convolution c = {
        .args = args,
        .kernels = ck_active(),
        .inputs = m->cols / args->taps,
        .panels = (m->rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS,
        .panel_bytes = CK_PANEL_ROWS * ck_row_bytes(m->format, m->cols),
    };
    if (!m->format->quantised) {
        c.rows = args->workspace;
        c.rows_bytes = needed / workers;
        run(pool, args->n * m->cols, convolve_floats, &c);
        return true;
    }
    const size_t rows = reach_of(args, args->n), tiles = (args->n + TILE - 1) / TILE;
    lay_out(&c, rows, workers);
    run(pool, rows * c.inputs, quantise_rows, &c);
    ck_pool_rows(pool, tiles * ((c.panels + 1) / 2), 1, convolve_integers_range, &c);
    return true;
}

/// Rows of queries that meet the keys at a time.
enum { QUERIES = 48 };

typedef struct relative_attention {
    const ck_relative_attention_args *args;
    const ck_kernels *kernels;
    size_t padded, slices, tiles; // positions and elements of a head in panels of sixteen
    float *keys;                  // (heads, panels, head, 16)
    float *values;                // (heads, slices, n, 16)
    float *scores;                // (heads, n, padded)
} relative_attention;

size_t ck_relative_attention_workspace(size_t n, size_t heads, size_t head) {
    const size_t limit = 1u << 16;
    if (n >= limit || heads >= 256 || head >= limit)
        return 0;
    const size_t padded = ck_round_up(n, CK_PANEL_ROWS), wide = ck_round_up(head, CK_PANEL_ROWS);
    return heads * (padded * head + wide * n + n * padded) * sizeof(float);
}

static void pack_heads(const void *context, size_t begin, size_t end) {
    const relative_attention *r = context;
    const ck_relative_attention_args *a = r->args;
    for (size_t head = begin; head < end; head++) {
        float *keys = r->keys + head * r->padded * a->head, *values = r->values + head * r->slices * 16 * a->n;
        for (size_t j = 0; j < r->padded; j++)
            for (size_t i = 0; i < a->head; i++)
                keys[(j / 16 * a->head + i) * 16 + j % 16] = j < a->n ? a->k[j * a->stride + head * a->head + i] : 0;
        for (size_t j = 0; j < a->n; j++)
            for (size_t i = 0; i < r->slices * 16; i++)
                values[(i / 16 * a->n + j) * 16 + i % 16] = i < a->head ? a->v[j * a->stride + head * a->head + i] : 0;
    }
}

static float dot(const float *a, const float *b, size_t n) {
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/// Positions that are near query `i`: [first, last].
static void neighbours(const ck_relative_attention_args *a, size_t i, size_t *first, size_t *last) {
    *first = i > a->window ? i - a->window : 0;
    *last = ck_min_size(i + a->window, a->n - 1);
}

static void attend_tile(const relative_attention *r, size_t head, size_t row, size_t rows) {
    const ck_relative_attention_args *a = r->args;
    const float *q = a->q + row * a->stride + head * a->head;
    float *scores = r->scores + (head * a->n + row) * r->padded;
    _Alignas(64) float acc[QUERIES * 16];
    for (size_t panel = 0; panel * 16 < r->padded; panel++) {
        const ck_float_piece products = {
            .w = r->keys + (head * r->padded + panel * 16) * a->head,
            .panels = 1,
            .x = q,
            .x_stride = a->stride,
            .columns = rows,
            .count = a->head,
            .taps = 1,
            .from_zero = true,
        };
        r->kernels->multiply_float(&products, acc);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < 16; j++)
                scores[i * r->padded + panel * 16 + j] = acc[i * 16 + j] * a->scale;
    }
    for (size_t i = 0; i < rows; i++) {
        size_t first, last;
        neighbours(a, row + i, &first, &last);
        for (size_t j = first; j <= last; j++)
            scores[i * r->padded + j] +=
                a->scale * dot(q + i * a->stride, a->key_offsets + (j + a->window - row - i) * a->head, a->head);
        r->kernels->softmax(scores + i * r->padded, a->n);
    }
    for (size_t slice = 0; slice < r->slices; slice++) {
        const ck_float_piece sums = {
            .w = r->values + (head * r->slices + slice) * 16 * a->n,
            .panels = 1,
            .x = scores,
            .x_stride = r->padded,
            .columns = rows,
            .count = a->n,
            .taps = 1,
            .from_zero = true,
        };
        r->kernels->multiply_float(&sums, acc);
        const size_t live = ck_min_size(16, a->head - slice * 16);
        for (size_t i = 0; i < rows; i++) {
            size_t first, last;
            neighbours(a, row + i, &first, &last);
            for (size_t j = first; j <= last; j++) {
                const float *offset = a->value_offsets + (j + a->window - row - i) * a->head + slice * 16;
                for (size_t e = 0; e < live; e++)
                    acc[i * 16 + e] += scores[i * r->padded + j] * offset[e];
            }
            memcpy(a->out + (row + i) * a->out_stride + head * a->head + slice * 16, acc + i * 16,
                   live * sizeof(float));
        }
    }
}

static void attend_range(const void *context, size_t begin, size_t end) {
    const relative_attention *r = context;
    for (size_t item = begin; item < end; item++) {
        const size_t row = item % r->tiles * QUERIES;
        attend_tile(r, item / r->tiles, row, ck_min_size(QUERIES, r->args->n - row));
    }
}

bool ck_relative_attention(ck_pool *pool, const ck_relative_attention_args *args) {
    const size_t needed = ck_relative_attention_workspace(args->n, args->heads, args->head);
    if (args->n == 0)
        return true;
    if (needed == 0 || needed > args->workspace_bytes)
        return false;
    relative_attention r = {.args = args, .kernels = ck_active()};
    r.padded = ck_round_up(args->n, CK_PANEL_ROWS);
    r.slices = (args->head + 15) / 16;
    r.tiles = (args->n + QUERIES - 1) / QUERIES;
    r.keys = args->workspace;
    r.values = r.keys + args->heads * r.padded * args->head;
    r.scores = r.values + args->heads * r.slices * 16 * args->n;
    ck_pool_rows(pool, args->heads, 1, pack_heads, &r);
    ck_pool_rows(pool, args->heads * r.tiles, 1, attend_range, &r);
    return true;
}
