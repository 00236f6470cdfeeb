// Matrix products, scalar reference. Plain loops over 16-bit integers, in a shape that any compiler makes vectors of.
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"

// Integers lie in pairs, the two operands of one multiply-add: elements (0, 2) and (1, 3) of every four, because that
// is how bytes come apart from 32-bit lanes. Activations: (cols / 2, tile, 2) int16; weights: (count / 2, 16, 2) int16.

enum { TILE = 4 };

static inline size_t pair_element(size_t pair, size_t which) {
    return pair / 2 * 4 + pair % 2 + which * 2;
}

/// Rounds to nearest, ties to even, for |x| < 2^22.
static inline int32_t round_small(float x) {
    return (int32_t)(ck_f32_bits(x + 12582912.0f) - 0x4B400000u);
}

/// The scale of a column, 0 for one that is (nearly) zero, NaN for one that holds NaN or Inf.
static float column_scale(const float *x, size_t cols) {
    uint32_t largest = 0; // as bits, magnitudes order like integers and NaN comes last
    for (size_t k = 0; k < cols; k++) {
        const uint32_t magnitude = ck_f32_bits(x[k]) & 0x7FFFFFFF;
        largest = magnitude > largest ? magnitude : largest;
    }
    if (largest >= 0x7F800000)
        return NAN;
    return ck_bits_f32(largest) < 1e-30f ? 0 : ck_bits_f32(largest) / 32512.0f;
}

static void quantise_tile_c(const float *x, size_t stride, size_t live, size_t tile, size_t cols, ck_tile out) {
    int16_t *q = out.q;
    for (size_t c = 0; c < tile; c++) {
        const float *column = x + c * stride;
        const float scale = c < live ? column_scale(column, cols) : 0;
        const float inverse = scale > 0 ? 1 / scale : 0; // NaN compares false: its column is quantised as zeros
        out.scale[c] = scale;
        int32_t sum = 0;
        for (size_t pair = 0; pair < cols / 2; pair++) {
            for (size_t w = 0; w < 2; w++) {
                const int32_t value = inverse > 0 ? round_small(column[pair_element(pair, w)] * inverse) : 0;
                q[(pair * tile + c) * 2 + w] = (int16_t)value;
                sum += value;
            }
            if (pair % 8 == 7) {
                out.sums16[pair / 8 * tile + c] = (float)sum;
                sum = 0;
            }
        }
        for (size_t g = 0; g < cols / 32; g++)
            out.sums32[g * tile + c] = out.sums16[2 * g * tile + c] + out.sums16[(2 * g + 1) * tile + c];
    }
}

/// Any quantised format by way of its own decoder.
static void unpack_any(const ck_format *format, size_t step, const uint8_t *packed, size_t count, ck_panel out) {
    const size_t elements = format->block_elements;
    for (size_t block = 0; block < count / elements; block++) {
        int16_t *w = (int16_t *)out.w + block * elements * CK_PANEL_ROWS;
        float *scale = out.scale + block * elements / step * CK_PANEL_ROWS;
        float *min = out.min + block * elements / step * CK_PANEL_ROWS;
        for (size_t r = 0; r < CK_PANEL_ROWS; r++) {
            uint8_t bytes[256];
            ck_decoded_block decoded;
            ck_packed_block(format, packed, block, r, bytes);
            format->decode(bytes, &decoded);
            for (size_t k = 0; k < elements; k += 4)
                for (size_t i = 0; i < 4; i++)
                    w[(k / 2 + i % 2) * CK_PANEL_ROWS * 2 + r * 2 + i / 2] = decoded.q[k + i];
            for (size_t s = 0; s < elements / step; s++) {
                scale[s * CK_PANEL_ROWS + r] = decoded.scale[s * step / 16];
                min[s * CK_PANEL_ROWS + r] = decoded.min[s * step / 16];
            }
        }
    }
}

#define UNPACK(name, type, step)                                                                                       \
    static void ck_unpack_##name##_c(const uint8_t *packed, size_t count, ck_panel out) {                              \
        unpack_any(ck_format_of(type), step, packed, count, out);                                                      \
    }

UNPACK(q4_0, CK_Q4_0, 32)
UNPACK(q4_1, CK_Q4_1, 32)
UNPACK(q5_0, CK_Q5_0, 32)
UNPACK(q5_1, CK_Q5_1, 32)
UNPACK(q8_0, CK_Q8_0, 32)
UNPACK(q4_k, CK_Q4_K, 32)
UNPACK(q5_k, CK_Q5_K, 32)
UNPACK(q6_k, CK_Q6_K, 16)

/// `pairs` is 16 for steps of 32 elements, 8 for steps of 16; `tile` the number of columns. Both are constants.
static inline __attribute__((always_inline)) void multiply_tile(ck_panel panel, const void *activations,
                                                                const float *sums, size_t steps, float *acc,
                                                                const size_t pairs, const size_t tile) {
    const int16_t *w = panel.w, *q = activations;
    for (size_t step = 0; step < steps; step++) {
        for (size_t c = 0; c < tile; c++) {
            int32_t dot[CK_PANEL_ROWS] = {0};
            for (size_t p = 0; p < pairs; p++) {
                const int16_t *weights = w + p * CK_PANEL_ROWS * 2;
                const int32_t a = q[(p * tile + c) * 2], b = q[(p * tile + c) * 2 + 1];
                for (size_t r = 0; r < CK_PANEL_ROWS; r++)
                    dot[r] += weights[2 * r] * a + weights[2 * r + 1] * b;
            }
            const float *scale = panel.scale + step * CK_PANEL_ROWS, *min = panel.min + step * CK_PANEL_ROWS;
            for (size_t r = 0; r < CK_PANEL_ROWS; r++)
                acc[c * CK_PANEL_ROWS + r] += (float)dot[r] * scale[r] + min[r] * sums[step * tile + c];
        }
        w += pairs * CK_PANEL_ROWS * 2;
        q += pairs * tile * 2;
    }
}

#define TILE_KERNEL(name, pairs, tile)                                                                                 \
    static void name(ck_panel panel, const void *q, const float *sums, size_t steps, float *acc) {                     \
        multiply_tile(panel, q, sums, steps, acc, pairs, tile);                                                        \
    }

TILE_KERNEL(ck_tile32_c, 16, TILE)
TILE_KERNEL(ck_tile32_one_c, 16, 1)
TILE_KERNEL(ck_tile16_c, 8, TILE)
TILE_KERNEL(ck_tile16_one_c, 8, 1)

// MARK: floats

static void ck_float_columns_c(const float *x, size_t stride, size_t live, size_t tile, size_t cols, float *out) {
    for (size_t k = 0; k < cols; k++)
        for (size_t c = 0; c < tile; c++)
            out[k * tile + c] = c < live ? x[c * stride + k] : 0;
}

static void ck_unpack_float_c(const ck_format *format, const uint8_t *packed, size_t count, float *out) {
    const size_t elements = format->block_elements;
    for (size_t block = 0; block < count / elements; block++)
        for (size_t r = 0; r < CK_PANEL_ROWS; r++) {
            uint8_t bytes[256];
            float values[CK_MAX_BLOCK];
            ck_packed_block(format, packed, block, r, bytes);
            ck_dequantise_row(format, bytes, values, elements);
            for (size_t k = 0; k < elements; k++)
                out[(block * elements + k) * CK_PANEL_ROWS + r] = values[k];
        }
}

static inline __attribute__((always_inline)) void multiply_floats(const float *w, const float *x, size_t count,
                                                                  float *acc, const size_t tile) {
    for (size_t c = 0; c < tile; c++) {
        float dot[CK_PANEL_ROWS];
        memcpy(dot, acc + c * CK_PANEL_ROWS, sizeof dot);
        for (size_t k = 0; k < count; k++)
            for (size_t r = 0; r < CK_PANEL_ROWS; r++)
                dot[r] += w[k * CK_PANEL_ROWS + r] * x[k * tile + c];
        memcpy(acc + c * CK_PANEL_ROWS, dot, sizeof dot);
    }
}

static void ck_float_mul_c(const float *w, const float *x, size_t count, float *acc) {
    multiply_floats(w, x, count, acc, TILE);
}

static void ck_float_mul_one_c(const float *w, const float *x, size_t count, float *acc) {
    multiply_floats(w, x, count, acc, 1);
}

void ck_fill_matmul_c(ck_kernels *table) {
    table->tile = table->float_tile = TILE;
    table->quantise = quantise_tile_c;
    table->unpack[CK_Q4_0] = ck_unpack_q4_0_c;
    table->unpack[CK_Q4_1] = ck_unpack_q4_1_c;
    table->unpack[CK_Q5_0] = ck_unpack_q5_0_c;
    table->unpack[CK_Q5_1] = ck_unpack_q5_1_c;
    table->unpack[CK_Q8_0] = ck_unpack_q8_0_c;
    table->unpack[CK_Q4_K] = ck_unpack_q4_k_c;
    table->unpack[CK_Q5_K] = ck_unpack_q5_k_c;
    table->unpack[CK_Q6_K] = ck_unpack_q6_k_c;
    table->tile32[0] = ck_tile32_c;
    table->tile32[1] = ck_tile32_one_c;
    table->tile16[0] = ck_tile16_c;
    table->tile16[1] = ck_tile16_one_c;
    table->float_columns = ck_float_columns_c;
    for (uint32_t type = 0; type < CK_TYPE_COUNT; type++)
        if (ck_format_of(type))
            table->unpack_float[type] = ck_unpack_float_c;
    table->float_mul[0] = ck_float_mul_c;
    table->float_mul[1] = ck_float_mul_one_c;
}
