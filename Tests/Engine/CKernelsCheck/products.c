// Formats, packing and matrix products.
#include "check.h"

static const uint32_t types[] = {CK_F32,  CK_F16,  CK_BF16, CK_Q4_0, CK_Q4_1, CK_Q5_0,   CK_Q5_1,   CK_Q8_0,
                                 CK_Q2_K, CK_Q3_K, CK_Q4_K, CK_Q5_K, CK_Q6_K, CK_IQ4_NL, CK_IQ4_XS, CK_MXFP4};
enum { TYPES = sizeof types / sizeof *types };

/// Where a type keeps its F16 scales.
static size_t scale_offsets(uint32_t type, size_t offsets[2]) {
    offsets[0] = type == CK_Q2_K ? 80 : type == CK_Q3_K ? 108 : type == CK_Q6_K ? 208 : 0;
    offsets[1] = offsets[0] + 2;
    const bool two = type == CK_Q4_1 || type == CK_Q5_1 || type == CK_Q2_K || type == CK_Q4_K || type == CK_Q5_K;
    return type == CK_MXFP4 ? 0 : two ? 2 : 1;
}

static void random_block(uint32_t type, const ck_format *format, int hostile, uint8_t *block) {
    for (size_t j = 0; j < format->block_bytes; j++)
        block[j] = hostile == 2 ? 0xFF : hostile == 3 || hostile == 4 ? 0 : (uint8_t)random_bits();
    if (!format->quantised) {
        const float value = hostile == 4 ? 0 : random_float(-2, 2);
        const uint16_t half = ck_f32_to_f16(value);
        uint32_t bits;
        memcpy(&bits, &value, 4);
        const uint16_t brain = (uint16_t)(bits >> 16);
        memcpy(block,
               type == CK_F32   ? (const void *)&value
               : type == CK_F16 ? (const void *)&half
                                : &brain,
               format->block_bytes);
        return;
    }
    if (type == CK_MXFP4) // an exponent: the largest would overflow what products are added in
        block[0] = hostile == 1 ? 140 : hostile == 4 ? 0 : hostile == 5 ? random_bits() % 3 : 120 + random_bits() % 5;
    size_t offsets[2];
    const size_t scales = scale_offsets(type, offsets);
    for (size_t s = 0; s < scales; s++) {
        uint16_t half = ck_f32_to_f16(random_float(-0.1f, 0.1f));
        if (hostile == 1)
            half = random_bits() % 2 ? 0x7BFF : 0xFBFF;
        if (hostile == 4)
            half = 0;
        if (hostile == 5)
            half = (uint16_t)(random_bits() % 0x400 | (random_bits() % 2 << 15));
        memcpy(block + offsets[s], &half, 2);
    }
}

void random_blocks(uint32_t type, size_t count, int hostile, uint8_t *out) {
    const ck_format *format = ck_format_of(type);
    for (size_t i = 0; i < count; i++)
        random_block(type, format, hostile, out + i * format->block_bytes);
}

void check_formats(void) {
    check(ck_format_of(4) == NULL && ck_format_of(40) == NULL && ck_format_of(1u << 31) == NULL, "unknown types");
    for (size_t t = 0; t < TYPES; t++) {
        const ck_format *format = ck_format_of(types[t]);
        size_t bytes = 0;
        for (size_t s = 0; s < format->section_count; s++)
            bytes += (size_t)format->sections[s].unit * format->sections[s].count;
        check(bytes == format->block_bytes, "%s: sections do not cover the block", format->name);
        check(ck_row_bytes(format, SIZE_MAX / 256 * 256) == 0 || format->block_bytes <= format->block_elements,
              "%s: overflow is not seen", format->name);

        // Rows that fill no panel, at an odd address: packing keeps every row as it is.
        const size_t rows = 21, cols = 512, row_bytes = ck_row_bytes(format, cols);
        uint8_t *raw = allocate(rows * row_bytes + 1), *packed = allocate(ck_packed_bytes(format, rows, cols));
        random_blocks(types[t], rows * cols / format->block_elements, 0, raw + 1);
        check(ck_pack(pool, format, raw + 1, rows, cols, packed), "%s: sound rows are not packed", format->name);
        const ck_matrix matrix = {format, types[t], rows, cols, packed};
        float plain[512], looked_up[512];
        for (size_t r = 0; r < rows; r++) {
            ck_dequantise_row(format, raw + 1 + r * row_bytes, plain, cols);
            ck_packed_row(&matrix, r, looked_up);
            check(memcmp(plain, looked_up, sizeof plain) == 0, "%s: packed row %zu differs", format->name, r);
        }
        const size_t blocks = rows * cols / format->block_elements;
        check(ck_first_invalid_block(format, raw + 1, blocks) == blocks, "%s: sound blocks refused", format->name);
        size_t offsets[2];
        const size_t scales = format->quantised ? scale_offsets(types[t], offsets) : 0;
        for (size_t s = 0; s < scales; s++) {
            const uint16_t bad[] = {0x7C00, 0xFC00, 0x7E00, 0x7C01};
            const size_t places[] = {5, blocks - 1}; // in a whole panel, and in the last one
            for (size_t p = 0; p < 2; p++) {
                uint8_t *at = raw + 1 + places[p] * format->block_bytes + offsets[s], before[2];
                memcpy(before, at, 2);
                for (size_t i = 0; i < 4; i++) {
                    memcpy(at, &bad[i], 2);
                    check(ck_first_invalid_block(format, raw + 1, blocks) == places[p] &&
                              !ck_pack(pool, format, raw + 1, rows, cols, packed),
                          "%s: bad scale %zu accepted", format->name, s);
                }
                memcpy(at, before, 2);
            }
        }
        if (types[t] == CK_MXFP4) { // 7 is the largest value that a scale can meet
            uint8_t block[17];
            memset(block, 0x77, sizeof block);
            for (int e = 0; e < 256; e++) {
                block[0] = (uint8_t)e;
                ck_dequantise_row(format, block, plain, 32);
                const bool sound = ck_first_invalid_block(format, block, 1) == 1;
                check(sound == (bool)isfinite(plain[0]), "MXFP4: scale %d gives %g", e, (double)plain[0]);
            }
        }
        free(raw);
        free(packed);
    }
    for (uint32_t half = 0; half < 0x10000; half++) {
        const uint16_t back = ck_f32_to_f16(ck_f16_to_f32((uint16_t)half));
        const bool nan = (half & 0x7C00) == 0x7C00 && (half & 0x3FF);
        check(nan ? (back & 0x7C00) == 0x7C00 && (back & 0x3FF) : back == half, "f16 %04x comes back as %04x", half,
              back);
    }
}

/// One case: W is (rows, cols) of a type, x is (n, cols).
typedef struct product {
    uint32_t type;
    size_t rows, cols, n;
    int hostile;
    float *x, *dense;
    ck_matrix matrix;
    ck_precision precision;
} product;

static float *multiply(const product *p, size_t first, size_t n, ck_pool *workers, float *out) {
    const size_t bytes = ck_matmul_workspace(n, p->cols, 3);
    void *workspace = allocate(bytes);
    const ck_matmul_args args = {.parts = &p->matrix,
                                 .part_count = 1,
                                 .x = p->x + first * (p->cols + 1),
                                 .x_stride = p->cols + 1,
                                 .n = n,
                                 .out = out,
                                 .out_stride = p->rows,
                                 .precision = p->precision,
                                 .outlier_threshold = 1,
                                 .workspace = workspace,
                                 .workspace_bytes = bytes};
    check(ck_matmul(workers, &args), "workspace is too small");
    free(workspace);
    return out;
}

/// How far a product may be from the definition: half a step of rounding in every activation, and the sums' own
/// rounding.
static double bound_of(const product *p, const float *x, const float *w, double size) {
    const double part = p->precision == CK_INT16 ? 1 / 255.0 : 1;
    double bound = size * fmax(1e-5, (double)p->cols * 0x1p-24) + 1e-30;
    for (size_t group = 0; p->matrix.format->quantised && p->precision != CK_FLOAT && group < p->cols; group += 32) {
        double largest = 0, weights = 0;
        for (size_t k = group; k < group + 32; k++) {
            largest = fmax(largest, fabs((double)x[k]));
            weights += fabs((double)w[k]);
        }
        bound += largest / 127 * 0.501 * part * weights;
    }
    return bound;
}

static void check_product(const product *p, const ck_kernels *level) {
    const char *name = p->matrix.format->name;
    const bool integers = p->matrix.format->quantised && p->precision != CK_FLOAT;
    const size_t results = p->n * p->rows;
    float *got = allocate(results * 4), *alone = allocate(p->rows * 4);
    ck_select(level->isa);
    multiply(p, 0, p->n, pool, got);
    for (size_t c = 0; c < p->n; c++) {
        const float *x = p->x + c * (p->cols + 1);
        const bool finite = !(c == 2 && p->hostile == 0);
        for (size_t r = 0; r < p->rows; r++) {
            const float *w = p->dense + r * p->cols;
            double sum = 0, size = 0;
            for (size_t k = 0; k < p->cols; k++) {
                const double term = (double)w[k] * x[k];
                sum += term;
                size += fabs(term);
            }
            const float value = got[c * p->rows + r];
            // NaN or Inf in a column of integers makes all of it NaN; in F32 it goes where IEEE 754 sends it.
            const bool same = isnan(value) ? isnan(sum) || integers : (double)value == sum;
            const bool near = finite && (fabs((double)value - sum) <= bound_of(p, x, w, size) || fabs(sum) > 1e37);
            check(finite ? near : same, "%s %s precision %d rows %zu cols %zu n %zu case %d: [%zu][%zu] is %g, not %g",
                  level->name, name, (int)p->precision, p->rows, p->cols, p->n, p->hostile, c, r, (double)value, sum);
        }
        multiply(p, c, 1, c % 2 ? pool : NULL, alone);
        check(memcmp(alone, got + c * p->rows, p->rows * 4) == 0 || !finite,
              "%s %s rows %zu cols %zu n %zu: column %zu depends on the others", level->name, name, p->rows, p->cols,
              p->n, c);
    }
    free(got);
    free(alone);
}

static void fill_activations(product *p) {
    for (size_t i = 0; i < p->n * (p->cols + 1); i++) {
        const float ordinary = random_float(-1, 1) * (random_bits() % 50 == 0 ? 30 : 1);
        p->x[i] = p->hostile == 0 ? ordinary : random_bits() % 2 ? 3 : -3; // extremes: every integer ±32512
    }
    if (p->hostile == 3) // all the same sign
        for (size_t i = 0; i < p->n * (p->cols + 1); i++)
            p->x[i] = 3;
    if (p->hostile == 0 && p->n > 2)
        p->x[2 * (p->cols + 1) + p->cols / 2] = random_bits() % 2 ? NAN : -INFINITY;
    if (p->hostile == 5 && p->n > 2)
        memset(p->x + p->cols + 1, 0, p->cols * 4);
}

static void check_shape(uint32_t type, size_t rows, size_t cols, size_t n, int hostile, const ck_kernels *level) {
    const ck_format *format = ck_format_of(type);
    product p = {.type = type, .rows = rows, .cols = cols, .n = n, .hostile = hostile};
    const size_t row_bytes = ck_row_bytes(format, cols);
    uint8_t *raw = allocate(rows * row_bytes), *packed = allocate(ck_packed_bytes(format, rows, cols));
    random_blocks(type, rows * cols / format->block_elements, hostile, raw);
    ck_pack(NULL, format, raw, rows, cols, packed);
    p.matrix = (ck_matrix){format, type, rows, cols, packed};
    p.dense = allocate(rows * cols * 4);
    for (size_t r = 0; r < rows; r++)
        ck_dequantise_row(format, raw + r * row_bytes, p.dense + r * cols, cols);
    p.x = allocate(n * (cols + 1) * 4);
    fill_activations(&p);
    for (int precision = CK_MIXED; precision <= (format->quantised ? CK_FLOAT : CK_MIXED); precision++) {
        p.precision = (ck_precision)precision;
        check_product(&p, level);
    }
    free(raw);
    free(packed);
    free(p.dense);
    free(p.x);
}

/// Bias, addition and stacked parts of different types.
static void check_stack(const ck_kernels *level) {
    enum { COLS = 256, N = 3 };
    const uint32_t kinds[] = {CK_Q4_K, CK_Q6_K, CK_F16};
    const size_t rows[] = {17, 16, 5}, total = 38;
    ck_matrix parts[3];
    float x[N * COLS], bias[38], plain[N * 38], stacked[N * 38];
    const size_t bytes = ck_matmul_workspace(N, COLS, 3);
    void *workspace = allocate(bytes);
    ck_select(level->isa);
    for (size_t i = 0; i < N * COLS; i++)
        x[i] = random_float(-1, 1);
    ck_matmul_args args = {.x = x, .x_stride = COLS, .n = N, .workspace = workspace, .workspace_bytes = bytes};
    for (size_t i = 0, row = 0; i < 3; row += rows[i], i++) {
        const ck_format *format = ck_format_of(kinds[i]);
        uint8_t raw[17 * 1024], *packed = allocate(ck_packed_bytes(format, rows[i], COLS));
        random_blocks(kinds[i], rows[i] * COLS / format->block_elements, 0, raw);
        ck_pack(NULL, format, raw, rows[i], COLS, packed);
        parts[i] = (ck_matrix){format, kinds[i], rows[i], COLS, packed};
        args.parts = &parts[i];
        args.part_count = 1;
        args.out = plain + row;
        args.out_stride = total;
        check(ck_matmul(NULL, &args), "workspace");
    }
    for (size_t i = 0; i < total; i++)
        bias[i] = random_float(-1, 1);
    for (size_t i = 0; i < N * total; i++)
        stacked[i] = 1;
    args.parts = parts;
    args.part_count = 3;
    args.out = stacked;
    args.bias = bias;
    args.accumulate = true;
    check(ck_matmul(pool, &args), "workspace");
    for (size_t i = 0; i < N * total; i++)
        check(fabsf(stacked[i] - (plain[i] + bias[i % total] + 1)) <= 1e-5f * (fabsf(plain[i]) + 2),
              "%s: stacked product %zu is %g, not %g", level->name, i, (double)stacked[i], (double)plain[i]);
    args.workspace_bytes = bytes / 2;
    check(!ck_matmul(pool, &args), "a workspace too small is accepted");
    for (size_t i = 0; i < 3; i++)
        free((void *)parts[i].packed);
    free(workspace);
}

void check_products(const ck_kernels *level) {
    for (size_t t = 0; t < TYPES; t++) {
        const bool super = ck_format_of(types[t])->block_elements == 256;
        for (int hostile = 0; hostile < 6; hostile++) {
            check_shape(types[t], 16, super ? 256 : 32, 1, hostile, level);
            check_shape(types[t], 35, super ? 768 : 576, 3, hostile, level);
        }
        check_shape(types[t], 7, super ? 2560 : 1536, 7, 0, level);
        for (size_t n = 2; n <= 20; n += n < 9 ? 1 : 3)
            check_shape(types[t], 17, super ? 512 : 640, n, 0, level);
    }
    check_shape(CK_Q4_1, 48, 64, 230, 0, level); // more than one block of columns
    check_shape(CK_F16, 33, 80, 230, 0, level);
    check_shape(CK_F32, 3, 7, 5, 0, level); // float rows need no whole group
    check_stack(level);
}
