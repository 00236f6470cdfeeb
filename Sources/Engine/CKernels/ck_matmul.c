// Matrix products: what to unpack when, and who does it. The arithmetic is in the tables.
#include "ck_matmul.h"
#include "ck_scalar.h"
#include "ck_table.h"
#include <stdatomic.h>

enum {
    ALIGNMENT = 64,
    CHUNK = 288, // elements of a row unpacked at a time: 32 rows of bytes stay in a share of the first-level cache
    BLOCK_COLUMNS = 128,
    BLOCK_BYTES = 256 * 1024, // activations of a block of columns stay in the second-level cache
    SERIAL_WORK = 1 << 15,    // multiplications below which waking the others costs more than it gains
    SERIAL_COLUMNS = 4,       // columns that one worker quantises sooner than the others come and go
};

/// Scratch of one worker: some unpacked weights, and the sums of a block of columns.
typedef struct scratch {
    _Alignas(64) int16_t w[CK_CHUNK * CK_UNIT_ROWS];
    _Alignas(64) ck_step steps[CK_CHUNK / 16];
    _Alignas(64) float acc[BLOCK_COLUMNS * 2 * CK_UNIT_ROWS];
} scratch;

/// Items of work that one worker takes first, and the others once theirs are done.
typedef struct share {
    _Alignas(64) atomic_size_t next;
    size_t end;
} share;

/// How a product is cut up. Read-only while it runs, but for what is taken from the shares and the lists.
typedef struct plan {
    const ck_matmul_args *args;
    const ck_kernels *kernels;
    ck_pool *pool;
    bool any_int, any_wide;
    bool packed; // few columns, straight from packed bytes
    size_t cols;
    size_t chunk, chunks; // elements unpacked at a time, whole blocks of every part
    ck_columns x;         // quantised
    ck_low_group *low;    // (blocks, chunks, BLOCK_COLUMNS * groups of a chunk): what has a low part
    size_t *low_counts;   // (blocks, chunks)
    scratch *scratches;
    size_t unit;          // panels of an item of work
    size_t units;         // items of all parts
    size_t block, blocks; // columns of a block, number of blocks
    size_t grain;
    size_t workers;
    share shares[CK_MAX_WORKERS];
    atomic_size_t next_list;
} plan;

static size_t aligned(size_t bytes) {
    return ck_round_up(bytes, ALIGNMENT);
}

size_t ck_matmul_workspace(size_t n, size_t cols, size_t workers) {
    const size_t padded = ck_round_up(cols, 32), groups = padded / 32, columns = ck_round_up(n, BLOCK_COLUMNS);
    const size_t lists =
        columns * (groups + CK_MAX_BLOCK / 32) * sizeof(ck_low_group) + columns * groups * sizeof(size_t);
    return workers * sizeof(scratch) + 2 * aligned(n * padded) + aligned(n * padded * 2) + 2 * aligned(n * groups * 4) +
           aligned(n * groups * 16) + aligned(n * ck_mask_bytes(padded)) + 2 * aligned(lists) + ALIGNMENT;
}

/// Cuts `bytes` off the workspace.
static void *take(uint8_t **at, size_t bytes) {
    void *taken = *at;
    *at += aligned(bytes);
    return taken;
}

static size_t list_size(const plan *p) {
    return p->block * (p->chunk / 32);
}

static void lay_out(plan *p, size_t workers) {
    const size_t n = p->args->n, groups = p->cols / 32;
    uint8_t *at = p->args->workspace;
    p->scratches = take(&at, workers * sizeof(scratch));
    if (!p->any_int)
        return;
    p->x.cols = p->cols;
    p->x.high = take(&at, n * p->cols);
    p->x.low = take(&at, n * p->cols);
    p->x.scale = take(&at, n * groups * 4);
    p->x.sum = take(&at, n * groups * 4);
    p->x.low_mask = take(&at, n * ck_mask_bytes(p->cols));
    p->x.pairs = take(&at, n * groups * 16);
    p->x.biased = !p->packed && p->kernels->biased;
    p->x.wide = p->any_wide ? take(&at, n * p->cols * 2) : NULL;
    p->low_counts = take(&at, p->blocks * p->chunks * sizeof *p->low_counts);
    p->low = take(&at, p->blocks * p->chunks * list_size(p) * sizeof *p->low);
}

static bool takes_integers(const plan *p, const ck_matrix *m) {
    return m->format->quantised && p->args->precision != CK_FLOAT;
}

/// Quantises one worker's share of the columns: the rows that `ck_pool_rows` has it compute, which its caches hold.
static void quantise_share(const plan *p, size_t worker, size_t workers) {
    const ck_matmul_args *a = p->args;
    const float threshold = a->precision == CK_MIXED ? a->outlier_threshold : a->precision == CK_INT8 ? INFINITY : 0;
    const size_t end = a->n * (worker + 1) / workers;
    for (size_t column = a->n * worker / workers; column < end; column++)
        p->kernels->quantise(a->x + column * a->x_stride, threshold, &p->x, column);
}

/// Bits [first, first + count) of a mask of `bytes` bytes, 32 at most.
static uint32_t mask_bits(const uint8_t *mask, size_t bytes, size_t first, size_t count) {
    uint64_t bits = 0;
    memcpy(&bits, mask + first / 8, ck_min_size(sizeof bits, bytes - first / 8));
    return (uint32_t)(bits >> first % 8 & ((1ull << count) - 1));
}

/// Copies what there is of the low part of group `at`, counted over all columns.
static void gather_low(const ck_columns *x, size_t at, ck_low_group *low) {
    const int16_t *pairs = x->pairs + at * 8;
    memcpy(low->x, x->low + at * CK_GROUP, CK_GROUP);
    memcpy(low->pairs, pairs + 2, 4);
    memcpy(low->pairs + 2, pairs + 6, 4);
    low->scale = x->scale[at] * (1 / 256.0f);
}

/// Gathers what has a low part, for one block of columns and one chunk of elements: group by group.
static void list_low_groups(const plan *p, size_t index) {
    enum { GROUPS = CK_CHUNK / 32 };
    const size_t block = index / p->chunks, chunk = index % p->chunks, groups = p->cols / 32;
    const size_t first = chunk * (p->chunk / 32), count = ck_min_size(p->chunk / 32, groups - first);
    const size_t columns = ck_min_size(p->block, p->args->n - block * p->block), stride = ck_mask_bytes(p->cols);
    const uint8_t *low_mask = p->x.low_mask + block * p->block * stride;
    uint32_t bits[BLOCK_COLUMNS], next[GROUPS + 1] = {0}; // of the columns; where each group's part of the list goes on
    for (size_t c = 0; c < columns; c++) {
        bits[c] = mask_bits(low_mask + c * stride, stride, first, count);
        for (uint32_t rest = bits[c]; rest; rest &= rest - 1)
            next[__builtin_ctz(rest) + 1]++;
    }
    for (size_t g = 0; g < count; g++)
        next[g + 1] += next[g];
    p->low_counts[index] = next[count];
    ck_low_group *list = p->low + index * list_size(p);
    for (size_t c = 0; c < columns; c++)
        for (uint32_t rest = bits[c]; rest; rest &= rest - 1) {
            const unsigned g = (unsigned)__builtin_ctz(rest);
            ck_low_group *low = &list[next[g]++];
            gather_low(&p->x, (block * p->block + c) * groups + first + g, low);
            low->column = (uint16_t)c;
            low->group = (uint16_t)g;
        }
}

static void list_all_low_groups(plan *p) {
    for (;;) {
        const size_t index = atomic_fetch_add_explicit(&p->next_list, 1, memory_order_relaxed);
        if (index >= p->blocks * p->chunks)
            return;
        list_low_groups(p, index);
    }
}

/// Sums of `columns` columns from `column` on to rows `row` … `row + live` of the output.
static void finish(const plan *p, const float *acc, size_t acc_stride, bool has_low, size_t column, size_t columns,
                   size_t row, size_t live) {
    const ck_matmul_args *a = p->args;
    const ck_sums sums = {.acc = acc,
                          .acc_stride = acc_stride,
                          .columns = columns,
                          .rows = live,
                          .has_low = has_low,
                          .accumulate = a->accumulate,
                          .bias = a->bias ? a->bias + row : NULL,
                          .out = a->out + column * a->out_stride + row,
                          .out_stride = a->out_stride};
    p->kernels->finish(&sums);
}

/// Some panels of one part, the output row of the first, and how many there are up to the end of the part.
typedef struct item {
    const ck_matrix *matrix;
    const uint8_t *packed;
    size_t panel_bytes, panels, row, live_rows, column, columns;
    size_t rows_left; // from `row` to the end of the part
} item;

static size_t panels_of(const ck_matrix *m) {
    return (m->rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS;
}
static size_t units_of(const plan *p, const ck_matrix *m) {
    return (panels_of(m) + p->unit - 1) / p->unit;
}

static item find_item(const plan *p, size_t index) {
    item found = {.matrix = p->args->parts, .columns = p->args->n};
    if (!p->packed) {
        found.column = index / p->units * p->block;
        found.columns = ck_min_size(p->block, p->args->n - found.column);
    }
    size_t unit = index % p->units;
    for (; unit >= units_of(p, found.matrix); found.matrix++) {
        unit -= units_of(p, found.matrix);
        found.row += found.matrix->rows;
    }
    const ck_matrix *m = found.matrix;
    const size_t panel = unit * p->unit;
    found.panel_bytes = CK_PANEL_ROWS * ck_row_bytes(m->format, m->cols);
    found.packed = m->packed + panel * found.panel_bytes;
    found.panels = ck_min_size(p->unit, panels_of(m) - panel);
    found.row += panel * CK_PANEL_ROWS;
    found.rows_left = m->rows - panel * CK_PANEL_ROWS;
    found.live_rows = ck_min_size(found.panels * CK_PANEL_ROWS, found.rows_left);
    return found;
}

/// Chunk `chunk` of the columns of a block.
static ck_piece piece_of(const plan *p, size_t block, size_t chunk) {
    const size_t k = chunk * p->chunk, column = block * p->block, list = block * p->chunks + chunk;
    return (ck_piece){.x = &p->x,
                      .column = column,
                      .columns = ck_min_size(p->block, p->args->n - column),
                      .group = k / CK_GROUP,
                      .groups = ck_min_size(p->chunk, p->cols - k) / CK_GROUP,
                      .low = p->low + list * list_size(p),
                      .low_count = p->low_counts[list]};
}

/// Says what is unpacked after a chunk: the next one, or the first of the next item.
static void look_ahead(const plan *p, const item *it, const item *next, size_t chunk, ck_piece *piece) {
    const size_t k = (chunk + 1) * p->chunk;
    const item *from = k < p->cols ? it : next;
    if (!from->matrix)
        return;
    const ck_format *format = from->matrix->format;
    const size_t first = k < p->cols ? k : 0;
    piece->prefetch = from->packed + CK_PANEL_ROWS * ck_row_bytes(format, first);
    piece->prefetch_bytes = CK_PANEL_ROWS * ck_row_bytes(format, ck_min_size(p->chunk, p->cols - first));
    piece->prefetch_stride = from->panels > 1 ? from->panel_bytes : 0;
}

/// Integers: unpack a chunk of two panels, run all columns of the block over it.
static void multiply_integers(const plan *p, item it, item next, scratch *s) {
    const ck_format *format = it.matrix->format;
    const uint32_t type = it.matrix->type;
    const ck_panel weights = {s->w, s->steps};
    memset(s->acc, 0, it.columns * 2 * CK_UNIT_ROWS * sizeof(float));
    for (size_t chunk = 0; chunk < p->chunks; chunk++) {
        const size_t k = chunk * p->chunk, elements = ck_min_size(p->chunk, p->cols - k);
        const size_t offset = k / format->block_elements * format->block_bytes * CK_PANEL_ROWS;
        // A last panel without a neighbour is unpacked twice, and its second sums are left.
        for (size_t slot = 0; slot < 2; slot++)
            p->kernels->unpack[type](it.packed + ck_min_size(slot, it.panels - 1) * it.panel_bytes + offset, elements,
                                     slot, weights);
        ck_piece piece = piece_of(p, it.column / p->block, chunk);
        look_ahead(p, &it, &next, chunk, &piece);
        p->kernels->multiply[type](weights, &piece, s->acc);
    }
    finish(p, s->acc, 2 * CK_UNIT_ROWS, true, it.column, it.columns, it.row, it.live_rows);
}

static void multiply_floats(const plan *p, item it, scratch *s) {
    const ck_matmul_args *a = p->args;
    const ck_format *format = it.matrix->format;
    float *w = (float *)s->w;
    for (size_t slot = 0; slot < it.panels; slot++) {
        for (size_t k = 0; k < p->cols; k += p->chunk) {
            const size_t elements = ck_min_size(p->chunk, p->cols - k);
            const size_t offset = k / format->block_elements * format->block_bytes * CK_PANEL_ROWS;
            p->kernels->unpack_float[it.matrix->type](format, it.packed + slot * it.panel_bytes + offset, elements, w);
            const ck_float_piece piece = {
                .w = w,
                .panels = 1,
                .x = a->x + it.column * a->x_stride + k,
                .x_stride = a->x_stride,
                .columns = it.columns,
                .count = elements,
                .taps = 1,
                .from_zero = k == 0,
            };
            p->kernels->multiply_float(&piece, s->acc);
        }
        const size_t row = slot * CK_PANEL_ROWS, live = ck_min_size(CK_PANEL_ROWS, it.live_rows - row);
        finish(p, s->acc, CK_PANEL_ROWS, false, it.column, it.columns, it.row + row, live);
    }
}

/// Few columns: up to `count` panels of a part, straight from packed bytes. Returns how many.
static size_t multiply_packed(const plan *p, item it, size_t count, scratch *s) {
    const ck_format *format = it.matrix->format;
    const ck_multiply_packed_fn multiply = p->kernels->multiply_packed[it.matrix->type];
    const size_t chunk_bytes = CK_PANEL_ROWS * ck_row_bytes(format, p->chunk);
    size_t done = 0;
    for (; done < count && it.rows_left > 0; done++) {
        const size_t live = ck_min_size(CK_PANEL_ROWS, it.rows_left);
        for (size_t block = 0; block < p->blocks; block++) {
            const size_t column = block * p->block, columns = ck_min_size(p->block, p->args->n - column);
            memset(s->acc, 0, columns * 2 * CK_UNIT_ROWS * sizeof(float));
            for (size_t chunk = 0; chunk < p->chunks; chunk++) {
                const ck_piece piece = piece_of(p, block, chunk);
                multiply(it.packed + chunk * chunk_bytes, &piece, s->acc);
            }
            finish(p, s->acc, 2 * CK_UNIT_ROWS, true, column, columns, it.row, live);
        }
        it.packed += it.panel_bytes;
        it.row += live;
        it.rows_left -= live;
    }
    return done;
}

/// Some items, none at the end.
typedef struct range {
    size_t begin, end;
} range;

/// Takes from a worker's own share while it lasts, which nobody contends for, and then from the others'.
static range take_items(plan *p, size_t worker) {
    for (size_t i = 0; i < p->workers; i++) {
        share *from = &p->shares[(worker + i) % p->workers];
        if (atomic_load_explicit(&from->next, memory_order_relaxed) >= from->end)
            continue;
        const size_t begin = atomic_fetch_add_explicit(&from->next, p->grain, memory_order_relaxed);
        if (begin < from->end)
            return (range){begin, ck_min_size(begin + p->grain, from->end)};
    }
    return (range){0, 0};
}

static void share_out(plan *p, size_t items, size_t workers) {
    p->workers = workers;
    for (size_t i = 0; i < workers; i++) {
        atomic_init(&p->shares[i].next, items * i / workers);
        p->shares[i].end = items * (i + 1) / workers;
    }
}

/// Few columns: some items at a time.
static void work_packed(plan *p, scratch *s, size_t worker) {
    for (range taken = take_items(p, worker); taken.begin < taken.end; taken = take_items(p, worker)) {
        for (size_t index = taken.begin; index < taken.end;) {
            const item it = find_item(p, index);
            if (takes_integers(p, it.matrix)) {
                index += multiply_packed(p, it, taken.end - index, s);
            } else {
                multiply_floats(p, it, s);
                index++;
            }
        }
    }
}

/// Many columns: the item after the present one is known early.
static void work_unpacked(plan *p, scratch *s, size_t worker) {
    for (range taken = take_items(p, worker); taken.begin < taken.end;) {
        const item it = find_item(p, taken.begin++);
        if (taken.begin == taken.end)
            taken = take_items(p, worker);
        const item next = taken.begin < taken.end ? find_item(p, taken.begin) : (item){0};
        if (takes_integers(p, it.matrix))
            multiply_integers(p, it, next, s);
        else
            multiply_floats(p, it, s);
    }
}

static void work(void *context, size_t worker, size_t workers) {
    plan *p = context;
    if (p->args->n > SERIAL_COLUMNS && p->any_int) {
        quantise_share(p, worker, workers);
        if (workers > 1)
            ck_pool_barrier(p->pool);
        list_all_low_groups(p);
        if (workers > 1)
            ck_pool_barrier(p->pool);
    }
    (p->packed ? work_packed : work_unpacked)(p, &p->scratches[worker], worker);
}

/// Fills in the plan but for the workspace; returns the number of rows of all parts.
static size_t count_work(plan *p) {
    const ck_matmul_args *a = p->args;
    p->packed = a->n <= p->kernels->packed_columns;
    size_t rows = 0, block_elements = CK_GROUP;
    for (size_t i = 0; i < a->part_count; i++) {
        const ck_matrix *m = &a->parts[i];
        rows += m->rows;
        block_elements = m->format->block_elements > block_elements ? m->format->block_elements : block_elements;
        if (!takes_integers(p, m))
            continue;
        p->any_int = true;
        p->any_wide |= p->kernels->reads_wide[m->type];
        p->packed &= p->kernels->multiply_packed[m->type] != NULL;
    }
    p->unit = p->packed ? 1 : 2;
    for (size_t i = 0; i < a->part_count; i++)
        p->units += units_of(p, &a->parts[i]);
    p->block = ck_min_size(BLOCK_COLUMNS, BLOCK_BYTES / (p->cols * (p->any_int ? 1 : 4)) + 1);
    if (p->packed) { // as many each
        const size_t rounds = (a->n + CK_BATCH - 1) / CK_BATCH;
        p->block = (a->n + rounds - 1) / rounds;
    }
    p->blocks = (a->n + p->block - 1) / p->block;
    // Equal chunks, none above the target but for the size of a block.
    const size_t target = p->packed ? CK_CHUNK : CHUNK, chunks = (p->cols + target - 1) / target;
    p->chunk = ck_round_up((p->cols + chunks - 1) / chunks, block_elements);
    p->chunks = (p->cols + p->chunk - 1) / p->chunk;
    return rows;
}

bool ck_matmul(ck_pool *pool, const ck_matmul_args *args) {
    const size_t cols = args->parts[0].cols, workers = pool ? ck_pool_workers(pool) : 1;
    if (args->n == 0)
        return true;
    if (args->workspace_bytes < ck_matmul_workspace(args->n, cols, workers))
        return false;
    plan p = {.args = args, .kernels = ck_active(), .pool = pool, .cols = cols};
    const size_t rows = count_work(&p);
    lay_out(&p, workers);
    // Packed weights are a stream: few, large pieces. Many columns: one item at a time, for balance.
    p.grain = p.packed ? p.units / (workers * 8) : 1;
    p.grain = p.grain ? p.grain : 1;
    share_out(&p, p.packed ? p.units : p.units * p.blocks, workers);
    if (args->n <= SERIAL_COLUMNS && p.any_int) {
        quantise_share(&p, 0, 1);
        list_all_low_groups(&p);
    }
    if (workers == 1 || rows * cols < SERIAL_WORK / args->n)
        work(&p, 0, 1);
    else
        ck_pool_run(pool, work, &p);
    return true;
}
