// Matrix products for NEON with the dot product: `sdot` by element, sixteen bytes of weights (four rows) times four
// activations of a column that stay in a register. All bytes are signed; sums are exact in 32 bits.
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#if defined(__clang__)
CK_TARGET_BEGIN("dotprod")
#else
CK_TARGET_BEGIN("arch=armv8.2-a+dotprod")
#endif
#include "ck_formats_neon.h"

enum {
    VECTORS = CK_UNIT_ROWS / 4, // registers of 32-bit lanes for the rows of an unpacked panel
    PART = 4,                   // those of a packed panel: sixteen rows
    TILE = 2,                   // of them at a time, where there are many columns
    WIDE = 4,                   // columns at a time: eight sums of a step and eight of all steps in registers
};

CK_INLINE int8x16_t load_x(const uint8_t *p) {
    return vreinterpretq_s8_u8(vld1q_u8(p));
}

CK_INLINE int32x4_t dot_lane(int32x4_t sum, int8x16_t w, int8x16_t x, const unsigned lane) {
    switch (lane) { // the lane is part of the instruction
    case 0:
        return vdotq_laneq_s32(sum, w, x, 0);
    case 1:
        return vdotq_laneq_s32(sum, w, x, 1);
    case 2:
        return vdotq_laneq_s32(sum, w, x, 2);
    default:
        return vdotq_laneq_s32(sum, w, x, 3);
    }
}

/// What a sum of products starts from: the bits of 1.5 * 2^23. A sum, which is less than 2^22 in magnitude, moves that
/// float by as many units, so that its bits need no conversion, which would cost as much as two other instructions.
CK_INLINE int32x4_t start(void) {
    return vreinterpretq_s32_f32(vdupq_n_f32(0x1.8p23f));
}

/// scale * (the sum that began with the start), rounded once: the start comes off again exactly, since scales have 21
/// bits at most.
CK_INLINE float32x4_t scaled(int32x4_t sum, float32x4_t scale) {
    return vfmaq_f32(vmulq_n_f32(scale, -0x1.8p23f), vreinterpretq_f32_s32(sum), scale);
}

/// total += dot * scale * x_scale. In this order everywhere: a column's result is the same whatever stands beside it.
CK_INLINE float32x4_t add_step(float32x4_t total, int32x4_t dot, float32x4_t scale, float x_scale) {
    return vfmaq_n_f32(total, scaled(dot, scale), x_scale);
}

/// Some rows (those of `TILE` registers, from register `part` on) times `n` columns from c on: `step` (32 or 16),
/// `has_min` and n are constants. All sums stay in registers until the end.
CK_INLINE void multiply_tile(ck_panel panel, const ck_piece *piece, size_t part, size_t c, float *acc,
                             const unsigned step, const bool has_min, const unsigned n) {
    const ck_columns *x = piece->x;
    const size_t all = x->cols / CK_GROUP, first = (piece->column + c) * all + piece->group;
    const int8_t *w = (const int8_t *)panel.w + part * 16;
    const ck_step *at = panel.steps;
    acc += c * 2 * CK_UNIT_ROWS + part * 4;
    float32x4_t total[WIDE][TILE];
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned v = 0; v < TILE; v++) total[i][v] = vld1q_f32(acc + i * 2 * CK_UNIT_ROWS + v * 4);
    }
    for (size_t g = 0; g < piece->groups; g++) {
        CK_UNROLL for (unsigned s = 0; s < CK_GROUP / step; s++, at++) {
            int32x4_t dot[WIDE][TILE];
            CK_UNROLL for (unsigned i = 0; i < n; i++) {
                CK_UNROLL for (unsigned v = 0; v < TILE; v++) dot[i][v] = start();
            }
            CK_UNROLL for (unsigned k = 0; k < step / 4; k += 4) {
                int8x16_t four[WIDE];
                CK_UNROLL for (unsigned i = 0; i < n; i++) four[i] =
                    load_x(x->high + (first + i * all + g) * CK_GROUP + s * step + 4 * k);
                CK_UNROLL for (unsigned lane = 0; lane < 4; lane++, w += VECTORS * 16) {
                    CK_UNROLL for (unsigned v = 0; v < TILE; v++) {
                        const int8x16_t weights = vld1q_s8(w + v * 16);
                        CK_UNROLL for (unsigned i = 0; i < n; i++) {
                            dot[i][v] = dot_lane(dot[i][v], weights, four[i], lane);
                            CK_OPAQUE(dot[i][v], "w");
                        }
                    }
                }
            }
            CK_UNROLL for (unsigned v = 0; v < TILE; v++) {
                const float32x4_t scale = vld1q_f32(at->scale + (part + v) * 4);
                CK_UNROLL for (unsigned i = 0; i < n; i++) {
                    const size_t group = first + i * all + g;
                    total[i][v] = add_step(total[i][v], dot[i][v], scale, x->scale[group]);
                    if (has_min)
                        total[i][v] = vfmaq_n_f32(total[i][v], vld1q_f32(at->min + (part + v) * 4), x->sum[group]);
                }
            }
        }
    }
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned v = 0; v < TILE; v++) vst1q_f32(acc + i * 2 * CK_UNIT_ROWS + v * 4, total[i][v]);
    }
}

/// Adds the low part of one group to the sums of one column.
CK_INLINE void add_low(ck_panel panel, const ck_low_group *low, float *acc, const unsigned step) {
    const int8_t *w = (const int8_t *)panel.w + low->group * (8 * VECTORS * 16);
    const ck_step *at = panel.steps + low->group * (CK_GROUP / step);
    float *sums = acc + low->column * 2 * CK_UNIT_ROWS + CK_UNIT_ROWS;
    CK_UNROLL for (unsigned s = 0; s < CK_GROUP / step; s++, at++) {
        int32x4_t dot[VECTORS];
        CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) dot[v] = start();
        CK_UNROLL for (unsigned k = 0; k < step / 4; k += 4) {
            const int8x16_t four = load_x(low->x + s * step + 4 * k);
            CK_UNROLL for (unsigned lane = 0; lane < 4; lane++, w += VECTORS * 16) {
                CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) {
                    dot[v] = dot_lane(dot[v], vld1q_s8(w + v * 16), four, lane);
                    CK_OPAQUE(dot[v], "w");
                }
            }
        }
        CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) vst1q_f32(
            sums + v * 4, add_step(vld1q_f32(sums + v * 4), dot[v], vld1q_f32(at->scale + v * 4), low->scale));
    }
}

/// Does `code` with N, the constant that `count` (1 to 3) is.
#define WITH_COUNT(count, code)                                                                                        \
    switch (count) {                                                                                                   \
        CK_COUNT_CASE(3, code)                                                                                         \
        CK_COUNT_CASE(2, code)                                                                                         \
        CK_COUNT_CASE(1, code)                                                                                         \
    }

CK_INLINE void multiply(ck_panel panel, const ck_piece *piece, float *acc, const unsigned step, const bool has_min) {
    const size_t lines = piece->columns < WIDE ? 0 : ck_lines_ahead(piece, piece->columns / WIDE);
    for (size_t part = 0; part < VECTORS; part += TILE) {
        size_t c = 0;
        for (; c + WIDE <= piece->columns; c += WIDE) {
            if (part == 0)
                ck_prefetch_ahead(piece, c / WIDE * lines, lines);
            multiply_tile(panel, piece, part, c, acc, step, has_min, WIDE);
        }
        WITH_COUNT(piece->columns - c, multiply_tile(panel, piece, part, c, acc, step, has_min, N))
    }
    for (size_t i = 0; i < piece->low_count; i++)
        add_low(panel, piece->low + i, acc, step);
}

#define MULTIPLY(name, step, has_min)                                                                                  \
    static void ck_##name##_neon(ck_panel panel, const ck_piece *piece, float *acc) {                                  \
        multiply(panel, piece, acc, step, has_min);                                                                    \
    }

MULTIPLY(multiply32_min, 32, true)
MULTIPLY(multiply32, 32, false)
MULTIPLY(multiply16, 16, false)

// MARK: templates over formats

#define WITH_MIN(code) code
#define NO_MIN(code)

#define FORMAT(name, BLOCK_BYTES, ELEMENTS, STEP, MIN)                                                                 \
    static void ck_unpack_##name##_neon(const uint8_t *packed, size_t count, size_t slot, ck_panel out) {              \
        int8_t *w = (int8_t *)out.w + slot * ROW_UNIT;                                                                 \
        for (size_t at = 0; at < count; at += STEP) {                                                                  \
            const uint8_t *block = packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                             \
            const unsigned step = at % ELEMENTS / STEP;                                                                \
            ck_step *to = out.steps + at / STEP;                                                                       \
            CK_UNROLL for (unsigned c = 0; c < STEP / 4; c++, w += VECTORS * 16) {                                     \
                CK_UNROLL for (unsigned v = 0; v < 4; v++) vst1q_s8(w + v * 16, bytes_##name(block, step, c, v));      \
            }                                                                                                          \
            CK_UNROLL for (unsigned v = 0; v < 4; v++) {                                                               \
                vst1q_f32(to->scale + slot * 16 + v * 4, scale_##name(block, step, v));                                \
                MIN(vst1q_f32(to->min + slot * 16 + v * 4, min_##name(block, step, v));)                               \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    CK_INLINE void dot_##name(int32x4_t dot[][PART], const uint8_t *block, unsigned step, const uint8_t *x,            \
                              size_t stride, const unsigned n) {                                                       \
        CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                                   \
            CK_UNROLL for (unsigned v = 0; v < PART; v++) dot[i][v] = start();                                         \
        }                                                                                                              \
        CK_UNROLL for (unsigned k = 0; k < STEP / 4; k += 4) {                                                         \
            int8x16_t four[WIDE];                                                                                      \
            CK_UNROLL for (unsigned i = 0; i < n; i++) four[i] = load_x(x + i * stride + 4 * k);                       \
            CK_UNROLL for (unsigned lane = 0; lane < 4; lane++) {                                                      \
                CK_UNROLL for (unsigned v = 0; v < PART; v++) {                                                        \
                    const int8x16_t w = bytes_##name(block, step, k + lane, v);                                        \
                    CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                       \
                        dot[i][v] = dot_lane(dot[i][v], w, four[i], lane);                                             \
                        CK_OPAQUE(dot[i][v], "w");                                                                     \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

/// Multiplies few columns straight from packed bytes, one step after the other.
#define STEP_BY_STEP(name, BLOCK_BYTES, ELEMENTS, STEP, MIN)                                                           \
    CK_INLINE void multiply_packed_##name(const uint8_t *packed, const ck_piece *piece, size_t c, float *acc,          \
                                          const unsigned n) {                                                          \
        const ck_columns *x = piece->x;                                                                                \
        const size_t first = (piece->column + c) * x->cols + piece->group * CK_GROUP;                                  \
        acc += c * 2 * CK_UNIT_ROWS;                                                                                   \
        for (size_t at = 0; at < piece->groups * CK_GROUP; at += STEP) {                                               \
            const uint8_t *block = packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                             \
            const unsigned step = at % ELEMENTS / STEP;                                                                \
            int32x4_t dot[WIDE][PART];                                                                                 \
            dot_##name(dot, block, step, x->high + first + at, x->cols, n);                                            \
            CK_UNROLL for (unsigned v = 0; v < PART; v++) {                                                            \
                const float32x4_t scale = scale_##name(block, step, v);                                                \
                MIN(const float32x4_t min = min_##name(block, step, v);)                                               \
                CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                           \
                    const size_t g = (first + at + i * x->cols) / CK_GROUP;                                            \
                    float *sums = acc + i * 2 * CK_UNIT_ROWS + v * 4;                                                  \
                    float32x4_t total = add_step(vld1q_f32(sums), dot[i][v], scale, x->scale[g]);                      \
                    MIN(total = vfmaq_n_f32(total, min, x->sum[g]);)                                                   \
                    vst1q_f32(sums, total);                                                                            \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

/// As `STEP_BY_STEP`, a span of PLANES * ROUNDS steps at a time: in each round those of `planes`.
#define SPAN_BY_SPAN(name, BLOCK_BYTES, STEP, PLANES, ROUNDS, MIDDLE, MIN)                                             \
    CK_INLINE void multiply_span_##name(const uint8_t *block, const unsigned span, const ck_columns *x, size_t first,  \
                                        float *acc, const unsigned n) {                                                \
        int32x4_t begin[WIDE][PLANES * ROUNDS]; /* -MIDDLE times the sum of a step's activations */                    \
        CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                                   \
            CK_UNROLL for (unsigned s = 0; s < PLANES * ROUNDS; s++) {                                                 \
                begin[i][s] = start();                                                                                 \
                CK_UNROLL for (unsigned c = 0; MIDDLE && c < STEP / 4; c++) {                                          \
                    const int8x16_t four = load_x(x->high + first + i * x->cols + s * STEP + c / 4 * 16);              \
                    begin[i][s] = dot_lane(begin[i][s], vdupq_n_s8(-MIDDLE), four, c % 4);                             \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        CK_UNROLL for (unsigned v = 0; v < PART; v++) {                                                                \
            float32x4_t product[WIDE][PLANES * ROUNDS];                                                                \
            CK_UNROLL for (unsigned round = 0; round < ROUNDS; round++) {                                              \
                int32x4_t dot[WIDE][PLANES];                                                                           \
                CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                           \
                    CK_UNROLL for (unsigned s = 0; s < PLANES; s++) dot[i][s] = begin[i][s * ROUNDS + round];          \
                }                                                                                                      \
                CK_UNROLL for (unsigned c = 0; c < STEP / 4; c++) {                                                    \
                    int8x16_t w[PLANES];                                                                               \
                    planes_##name(w, block, span, round, c, v);                                                        \
                    CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                       \
                        CK_UNROLL for (unsigned s = 0; s < PLANES; s++) {                                              \
                            const size_t at = first + i * x->cols + (s * ROUNDS + round) * STEP + c / 4 * 16;          \
                            dot[i][s] = dot_lane(dot[i][s], w[s], load_x(x->high + at), c % 4);                        \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
                CK_UNROLL for (unsigned s = 0; s < PLANES; s++) {                                                      \
                    const unsigned step = s * ROUNDS + round;                                                          \
                    const float32x4_t scale = scale_##name(block, span * PLANES * ROUNDS + step, v);                   \
                    CK_UNROLL for (unsigned i = 0; i < n; i++) product[i][step] = scaled(dot[i][s], scale);            \
                }                                                                                                      \
            }                                                                                                          \
            CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                               \
                float *sums = acc + i * 2 * CK_UNIT_ROWS + v * 4;                                                      \
                float32x4_t total = vld1q_f32(sums);                                                                   \
                CK_UNROLL for (unsigned s = 0; s < PLANES * ROUNDS; s++) {                                             \
                    const size_t g = (first + i * x->cols + s * STEP) / CK_GROUP;                                      \
                    total = vfmaq_n_f32(total, product[i][s], x->scale[g]);                                            \
                    MIN(total = vfmaq_n_f32(total, min_##name(block, span * PLANES * ROUNDS + s, v), x->sum[g]);)      \
                }                                                                                                      \
                vst1q_f32(sums, total);                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    CK_INLINE void multiply_packed_##name(const uint8_t *packed, const ck_piece *piece, size_t c, float *acc,          \
                                          const unsigned n) {                                                          \
        const ck_columns *x = piece->x;                                                                                \
        const size_t first = (piece->column + c) * x->cols + piece->group * CK_GROUP;                                  \
        acc += c * 2 * CK_UNIT_ROWS;                                                                                   \
        for (size_t at = 0; at < piece->groups * CK_GROUP; at += 256, packed += BLOCK_BYTES * CK_PANEL_ROWS) {         \
            CK_UNROLL for (unsigned span = 0; span < 256 / (STEP * PLANES * ROUNDS); span++)                           \
                multiply_span_##name(packed, span, x, first + at + span * STEP * PLANES * ROUNDS, acc, n);             \
        }                                                                                                              \
    }

/// What the table names, and the low parts.
#define PACKED(name, BLOCK_BYTES, ELEMENTS, STEP)                                                                      \
    static void ck_multiply_packed_##name##_neon(const uint8_t *packed, const ck_piece *piece, float *acc) {           \
        for (size_t c = 0; c < piece->columns;) {                                                                      \
            const size_t rest = piece->columns - c, count = rest == 4 ? 2 : ck_min_size(rest, 3);                      \
            WITH_COUNT(count, multiply_packed_##name(packed, piece, c, acc, N))                                        \
            c += count;                                                                                                \
        }                                                                                                              \
        for (size_t i = 0; i < piece->low_count; i++) {                                                                \
            const ck_low_group *low = piece->low + i;                                                                  \
            float *sums = acc + low->column * 2 * CK_UNIT_ROWS + CK_UNIT_ROWS;                                         \
            CK_UNROLL for (unsigned s = 0; s < CK_GROUP; s += STEP) {                                                  \
                const size_t at = low->group * CK_GROUP + s;                                                           \
                const uint8_t *block = packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                         \
                const unsigned step = at % ELEMENTS / STEP;                                                            \
                int32x4_t dot[1][PART];                                                                                \
                dot_##name(dot, block, step, low->x + s, 0, 1);                                                        \
                CK_UNROLL for (unsigned v = 0; v < PART; v++)                                                          \
                    vst1q_f32(sums + v * 4,                                                                            \
                              add_step(vld1q_f32(sums + v * 4), dot[0][v], scale_##name(block, step, v), low->scale)); \
            }                                                                                                          \
        }                                                                                                              \
    }

FORMAT(q4_0, 18, 32, 32, NO_MIN)
STEP_BY_STEP(q4_0, 18, 32, 32, NO_MIN)
PACKED(q4_0, 18, 32, 32)
FORMAT(q4_1, 20, 32, 32, WITH_MIN)
STEP_BY_STEP(q4_1, 20, 32, 32, WITH_MIN)
PACKED(q4_1, 20, 32, 32)
FORMAT(q5_0, 22, 32, 32, NO_MIN)
STEP_BY_STEP(q5_0, 22, 32, 32, NO_MIN)
PACKED(q5_0, 22, 32, 32)
FORMAT(q5_1, 24, 32, 32, WITH_MIN)
STEP_BY_STEP(q5_1, 24, 32, 32, WITH_MIN)
PACKED(q5_1, 24, 32, 32)
FORMAT(q8_0, 34, 32, 32, NO_MIN)
STEP_BY_STEP(q8_0, 34, 32, 32, NO_MIN)
PACKED(q8_0, 34, 32, 32)
FORMAT(q3_k, 110, 256, 16, NO_MIN)
STEP_BY_STEP(q3_k, 110, 256, 16, NO_MIN)
PACKED(q3_k, 110, 256, 16)
FORMAT(q4_k, 144, 256, 32, WITH_MIN)
STEP_BY_STEP(q4_k, 144, 256, 32, WITH_MIN)
PACKED(q4_k, 144, 256, 32)
FORMAT(q5_k, 176, 256, 32, WITH_MIN)
SPAN_BY_SPAN(q5_k, 176, 32, 2, 1, 0, WITH_MIN)
PACKED(q5_k, 176, 256, 32)
FORMAT(q6_k, 210, 256, 16, NO_MIN)
SPAN_BY_SPAN(q6_k, 210, 16, 4, 2, 32, NO_MIN)
PACKED(q6_k, 210, 256, 16)
FORMAT(iq4_nl, 18, 32, 32, NO_MIN)
STEP_BY_STEP(iq4_nl, 18, 32, 32, NO_MIN)
PACKED(iq4_nl, 18, 32, 32)
FORMAT(iq4_xs, 136, 256, 32, NO_MIN)
STEP_BY_STEP(iq4_xs, 136, 256, 32, NO_MIN)
PACKED(iq4_xs, 136, 256, 32)
FORMAT(mxfp4, 17, 32, 32, NO_MIN)
STEP_BY_STEP(mxfp4, 17, 32, 32, NO_MIN)
PACKED(mxfp4, 17, 32, 32)

/// Twelve sums side by side: as many as keep both pipes busy.
static uint64_t ck_multiply_registers_neon(size_t rounds) {
    int32x4_t sum[12];
    int8x16_t w = vdupq_n_s8(3), x = vdupq_n_s8(5);
    CK_UNROLL for (unsigned i = 0; i < 12; i++) sum[i] = vdupq_n_s32(0);
    for (size_t round = 0; round < rounds; round++) {
        CK_UNROLL for (unsigned i = 0; i < 12; i++) {
            sum[i] = vdotq_s32(sum[i], w, x);
            CK_OPAQUE(sum[i], "w");
        }
    }
    return rounds * 12 * 16;
}

CK_TARGET_END

#define USE(name, type, kind)                                                                                          \
    table->unpack[type] = ck_unpack_##name##_neon;                                                                     \
    table->multiply_packed[type] = ck_multiply_packed_##name##_neon;                                                   \
    table->multiply[type] = ck_##kind##_neon;                                                                          \
    table->reads_wide[type] = false

void ck_fill_matmul_neon(ck_kernels *table) {
    table->multiply_registers = ck_multiply_registers_neon;
    table->packed_columns = 12;
    USE(q4_0, CK_Q4_0, multiply32);
    USE(q4_1, CK_Q4_1, multiply32_min);
    USE(q5_0, CK_Q5_0, multiply32);
    USE(q5_1, CK_Q5_1, multiply32_min);
    USE(q8_0, CK_Q8_0, multiply32);
    USE(q4_k, CK_Q4_K, multiply32_min);
    USE(q5_k, CK_Q5_K, multiply32_min);
    USE(q6_k, CK_Q6_K, multiply16);
    USE(q3_k, CK_Q3_K, multiply16);
    USE(iq4_nl, CK_IQ4_NL, multiply32);
    USE(iq4_xs, CK_IQ4_XS, multiply32);
    USE(mxfp4, CK_MXFP4, multiply32);
}
#endif
