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
    ck_columns x; // quantised rows, where the weights are integers
} convolution;

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
        .out = a->out + row * a->out_stride + first,
        .out_stride = a->out_stride,
    };
    c->kernels->finish(&sums);
}

/// `count` weights of one tap from `first` on, as floats (count, 16). Floats are read where they lie.
static const float *weights_of(const convolution *c, const uint8_t *panel, size_t first, size_t count, float *buffer) {
    const ck_matrix *m = c->args->weights;
    const uint8_t *packed = panel + first / m->format->block_elements * m->format->block_bytes * CK_PANEL_ROWS;
    if (m->type == CK_F32)
        return (const float *)(const void *)packed;
    c->kernels->unpack_float[m->type](m->format, packed, count, buffer);
    return buffer;
}

/// One panel of sixteen outputs for up to TILE rows.
static void convolve_tile(const convolution *c, size_t panel, size_t row, size_t rows) {
    const ck_convolution_args *a = c->args;
    const uint8_t *packed = a->weights->packed + panel * c->panel_bytes;
    _Alignas(64) float acc[TILE * CK_PANEL_ROWS], buffer[CK_CHUNK * CK_PANEL_ROWS];
    memset(acc, 0, rows * CK_PANEL_ROWS * sizeof(float));
    for (size_t tap = 0; tap < a->taps; tap++) {
        const float *x = a->x + (row + tap * a->dilation) * a->x_stride;
        for (size_t k = 0; k < c->inputs; k += CK_CHUNK) {
            const size_t count = ck_min_size(CK_CHUNK, c->inputs - k);
            const float *w = weights_of(c, packed, tap * c->inputs + k, count, buffer);
            c->kernels->multiply_float(w, x + k, a->x_stride, rows, count, acc);
        }
    }
    write_out(c, acc, CK_PANEL_ROWS, panel * CK_PANEL_ROWS, CK_PANEL_ROWS, row, rows);
}

static void convolve_range(const void *context, size_t begin, size_t end) {
    const convolution *c = context;
    for (size_t item = begin; item < end; item++) {
        const size_t row = item / c->panels * TILE;
        convolve_tile(c, item % c->panels, row, ck_min_size(TILE, c->args->n - row));
    }
}

// MARK: integers

static size_t lines(size_t bytes) {
    return ck_round_up(bytes, CK_LINE);
}

size_t ck_convolution_workspace(const ck_matrix *weights, size_t rows, size_t inputs) {
    if (!weights->format->quantised || rows >= 1u << 28 || inputs >= 1u << 20)
        return 0;
    const size_t groups = inputs / CK_GROUP;
    return 2 * lines(rows * inputs) + lines(rows * inputs * 2) + 2 * lines(rows * groups * 4) +
           lines(rows * groups * 16) + lines(rows * ck_mask_bytes(inputs));
}

/// Cuts the workspace up.
static void lay_out(convolution *c, size_t rows) {
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
    c->x.wide = c->kernels->reads_wide[c->args->weights->type] ? (int16_t *)(void *)at : NULL;
}

static void quantise_range(const void *context, size_t begin, size_t end) {
    const convolution *c = context;
    for (size_t row = begin; row < end; row++)
        c->kernels->quantise(c->args->x + row * c->args->x_stride, INFINITY, &c->x, row);
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

bool ck_convolve(ck_pool *pool, const ck_convolution_args *args) {
    const ck_matrix *m = args->weights;
    convolution c = {
        .args = args,
        .kernels = ck_active(),
        .inputs = m->cols / args->taps,
        .panels = (m->rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS,
        .panel_bytes = CK_PANEL_ROWS * ck_row_bytes(m->format, m->cols),
    };
    const size_t tiles = (args->n + TILE - 1) / TILE, rows = args->n + (args->taps - 1) * args->dilation;
    if (args->n == 0)
        return true;
    if (!m->format->quantised) {
        ck_pool_rows(pool, tiles * c.panels, 1, convolve_range, &c);
        return true;
    }
    const size_t needed = ck_convolution_workspace(m, rows, c.inputs);
    if (needed == 0 || needed > args->workspace_bytes)
        return false;
    lay_out(&c, rows);
    ck_pool_rows(pool, rows, 64, quantise_range, &c);
    ck_pool_rows(pool, tiles * ((c.panels + 1) / 2), 1, convolve_integers_range, &c);
    return true;
}

/// Elements below which a share is not worth a wake-up.
enum { GRAIN = 16384 };

typedef struct padding {
    const ck_padding_args *args;
    const ck_kernels *kernels;
} padding;

static void pad_range(const void *context, size_t begin, size_t end) {
    const padding *p = context;
    const ck_padding_args *a = p->args;
    for (size_t row = begin; row < end; row++) {
        float *out = a->out + row * a->out_stride;
        if (row < a->before || row - a->before >= a->rows)
            memset(out, 0, a->n * sizeof(float));
        else
            p->kernels->leaky_relu(a->x + (row - a->before) * a->x_stride, a->slope, a->n, out);
    }
}

void ck_pad_rows(ck_pool *pool, const ck_padding_args *args) {
    const padding p = {.args = args, .kernels = ck_active()};
    ck_pool_rows(pool, args->before + args->rows + args->after, GRAIN / (args->n + 1) + 1, pad_range, &p);
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
        memset(acc, 0, rows * 16 * sizeof(float));
        r->kernels->multiply_float(r->keys + (head * r->padded + panel * 16) * a->head, q, a->stride, rows, a->head,
                                   acc);
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
        memset(acc, 0, rows * 16 * sizeof(float));
        r->kernels->multiply_float(r->values + (head * r->slices + slice) * 16 * a->n, scores, r->padded, rows, a->n,
                                   acc);
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
