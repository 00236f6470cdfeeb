// Matrix products, scalar reference. Plain loops over 16-bit integers, in a shape that any compiler makes vectors of.
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"

// Only `wide` is read. Integers lie in pairs, the two operands of one multiply-add: elements (0, 2) and (1, 3) of every
// four, because that is how bytes come apart from 32-bit lanes. Weights: (count / 2, 32, 2) int16.

/// Rounds to nearest, ties to even, for |x| < 2^22.
static inline int32_t round_small(float x) {
    return (int32_t)(ck_f32_bits(x + 12582912.0f) - 0x4B400000u);
}

/// The largest magnitude of a group. As bits, magnitudes order like integers and NaN comes last.
static float largest_of_group(const float *x) {
    uint32_t largest = 0;
    for (size_t k = 0; k < CK_GROUP; k++) {
        const uint32_t magnitude = ck_f32_bits(x[k]) & 0x7FFFFFFF;
        largest = magnitude > largest ? magnitude : largest;
    }
    return ck_bits_f32(largest);
}

static void quantise_group(const float *x, float largest, bool has_low, const ck_columns *out, size_t at) {
    const bool sound = largest >= 1e-30f && largest <= 3.402823466e38f; // NaN compares false
    const float inverse = sound ? 127 / largest : 0;
    int32_t sum = 0;
    for (size_t k = 0; k < CK_GROUP; k++) {
        const float scaled = sound ? x[k] * inverse : 0;
        const int32_t high = round_small(scaled);
        const int32_t rest = has_low ? round_small((scaled - (float)high) * 256) : 0;
        const int32_t low = rest > 127 ? 127 : rest < -127 ? -127 : rest;
        out->wide[at + ck_pair_index(k)] = (int16_t)(high * 256 + low);
        sum += high * 256 + low;
    }
    const float scale = sound ? largest / 127 : largest < 1e-30f ? 0 : NAN;
    out->scale[at / CK_GROUP] = scale;
    out->sum[at / CK_GROUP] = scale * (1 / 256.0f) * (float)sum;
}

#define CK_QUANTISE ck_quantise_c
#include "ck_quantise_body.h"

/// Any quantised format by way of its own decoder.
static void unpack_any(const ck_format *format, size_t step, const uint8_t *packed, size_t count, size_t slot,
                       ck_panel out) {
    const size_t elements = format->block_elements;
    for (size_t block = 0; block < count / elements; block++) {
        int16_t *w = (int16_t *)out.w + block * elements * CK_UNIT_ROWS;
        ck_step *steps = out.steps + block * elements / step;
        for (size_t r = 0; r < CK_PANEL_ROWS; r++) {
            const size_t row = slot * CK_PANEL_ROWS + r;
            uint8_t bytes[256];
            ck_decoded_block decoded;
            ck_packed_block(format, packed, block, r, bytes);
            format->decode(bytes, &decoded);
            for (size_t k = 0; k < elements; k++) {
                const size_t at = ck_pair_index(k);
                w[(at / 2 * CK_UNIT_ROWS + row) * 2 + at % 2] = decoded.q[k];
            }
            for (size_t s = 0; s < elements / step; s++) {
                steps[s].scale[row] = decoded.scale[s * step / 16];
                steps[s].min[row] = decoded.min[s * step / 16];
            }
        }
    }
}

/// `step` is 32 elements or 16, `short_min` whether steps of 16 have minima: constants.
static inline __attribute__((always_inline)) void multiply(ck_panel panel, const ck_piece *piece, float *acc,
                                                           const size_t step, const bool short_min) {
    const ck_columns *x = piece->x;
    for (size_t c = piece->column; c < piece->column + piece->columns; c++, acc += 2 * CK_UNIT_ROWS) {
        const int16_t *w = panel.w, *q = x->wide + c * x->cols + piece->group * CK_GROUP;
        const ck_step *steps = panel.steps;
        for (size_t g = 0; g < piece->groups; g++, steps += CK_GROUP / step) {
            const size_t group = c * (x->cols / CK_GROUP) + piece->group + g;
            for (size_t s = 0; s < CK_GROUP / step; s++) {
                const float x_scale = x->scale[group] * (1 / 256.0f);
                int32_t dot[CK_UNIT_ROWS] = {0}, sum = 0;
                for (size_t p = 0; p < step / 2; p++, w += 2 * CK_UNIT_ROWS, q += 2) {
                    sum += q[0] + q[1];
                    for (size_t r = 0; r < CK_UNIT_ROWS; r++)
                        dot[r] += w[2 * r] * q[0] + w[2 * r + 1] * q[1];
                }
                for (size_t r = 0; r < CK_UNIT_ROWS; r++)
                    acc[r] += (float)dot[r] * (steps[s].scale[r] * x_scale);
                for (size_t r = 0; short_min && r < CK_UNIT_ROWS; r++)
                    acc[r] += steps[s].min[r] * (x_scale * (float)sum);
            }
            for (size_t r = 0; !short_min && r < CK_UNIT_ROWS; r++) // 0 where steps of 16 have none
                acc[r] += steps->min[r] * x->sum[group];
        }
    }
}

static void ck_multiply32_c(ck_panel panel, const ck_piece *piece, float *acc) {
    multiply(panel, piece, acc, 32, false);
}
static void ck_multiply16_c(ck_panel panel, const ck_piece *piece, float *acc) {
    multiply(panel, piece, acc, 16, false);
}
static void ck_multiply16_min_c(ck_panel panel, const ck_piece *piece, float *acc) {
    multiply(panel, piece, acc, 16, true);
}

#define UNPACK(name, type, step)                                                                                       \
    static void ck_unpack_##name##_c(const uint8_t *packed, size_t count, size_t slot, ck_panel out) {                 \
        unpack_any(ck_format_of(type), step, packed, count, slot, out);                                                \
    }

UNPACK(q4_0, CK_Q4_0, 32)
UNPACK(q4_1, CK_Q4_1, 32)
UNPACK(q5_0, CK_Q5_0, 32)
UNPACK(q5_1, CK_Q5_1, 32)
UNPACK(q8_0, CK_Q8_0, 32)
UNPACK(q2_k, CK_Q2_K, 16)
UNPACK(q3_k, CK_Q3_K, 16)
UNPACK(q4_k, CK_Q4_K, 32)
UNPACK(q5_k, CK_Q5_K, 32)
UNPACK(q6_k, CK_Q6_K, 16)
UNPACK(iq4_nl, CK_IQ4_NL, 32)
UNPACK(iq4_xs, CK_IQ4_XS, 32)
UNPACK(mxfp4, CK_MXFP4, 32)

// MARK: floats

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

static void ck_multiply_float_c(const ck_float_piece *piece, float *acc) {
    for (size_t c = 0; c < piece->columns; c++)
        for (size_t panel = 0; panel < piece->panels; panel++, acc += CK_PANEL_ROWS) {
            const float *w = piece->w + panel * piece->w_stride, *x = piece->x + c * piece->x_stride;
            float dot[CK_PANEL_ROWS] = {0};
            if (!piece->from_zero)
                memcpy(dot, acc, sizeof dot);
            for (size_t tap = 0; tap < piece->taps; tap++, x += piece->x_tap)
                for (size_t k = 0; k < piece->count; k++, w += CK_PANEL_ROWS)
                    for (size_t r = 0; r < CK_PANEL_ROWS; r++)
                        dot[r] += w[r] * x[k];
            memcpy(acc, dot, sizeof dot);
        }
}

#define USE(name, type, step)                                                                                          \
    table->unpack[type] = ck_unpack_##name##_c;                                                                        \
    table->multiply[type] = ck_multiply##step##_c;                                                                     \
    table->reads_wide[type] = true

static uint64_t ck_multiply_registers_c(size_t rounds) {
    int32_t sum[8] = {0}, w = 3;
    for (size_t round = 0; round < rounds; round++)
        for (unsigned i = 0; i < 8; i++) {
            sum[i] += w * (int32_t)i;
            CK_OPAQUE(sum[i], "r");
            CK_OPAQUE(w, "r");
        }
    return rounds * 8;
}

void ck_fill_matmul_c(ck_kernels *table) {
    table->multiply_registers = ck_multiply_registers_c;
    table->quantise = ck_quantise_c;
    USE(q4_0, CK_Q4_0, 32);
    USE(q4_1, CK_Q4_1, 32);
    USE(q5_0, CK_Q5_0, 32);
    USE(q5_1, CK_Q5_1, 32);
    USE(q8_0, CK_Q8_0, 32);
    USE(q2_k, CK_Q2_K, 16_min);
    USE(q3_k, CK_Q3_K, 16);
    USE(q4_k, CK_Q4_K, 32);
    USE(q5_k, CK_Q5_K, 32);
    USE(q6_k, CK_Q6_K, 16);
    USE(iq4_nl, CK_IQ4_NL, 32);
    USE(iq4_xs, CK_IQ4_XS, 32);
    USE(mxfp4, CK_MXFP4, 32);
    for (uint32_t type = 0; type < CK_TYPE_COUNT; type++)
        if (ck_format_of(type))
            table->unpack_float[type] = ck_unpack_float_c;
    table->multiply_float = ck_multiply_float_c;
}
