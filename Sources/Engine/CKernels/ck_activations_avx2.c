// Activations for AVX2: quantisation, and products that stay in F32.
#include "ck_pack.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

CK_TARGET_BEGIN("avx2,fma,f16c")
#include "ck_pairs_avx2.h"

CK_INLINE float largest_lane(__m256i bits) {
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(bits), _mm256_extracti128_si256(bits, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    return _mm_cvtss_f32(_mm_castsi128_ps(four));
}

CK_INLINE int32_t sum_lanes(__m256i v) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    return _mm_cvtsi128_si32(four) + _mm_extract_epi32(four, 1);
}

/// The largest magnitude of a group. As bits, magnitudes order like integers and NaN comes last.
CK_INLINE float largest_of_group(const float *x) {
    const __m256i magnitude = _mm256_set1_epi32(0x7FFFFFFF);
    __m256i largest = _mm256_setzero_si256();
    CK_UNROLL for (unsigned i = 0; i < 4; i++) {
        const __m256i bits = _mm256_castps_si256(_mm256_loadu_ps(x + i * 8));
        largest = _mm256_max_epi32(largest, _mm256_and_si256(bits, magnitude));
    }
    return largest_lane(largest);
}

/// Thirty-two integers of 32 bits to bytes, saturating, in order.
CK_INLINE __m256i to_bytes(const __m256i v[4]) {
    const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(v[0], v[1]), _mm256_packs_epi32(v[2], v[3]));
    return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/// Sixteen integers of 32 bits to 16-bit pairs (0, 2), (1, 3) of every four.
CK_INLINE __m256i to_pairs(__m256i a, __m256i b) {
    const __m256i order = _mm256_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5, 2, 3, 6, 7,
                                           8, 9, 12, 13, 10, 11, 14, 15);
    return _mm256_shuffle_epi8(_mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xD8), order);
}

/// Thirty-two signed bytes, and their sums over sixteen elements: bytes 0 and 1 of every four, and 2 and 3.
CK_INLINE void store_bytes(const __m256i v[4], const ck_columns *out, uint8_t *bytes, int16_t *pairs) {
    const __m256i signed_bytes = to_bytes(v), bias = _mm256_set1_epi8((char)(out->biased ? 128 : 0));
    _mm256_storeu_si256((__m256i *)bytes, _mm256_xor_si256(signed_bytes, bias));
    store_pair_sums(signed_bytes, pairs);
}

CK_INLINE void quantise_group(const float *x, float largest, bool has_low, const ck_columns *out, size_t at) {
    const bool sound = largest >= 1e-30f && largest <= 3.402823466e38f; // NaN compares false
    const __m256 inverse = _mm256_set1_ps(sound ? 127 / largest : 0);
    __m256i high[4], low[4], total = _mm256_setzero_si256();
    CK_UNROLL for (unsigned i = 0; i < 4; i++) {
        const __m256 value = sound ? _mm256_loadu_ps(x + i * 8) : _mm256_setzero_ps();
        const __m256 scaled = _mm256_mul_ps(value, inverse);
        high[i] = _mm256_cvtps_epi32(scaled);
        low[i] = _mm256_setzero_si256();
        if (has_low) {
            const __m256 rest = _mm256_sub_ps(scaled, _mm256_cvtepi32_ps(high[i]));
            low[i] = _mm256_cvtps_epi32(_mm256_mul_ps(rest, _mm256_set1_ps(256)));
            low[i] = _mm256_max_epi32(_mm256_min_epi32(low[i], _mm256_set1_epi32(127)), _mm256_set1_epi32(-127));
        }
        total = _mm256_add_epi32(total, _mm256_add_epi32(_mm256_slli_epi32(high[i], 8), low[i]));
    }
    store_bytes(high, out, out->high + at, out->pairs + at / 16 * 4);
    if (has_low)
        store_bytes(low, out, out->low + at, out->pairs + at / 16 * 4 + 2);
    if (out->wide) {
        CK_UNROLL for (unsigned i = 0; i < 4; i++) high[i] = _mm256_add_epi32(_mm256_slli_epi32(high[i], 8), low[i]);
        _mm256_storeu_si256((__m256i *)(out->wide + at), to_pairs(high[0], high[1]));
        _mm256_storeu_si256((__m256i *)(out->wide + at + 16), to_pairs(high[2], high[3]));
    }
    const float scale = sound ? largest / 127 : largest < 1e-30f ? 0 : NAN;
    out->scale[at / CK_GROUP] = scale;
    out->sum[at / CK_GROUP] = scale * (1 / 256.0f) * (float)sum_lanes(total);
}

#define CK_QUANTISE ck_quantise_avx2
#include "ck_quantise_body.h"

// MARK: floats

static void ck_unpack_f16_avx2(const ck_format *format, const uint8_t *packed, size_t count, float *out) {
    (void)format;
    for (size_t i = 0; i < count * CK_PANEL_ROWS; i += 8)
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(packed + i * 2))));
}

static void ck_unpack_bf16_avx2(const ck_format *format, const uint8_t *packed, size_t count, float *out) {
    (void)format;
    for (size_t i = 0; i < count * CK_PANEL_ROWS; i += 8) {
        const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(packed + i * 2)));
        _mm256_storeu_si256((__m256i *)(out + i), _mm256_slli_epi32(wide, 16));
    }
}

static void ck_unpack_f32_avx2(const ck_format *format, const uint8_t *packed, size_t count, float *out) {
    (void)format;
    memcpy(out, packed, count * CK_PANEL_ROWS * sizeof(float));
}

/// Two sums in registers for each of up to six columns, of one panel.
CK_INLINE void multiply_columns(const ck_float_piece *piece, size_t panel, size_t column, float *acc,
                                const unsigned n) {
    const size_t acc_stride = piece->panels * CK_PANEL_ROWS;
    const float *w = piece->w + panel * piece->w_stride, *x = piece->x + column * piece->x_stride;
    acc += column * acc_stride + panel * CK_PANEL_ROWS;
    __m256 dot[6][2];
    CK_UNROLL for (unsigned c = 0; c < n; c++) {
        CK_UNROLL for (unsigned v = 0; v < 2; v++) dot[c][v] =
            piece->from_zero ? _mm256_setzero_ps() : _mm256_load_ps(acc + c * acc_stride + v * 8);
    }
    for (size_t tap = 0; tap < piece->taps; tap++, x += piece->x_tap) {
        for (size_t k = 0; k < piece->count; k++, w += CK_PANEL_ROWS) {
            const __m256 first = _mm256_load_ps(w), second = _mm256_load_ps(w + 8);
            CK_UNROLL for (unsigned c = 0; c < n; c++) {
                const __m256 value = _mm256_set1_ps(x[c * piece->x_stride + k]);
                dot[c][0] = _mm256_fmadd_ps(first, value, dot[c][0]);
                dot[c][1] = _mm256_fmadd_ps(second, value, dot[c][1]);
            }
        }
    }
    CK_UNROLL for (unsigned c = 0; c < n; c++) {
        _mm256_store_ps(acc + c * acc_stride, dot[c][0]);
        _mm256_store_ps(acc + c * acc_stride + 8, dot[c][1]);
    }
}

static void ck_multiply_float_avx2(const ck_float_piece *piece, float *acc) {
    const size_t n = piece->columns;
    for (size_t panel = 0; panel < piece->panels; panel++) {
        size_t c = 0;
        for (; c + 6 <= n; c += 6)
            multiply_columns(piece, panel, c, acc, 6);
        for (; c + 2 <= n; c += 2)
            multiply_columns(piece, panel, c, acc, 2);
        for (; c < n; c++)
            multiply_columns(piece, panel, c, acc, 1);
    }
}

CK_TARGET_END

void ck_fill_activations_avx2(ck_kernels *table) {
    table->quantise = ck_quantise_avx2;
    table->biased = true;
    table->unpack_float[CK_F16] = ck_unpack_f16_avx2;
    table->unpack_float[CK_BF16] = ck_unpack_bf16_avx2;
    table->unpack_float[CK_F32] = ck_unpack_f32_avx2;
    table->multiply_float = ck_multiply_float_avx2;
}
#endif
