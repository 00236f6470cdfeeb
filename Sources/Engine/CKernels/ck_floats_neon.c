// Activations, products in F32, rows of floats and attention for NEON.
#include "ck_attention.h"
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__aarch64__)
#include <arm_neon.h>

#define CK_ROWS(name) ck_##name##_neon
#include "ck_rows_body.h" // no instructions beyond the baseline of the architecture

static void f32_to_f16_neon(const float *x, size_t n, uint16_t *out) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        vst1_u16(out + i, vreinterpret_u16_f16(vcvt_f16_f32(vld1q_f32(x + i))));
    for (; i < n; i++)
        out[i] = ck_f32_to_f16(x[i]);
}

CK_INLINE float32x4_t halves(const uint16_t *p) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
}

static void f16_to_f32_neon(const uint16_t *x, size_t n, float *out) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        vst1q_f32(out + i, halves(x + i));
    for (; i < n; i++)
        out[i] = ck_half(x[i]);
}

// MARK: activations

/// The largest magnitude of a group. As bits, magnitudes order like integers and NaN comes last.
CK_INLINE float largest_of_group(const float *x) {
    uint32x4_t largest = vdupq_n_u32(0);
    CK_UNROLL for (unsigned i = 0; i < 8; i++) largest =
        vmaxq_u32(largest, vandq_u32(vreinterpretq_u32_f32(vld1q_f32(x + i * 4)), vdupq_n_u32(0x7FFFFFFF)));
    return ck_bits_f32(vmaxvq_u32(largest));
}

/// Thirty-two small integers of 32 bits to bytes, in order.
CK_INLINE void store_bytes(const int32x4_t v[8], uint8_t *out) {
    CK_UNROLL for (unsigned i = 0; i < 8; i += 4) {
        const int16x8_t first = vcombine_s16(vmovn_s32(v[i]), vmovn_s32(v[i + 1]));
        const int16x8_t second = vcombine_s16(vmovn_s32(v[i + 2]), vmovn_s32(v[i + 3]));
        vst1q_u8(out + i * 4, vreinterpretq_u8_s8(vcombine_s8(vmovn_s16(first), vmovn_s16(second))));
    }
}

static void quantise_group(const float *x, float largest, bool has_low, const ck_columns *out, size_t at) {
    const bool sound = largest >= 1e-30f && largest <= 3.402823466e38f; // NaN compares false
    const float inverse = sound ? 127 / largest : 0;
    int32x4_t high[8], low[8], total = vdupq_n_s32(0);
    CK_UNROLL for (unsigned i = 0; i < 8; i++) {
        const float32x4_t scaled = sound ? vmulq_n_f32(vld1q_f32(x + i * 4), inverse) : vdupq_n_f32(0);
        high[i] = vcvtnq_s32_f32(scaled);
        const int32x4_t rest = vcvtnq_s32_f32(vmulq_n_f32(vsubq_f32(scaled, vcvtq_f32_s32(high[i])), 256));
        low[i] = has_low ? vmaxq_s32(vminq_s32(rest, vdupq_n_s32(127)), vdupq_n_s32(-127)) : vdupq_n_s32(0);
        total = vaddq_s32(total, vaddq_s32(vshlq_n_s32(high[i], 8), low[i]));
    }
    store_bytes(high, out->high + at);
    store_bytes(low, out->low + at);
    for (size_t k = 0; out->wide && k < CK_GROUP; k++) // for the types that only the portable products know
        out->wide[at + ck_pair_index(k)] = (int16_t)((int8_t)out->high[at + k] * 256 + (int8_t)out->low[at + k]);
    const float scale = sound ? largest / 127 : largest < 1e-30f ? 0 : NAN;
    out->scale[at / CK_GROUP] = scale;
    out->sum[at / CK_GROUP] = scale * (1 / 256.0f) * (float)vaddvq_s32(total);
}

#define CK_QUANTISE ck_quantise_neon
#include "ck_quantise_body.h"

// MARK: products and attention

/// `n` is a multiple of four.
CK_INLINE void widen_four(const uint16_t *x, size_t n, float *out) {
    for (size_t i = 0; i < n; i += 4)
        vst1q_f32(out + i, halves(x + i));
}

enum { AT_ONCE = 4 }; // columns or query rows at a time: sixteen sums in registers

/// acc[i] += Σ w[k] * x[i][k] for n rows of x (a constant), sixteen lanes wide.
CK_INLINE void accumulate(const float *w, const float *x, size_t x_stride, size_t count, float *acc, size_t acc_stride,
                          bool from_zero, const unsigned n) {
    float32x4_t sum[AT_ONCE][4];
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned v = 0; v < 4; v++) sum[i][v] =
            from_zero ? vdupq_n_f32(0) : vld1q_f32(acc + i * acc_stride + v * 4);
    }
    for (size_t k = 0; k < count; k++, w += 16) {
        CK_UNROLL for (unsigned v = 0; v < 4; v++) {
            const float32x4_t weights = vld1q_f32(w + v * 4);
            CK_UNROLL for (unsigned i = 0; i < n; i++) sum[i][v] = vfmaq_n_f32(sum[i][v], weights, x[i * x_stride + k]);
        }
    }
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned v = 0; v < 4; v++) vst1q_f32(acc + i * acc_stride + v * 4, sum[i][v]);
    }
}

static void accumulate_all(const float *w, const float *x, size_t x_stride, size_t count, float *acc, size_t acc_stride,
                           bool from_zero, size_t n) {
    size_t i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE)
        accumulate(w, x + i * x_stride, x_stride, count, acc + i * acc_stride, acc_stride, from_zero, AT_ONCE);
    for (; i < n; i++)
        accumulate(w, x + i * x_stride, x_stride, count, acc + i * acc_stride, acc_stride, from_zero, 1);
}

static void ck_multiply_float_neon(const ck_float_piece *piece, float *acc) {
    for (size_t panel = 0; panel < piece->panels; panel++)
        for (size_t tap = 0; tap < piece->taps; tap++)
            accumulate_all(piece->w + panel * piece->w_stride + tap * piece->count * CK_PANEL_ROWS,
                           piece->x + tap * piece->x_tap, piece->x_stride, piece->count, acc + panel * CK_PANEL_ROWS,
                           piece->panels * CK_PANEL_ROWS, piece->from_zero && tap == 0, piece->columns);
}

static void ck_unpack_f16_neon(const ck_format *format, const uint8_t *packed, size_t count, float *out) {
    (void)format;
    for (size_t i = 0; i < count * CK_PANEL_ROWS; i += 4)
        vst1q_f32(out + i, vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(packed + i * 2))));
}

static void scores_neon(const float *q, size_t rows, const uint16_t *k, size_t panels, size_t head, float *out,
                        size_t stride) {
    _Alignas(64) float keys[CK_MAX_HEAD * CK_KEY_PANEL];
    for (size_t panel = 0; panel < panels; panel++, k += head * CK_KEY_PANEL, out += CK_KEY_PANEL) {
        widen_four(k, head * CK_KEY_PANEL, keys);
        accumulate_all(keys, q, head, head, out, stride, true, rows);
    }
}

/// Eight elements of one row: heads that are no multiple of sixteen end so.
CK_INLINE void mix_eight(const float *p, const uint16_t *v, size_t n, float *acc, size_t head) {
    float32x4_t first = vld1q_f32(acc), second = vld1q_f32(acc + 4);
    for (size_t i = 0; i < n; i++) {
        first = vfmaq_n_f32(first, halves(v + i * head), p[i]);
        second = vfmaq_n_f32(second, halves(v + i * head + 4), p[i]);
    }
    vst1q_f32(acc, first);
    vst1q_f32(acc + 4, second);
}

static void mix_neon(const float *p, size_t stride, size_t rows, const uint16_t *v, size_t n, size_t head, float *acc) {
    enum { BLOCK = 64 };
    _Alignas(64) float values[BLOCK * 16];
    for (size_t first = 0; first < n; first += BLOCK, p += BLOCK, v += BLOCK * head) {
        const size_t count = ck_min_size(BLOCK, n - first);
        size_t at = 0;
        for (; at + 16 <= head; at += 16) {
            for (size_t i = 0; i < count; i++)
                widen_four(v + i * head + at, 16, values + i * 16);
            accumulate_all(values, p, stride, count, acc + at, head, false, rows);
        }
        for (size_t r = 0; at < head && r < rows; r++)
            mix_eight(p + r * stride, v + at, count, acc + r * head + at, head);
    }
}

/// Eight bytes times their scales, as halves.
CK_INLINE void widen_eight(const uint8_t *bytes, float32x4_t first, float32x4_t second, uint16_t *out) {
    const int16x8_t wide = vmovl_s8(vreinterpret_s8_u8(vld1_u8(bytes)));
    const float32x4_t low = vmulq_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide))), first);
    const float32x4_t high = vmulq_f32(vcvtq_f32_s32(vmovl_high_s16(wide)), second);
    vst1q_u16(out, vreinterpretq_u16_f16(vcombine_f16(vcvt_f16_f32(low), vcvt_f16_f32(high))));
}

static void widen_keys_neon(const uint8_t *k, size_t panels, size_t head, uint16_t *out) {
    for (size_t g = 0; g < panels * (head / CK_GROUP); g++, k += CK_KEY_PANEL * CK_KV_BLOCK) {
        float32x4_t scales[4];
        CK_UNROLL for (unsigned i = 0; i < 4; i++) scales[i] = halves((const uint16_t *)(const void *)(k + 8 * i));
        for (size_t i = 0; i < CK_GROUP; i++, out += CK_KEY_PANEL) {
            const uint8_t *bytes = k + 2 * CK_KEY_PANEL + i * CK_KEY_PANEL;
            widen_eight(bytes, scales[0], scales[1], out);
            widen_eight(bytes + 8, scales[2], scales[3], out + 8);
        }
    }
}

static void widen_values_neon(const uint8_t *v, size_t blocks, uint16_t *out) {
    for (size_t b = 0; b < blocks; b++, v += CK_KV_BLOCK) {
        const float32x4_t scale = vdupq_n_f32(ck_half(ck_load_u16(v)));
        CK_UNROLL for (size_t i = 0; i < CK_GROUP; i += 8) widen_eight(v + 2 + i, scale, scale, out + b * CK_GROUP + i);
    }
}

void ck_fill_floats_neon(ck_kernels *table) {
    ck_fill_neon(table);
    table->f32_to_f16 = f32_to_f16_neon;
    table->f16_to_f32 = f16_to_f32_neon;
    table->quantise = ck_quantise_neon;
    table->unpack_float[CK_F16] = ck_unpack_f16_neon;
    table->multiply_float = ck_multiply_float_neon;
    table->scores = scores_neon;
    table->mix = mix_neon;
    table->widen_keys = widen_keys_neon;
    table->widen_values = widen_values_neon;
}
#endif
