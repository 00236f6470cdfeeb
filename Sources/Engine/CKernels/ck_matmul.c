// Matrix products: what to unpack when, and who does it. The arithmetic is in the tables.
#include "ck_matmul.h"
#include "ck_scalar.h"
#include "ck_table.h"
#include <stdatomic.h>

enum {
    ALIGNMENT = 64,
    CHUNK_INT = 576,   // elements of a row unpacked at a time: sixteen rows stay in the first-level cache
    CHUNK_FLOAT = 256, // the same for floats
    BLOCK_COLUMNS = 192,
    BLOCK_BYTES = 256 * 1024, // activations of a block of columns stay in the second-level cache
    SERIAL_WORK = 1 << 15,    // multiplications below which waking the others costs more than it gains
};

/// Scratch of one worker: a panel and the sums of a block of columns.
typedef struct scratch {
    _Alignas(64) float w[CK_CHUNK * CK_PANEL_ROWS];
    _Alignas(64) float scale[CK_CHUNK / 16 * CK_PANEL_ROWS];
    _Alignas(64) float min[CK_CHUNK / 16 * CK_PANEL_ROWS];
    _Alignas(64) float acc[(BLOCK_COLUMNS + CK_MAX_TILE) * CK_PANEL_ROWS];
} scratch;

/// How a product is cut up. Read-only while it runs, but for the two counters.
typedef struct plan {
    const ck_matmul_args *args;
    const ck_kernels *kernels;
    ck_pool *pool;
    bool any_int, any_float;
    size_t cols, wide, float_wide; // columns of activations, and of a tile of each kind
    size_t tiles, float_tiles;
    size_t q_bytes, sums32, sums16; // strides of the tiles
    uint8_t *q;
    float *all_sums32, *all_sums16, *all_scales, *floats;
    scratch *scratches;
    size_t panels, block, blocks; // panels of all parts; columns of a block, number of blocks
    size_t grain;
    atomic_size_t next_tile, next_item;
} plan;

static size_t aligned(size_t bytes) {
    return ck_round_up(bytes, ALIGNMENT);
}

/// A column costs 2 bytes an element as integers and 4 as floats; both kinds may be needed by parts of one stack.
static size_t activation_bytes(size_t columns, size_t cols) {
    const size_t integers = aligned(columns * cols * 2) + aligned(columns * (cols / 32 + 1) * 4) +
                            aligned(columns * (cols / 16 + 1) * 4) + aligned(columns * 4);
    return integers + aligned(columns * cols * 4);
}

size_t ck_matmul_workspace(size_t n, size_t cols, size_t workers) {
    return activation_bytes(n + CK_MAX_TILE, cols) + workers * sizeof(scratch) + ALIGNMENT;
}

static ck_tile tile_at(const plan *p, size_t tile) {
    return (ck_tile){p->q + tile * p->q_bytes, p->all_sums32 + tile * p->sums32, p->all_sums16 + tile * p->sums16,
                     p->all_scales + tile * p->wide};
}

static void quantise_tile(const plan *p, size_t tile) {
    const ck_matmul_args *a = p->args;
    const size_t first = tile * p->wide, live = ck_min_size(p->wide, a->n - first);
    p->kernels->quantise(a->x + first * a->x_stride, a->x_stride, live, p->wide, p->cols, tile_at(p, tile));
}

static void copy_float_tile(const plan *p, size_t tile) {
    const ck_matmul_args *a = p->args;
    const size_t first = tile * p->float_wide, live = ck_min_size(p->float_wide, a->n - first);
    p->kernels->float_columns(a->x + first * a->x_stride, a->x_stride, live, p->float_wide, p->cols,
                              p->floats + tile * p->float_wide * p->cols);
}

/// Activations into tiles: integer tiles first in the count, then float ones.
static void prepare_tiles(plan *p) {
    for (;;) {
        const size_t tile = atomic_fetch_add_explicit(&p->next_tile, 1, memory_order_relaxed);
        if (tile < p->tiles)
            quantise_tile(p, tile);
        else if (tile < p->tiles + p->float_tiles)
            copy_float_tile(p, tile - p->tiles);
        else
            return;
    }
}

/// Sums of one column and sixteen rows to the output: scale, bias, addition.
static void finish_column(const ck_matmul_args *a, const float *acc, float scale, size_t column, size_t row,
                          size_t live) {
    float *out = a->out + column * a->out_stride + row;
    for (size_t r = 0; r < live; r++) {
        const float product = acc[r] * scale + (a->bias ? a->bias[row + r] : 0);
        out[r] = a->accumulate ? out[r] + product : product;
    }
}

/// Equal chunks of whole blocks, none above the target but for the size of a block.
static size_t chunk_size(const ck_format *format, size_t cols, size_t target) {
    const size_t chunks = (cols + target - 1) / target;
    return ck_round_up((cols + chunks - 1) / chunks, format->block_elements);
}

/// One panel of integers times columns [first, first + count): unpack a chunk, run every tile over it.
static void multiply_int_panel(const plan *p, const ck_matrix *m, const uint8_t *panel, size_t first, size_t count,
                               scratch *s) {
    const size_t chunk = chunk_size(m->format, p->cols, CHUNK_INT);
    const ck_panel weights = {s->w, s->scale, s->min};
    const bool sixteen = m->type == CK_Q6_K;
    const size_t step = sixteen ? 16 : 32;
    const ck_tile_fn multiply = (sixteen ? p->kernels->tile16 : p->kernels->tile32)[p->wide == 1];
    memset(s->acc, 0, ck_round_up(count, p->wide) * CK_PANEL_ROWS * sizeof(float));
    for (size_t k = 0; k < p->cols; k += chunk) {
        const size_t elements = ck_min_size(chunk, p->cols - k);
        const size_t block = k / m->format->block_elements;
        p->kernels->unpack[m->type](panel + block * m->format->block_bytes * CK_PANEL_ROWS, elements, weights);
        for (size_t column = 0; column < count; column += p->wide) {
            const ck_tile tile = tile_at(p, (first + column) / p->wide);
            const float *sums = (sixteen ? tile.sums16 : tile.sums32) + k / step * p->wide;
            multiply(weights, (const uint8_t *)tile.q + k * p->wide * 2, sums, elements / step,
                     s->acc + column * CK_PANEL_ROWS);
        }
    }
}

static void multiply_float_panel(const plan *p, const ck_matrix *m, const uint8_t *panel, size_t first, size_t count,
                                 scratch *s) {
    const size_t chunk = chunk_size(m->format, p->cols, CHUNK_FLOAT), wide = p->float_wide;
    memset(s->acc, 0, ck_round_up(count, wide) * CK_PANEL_ROWS * sizeof(float));
    for (size_t k = 0; k < p->cols; k += chunk) {
        const size_t elements = ck_min_size(chunk, p->cols - k);
        const size_t block = k / m->format->block_elements;
        p->kernels->unpack_float[m->type](m->format, panel + block * m->format->block_bytes * CK_PANEL_ROWS, elements,
                                          s->w);
        for (size_t column = 0; column < count; column += wide)
            p->kernels->float_mul[wide == 1](s->w, p->floats + (first + column) * p->cols + k * wide, elements,
                                             s->acc + column * CK_PANEL_ROWS);
    }
}

/// One item of work: a panel of some part, and a block of columns.
static void multiply_item(const plan *p, size_t item, scratch *s) {
    const ck_matmul_args *a = p->args;
    const size_t first = item / p->panels * p->block, count = ck_min_size(p->block, a->n - first);
    size_t panel = item % p->panels, out_row = 0;
    const ck_matrix *m = a->parts;
    for (; panel >= (m->rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS; m++) {
        panel -= (m->rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS;
        out_row += m->rows;
    }
    const uint8_t *packed = m->packed + panel * CK_PANEL_ROWS * ck_row_bytes(m->format, m->cols);
    const size_t live = ck_min_size(m->rows - panel * CK_PANEL_ROWS, CK_PANEL_ROWS);
    const bool integers = m->format->quantised && a->precision == CK_INT16;
    if (!integers)
        multiply_float_panel(p, m, packed, first, count, s);
    else if (p->wide == 1 && p->kernels->gemv[m->type])
        p->kernels->gemv[m->type](packed, p->cols, tile_at(p, 0), s->acc);
    else
        multiply_int_panel(p, m, packed, first, count, s);
    for (size_t c = 0; c < count; c++)
        finish_column(a, s->acc + c * CK_PANEL_ROWS, integers ? p->all_scales[first + c] : 1, first + c,
                      out_row + panel * CK_PANEL_ROWS, live);
}

static void work(void *context, size_t worker, size_t workers) {
    plan *p = context;
    if (p->args->n > 1) {
        prepare_tiles(p);
        if (workers > 1)
            ck_pool_barrier(p->pool);
    }
    const size_t items = p->panels * p->blocks;
    for (;;) {
        const size_t begin = atomic_fetch_add_explicit(&p->next_item, p->grain, memory_order_relaxed);
        if (begin >= items)
            return;
        for (size_t item = begin; item < ck_min_size(begin + p->grain, items); item++)
            multiply_item(p, item, &p->scratches[worker]);
    }
}

/// Cuts `bytes` off the workspace.
static void *take(uint8_t **at, size_t bytes) {
    void *taken = *at;
    *at += aligned(bytes);
    return taken;
}

static void lay_out(plan *p, size_t workers) {
    const size_t columns = p->tiles * p->wide, float_columns = p->float_tiles * p->float_wide;
    uint8_t *at = p->args->workspace;
    p->scratches = take(&at, workers * sizeof(scratch));
    p->q_bytes = p->cols * p->wide * 2;
    p->sums32 = p->cols / 32 * p->wide;
    p->sums16 = p->cols / 16 * p->wide;
    p->q = take(&at, columns * p->cols * 2);
    p->all_sums32 = take(&at, columns * (p->cols / 32) * 4);
    p->all_sums16 = take(&at, columns * (p->cols / 16) * 4);
    p->all_scales = take(&at, columns * 4);
    p->floats = take(&at, float_columns * p->cols * 4);
}

static size_t common_multiple(size_t a, size_t b) {
    size_t multiple = a;
    while (multiple % b != 0)
        multiple += a;
    return multiple;
}

static void count_work(plan *p, size_t *rows) {
    const ck_matmul_args *a = p->args;
    for (size_t i = 0; i < a->part_count; i++) {
        p->panels += (a->parts[i].rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS;
        *rows += a->parts[i].rows;
        const bool integers = a->parts[i].format->quantised && a->precision == CK_INT16;
        p->any_int |= integers;
        p->any_float |= !integers;
    }
    p->wide = a->n == 1 ? 1 : p->kernels->tile;
    p->float_wide = a->n == 1 ? 1 : p->kernels->float_tile;
    p->tiles = p->any_int ? (a->n + p->wide - 1) / p->wide : 0;
    p->float_tiles = p->any_float ? (a->n + p->float_wide - 1) / p->float_wide : 0;
    // A block of columns is a whole number of tiles of either kind.
    const size_t unit = common_multiple(p->wide, p->float_wide);
    const size_t fitting = ck_min_size(BLOCK_COLUMNS, BLOCK_BYTES / (p->cols * (p->any_float ? 4 : 2)) + 1);
    p->block = fitting / unit * unit;
    p->block = p->block ? p->block : unit;
    p->blocks = (a->n + p->block - 1) / p->block;
}

bool ck_matmul(ck_pool *pool, const ck_matmul_args *args) {
    const size_t cols = args->parts[0].cols, workers = pool ? ck_pool_workers(pool) : 1;
    if (args->n == 0)
        return true;
    if (args->workspace_bytes < ck_matmul_workspace(args->n, cols, workers))
        return false;
    plan p = {.args = args, .kernels = ck_active(), .pool = pool, .cols = cols};
    size_t rows = 0;
    count_work(&p, &rows);
    lay_out(&p, workers);
    const size_t items = p.panels * p.blocks;
    p.grain = args->n == 1 ? items / (workers * 8) : 1;
    p.grain = p.grain ? p.grain : 1;
    if (args->n == 1)
        prepare_tiles(&p);
    if (workers == 1 || rows * cols < SERIAL_WORK / args->n)
        work(&p, 0, 1);
    else
        ck_pool_run(pool, work, &p);
    return true;
}
