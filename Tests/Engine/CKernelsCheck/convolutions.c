// Convolutions over time, and attention by distance, against their definitions in double precision.
#include "check.h"

typedef struct shape {
    size_t n, inputs, outputs, taps, dilation;
} shape;

/// Random weights of a type, packed, and what they stand for.
static ck_matrix random_matrix(uint32_t type, size_t rows, size_t cols, float *dense) {
    const ck_format *format = ck_format_of(type);
    const size_t row_bytes = ck_row_bytes(format, cols);
    uint8_t *blocks = allocate(rows * row_bytes);
    for (size_t i = 0; i < rows * cols; i++)
        dense[i] = random_float(-1, 1);
    if (type == CK_Q8_0)
        ck_quantise_row_q8_0(dense, blocks, rows * cols);
    else
        ck_requantise(NULL, CK_F32, (const uint8_t *)dense, type, blocks, rows * cols);
    ck_dequantise_row(format, blocks, dense, rows * cols);
    uint8_t *packed = allocate(ck_packed_bytes(format, rows, cols));
    ck_pack(NULL, format, blocks, rows, cols, packed);
    free(blocks);
    return (ck_matrix){.format = format, .type = type, .rows = rows, .cols = cols, .packed = packed};
}

/// Value `i` of moment `t`, counted from the first that the first result depends on.
static double value_at(const ck_convolution_args *a, size_t t, size_t i) {
    if (t < a->before || t - a->before >= a->rows)
        return 0;
    const float x = a->x[(t - a->before) * a->x_stride + i];
    return (double)(x < 0 ? x * a->slope : x);
}

static void check_shape(const ck_kernels *level, uint32_t type, shape s, float slope) {
    const size_t cols = s.taps * s.inputs, stride = s.inputs + 3, reach = (s.taps - 1) * s.dilation;
    const size_t before = reach / 2, rows = s.n + reach - before > 3 ? s.n + reach - before - 3 : 1;
    float *dense = allocate(s.outputs * cols * 4), *x = allocate(rows * stride * 4), *bias = allocate(s.outputs * 4);
    float *out = allocate(s.n * s.outputs * 4), *again = allocate(s.n * s.outputs * 4);
    float *residual = allocate(s.n * s.outputs * 4);
    const ck_matrix weights = random_matrix(type, s.outputs, cols, dense);
    for (size_t i = 0; i < rows * stride; i++)
        x[i] = random_float(-2, 2);
    for (size_t i = 0; i < s.outputs; i++)
        bias[i] = random_float(-1, 1);
    for (size_t i = 0; i < s.n * s.outputs; i++)
        residual[i] = random_float(-1, 1);
    ck_convolution_args args = {.weights = &weights,
                                .x = x,
                                .x_stride = stride,
                                .rows = rows,
                                .before = before,
                                .slope = slope,
                                .taps = s.taps,
                                .dilation = s.dilation,
                                .n = s.n,
                                .out = out,
                                .out_stride = s.outputs,
                                .bias = bias,
                                .residual = residual,
                                .residual_stride = s.outputs};
    args.workspace_bytes = ck_convolution_workspace(&args, ck_pool_workers(pool));
    args.workspace = allocate(args.workspace_bytes);
    check(ck_convolve(pool, &args), "%s: a convolution finds no room", level->name);
    const double tolerance = type == CK_Q8_0 ? 1e-2 : 1e-5;
    for (size_t t = 0; t < s.n; t++)
        for (size_t o = 0; o < s.outputs; o++) {
            double sum = (double)bias[o] + (double)residual[t * s.outputs + o], size = 1e-3;
            for (size_t tap = 0; tap < s.taps; tap++)
                for (size_t i = 0; i < s.inputs; i++) {
                    const double term =
                        (double)dense[o * cols + tap * s.inputs + i] * value_at(&args, t + tap * s.dilation, i);
                    sum += term;
                    size += fabs(term);
                }
            check(fabs((double)out[t * s.outputs + o] - sum) <= tolerance * size,
                  "%s: convolution of %s, %zu x %zu x %zu, dilation %zu: [%zu][%zu] is %g, not %g", level->name,
                  weights.format->name, s.outputs, s.inputs, s.taps, s.dilation, t, o, (double)out[t * s.outputs + o],
                  sum);
        }
    // The same in pieces and on one thread, added to what is there.
    memcpy(again, out, s.n * s.outputs * 4);
    args.bias = args.residual = NULL;
    args.accumulate = true;
    for (size_t t = 0; t < s.n; t += 7) {
        ck_convolution_args piece = args;
        const size_t skipped = t > before ? t - before : 0;
        piece.before = t > before ? 0 : before - t;
        piece.x = x + (skipped < rows ? skipped : rows) * stride;
        piece.rows = skipped < rows ? rows - skipped : 0;
        piece.out = again + t * s.outputs;
        piece.n = s.n - t < 7 ? s.n - t : 7;
        check(ck_convolve(NULL, &piece), "%s: a piece of a convolution finds no room", level->name);
    }
    for (size_t i = 0; i < s.n * s.outputs; i++)
        check(fabsf(again[i] - (2 * out[i] - bias[i % s.outputs] - residual[i])) <= 1e-4f * (1 + fabsf(out[i])),
              "%s: a convolution in pieces is another", level->name);
    args.workspace_bytes = ck_convolution_workspace(&args, 1) - 1;
    check(!ck_convolve(NULL, &args), "%s: a convolution writes into too little room", level->name);
    free(dense), free(x), free(bias), free(out), free(again), free(residual), free((void *)(uintptr_t)weights.packed),
        free(args.workspace);
}

static void check_relative_attention(const ck_kernels *level, size_t n, size_t heads, size_t head, size_t window) {
    const size_t width = heads * head, bytes = ck_relative_attention_workspace(n, heads, head);
    float *qkv = allocate(n * 3 * width * 4), *out = allocate(n * width * 4);
    float *keys = allocate((2 * window + 1) * head * 4), *values = allocate((2 * window + 1) * head * 4);
    double *p = allocate(n * sizeof *p);
    for (size_t i = 0; i < n * 3 * width; i++)
        qkv[i] = random_float(-1, 1);
    for (size_t i = 0; i < (2 * window + 1) * head; i++)
        keys[i] = random_float(-1, 1), values[i] = random_float(-1, 1);
    const ck_relative_attention_args args = {.q = qkv,
                                             .k = qkv + width,
                                             .v = qkv + 2 * width,
                                             .stride = 3 * width,
                                             .n = n,
                                             .heads = heads,
                                             .head = head,
                                             .key_offsets = keys,
                                             .value_offsets = values,
                                             .window = window,
                                             .scale = 0.3f,
                                             .out = out,
                                             .out_stride = width,
                                             .workspace = allocate(bytes),
                                             .workspace_bytes = bytes};
    check(ck_relative_attention(pool, &args), "%s: attention by distance finds no room", level->name);
    for (size_t h = 0; h < heads; h++)
        for (size_t i = 0; i < n; i++) {
            double total = 0;
            for (size_t j = 0; j < n; j++) {
                const bool near = j + window >= i && j <= i + window;
                double score = 0;
                for (size_t e = 0; e < head; e++)
                    score += (double)qkv[i * 3 * width + h * head + e] *
                             ((double)qkv[j * 3 * width + width + h * head + e] +
                              (near ? (double)keys[(j + window - i) * head + e] : 0));
                total += p[j] = exp((double)args.scale * score);
            }
            for (size_t e = 0; e < head; e++) {
                double sum = 0;
                for (size_t j = 0; j < n; j++) {
                    const bool near = j + window >= i && j <= i + window;
                    sum += p[j] / total *
                           ((double)qkv[j * 3 * width + 2 * width + h * head + e] +
                            (near ? (double)values[(j + window - i) * head + e] : 0));
                }
                check(fabs(sum - (double)out[i * width + h * head + e]) < 1e-5,
                      "%s: attention by distance over %zu: [%zu] is %g, not %g", level->name, n, i,
                      (double)out[i * width + h * head + e], sum);
            }
        }
    free(qkv), free(out), free(keys), free(values), free(p), free(args.workspace);
}

void check_convolutions(const ck_kernels *level) {
    const shape shapes[] = {{1, 32, 32, 1, 1},  {5, 32, 1, 7, 1},    {200, 64, 48, 3, 2},
                            {97, 96, 33, 5, 6}, {13, 544, 40, 3, 1}, {110, 32, 64, 7, 12}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        check_shape(level, CK_F32, shapes[i], 0.1f);
        check_shape(level, CK_F16, shapes[i], 1);
        check_shape(level, CK_Q8_0, shapes[i], i % 2 ? 0 : 1);
    }
    check_shape(level, CK_F32, (shape){50, 7, 5, 3, 3}, 1);
    check_relative_attention(level, 1, 1, 4, 4);
    check_relative_attention(level, 17, 2, 12, 4);
    check_relative_attention(level, 70, 2, 96, 4);
    for (size_t n = 1; n < 40; n++) {
        float x[40], y[40], out[41];
        out[n] = 42;
        for (size_t i = 0; i < n; i++)
            x[i] = random_float(-30, 30), y[i] = random_float(-30, 30);
        level->gated_tanh(x, y, n, out);
        for (size_t i = 0; i < n; i++)
            check(fabs((double)out[i] - tanh((double)x[i]) / (1 + exp(-(double)y[i]))) < 1e-6,
                  "%s: gated tanh of %g and %g is %g", level->name, (double)x[i], (double)y[i], (double)out[i]);
        check(out[n] == 42, "%s: gated tanh writes past the end", level->name);
        x[0] = NAN;
        level->leaky_relu(x, 0.1f, n, out);
        check(isnan(out[0]), "%s: the leaky ReLU of NaN is %g", level->name, (double)out[0]);
        for (size_t i = 1; i < n; i++)
            check(out[i] == x[i] * (x[i] < 0 ? 0.1f : 1), "%s: leaky ReLU of %g is %g", level->name, (double)x[i],
                  (double)out[i]);
        check(out[n] == 42, "%s: the leaky ReLU writes past the end", level->name);
    }
}
