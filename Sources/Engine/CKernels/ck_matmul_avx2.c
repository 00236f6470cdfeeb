// Matrix products for AVX2: `vpmaddwd` of 16-bit weights and 16-bit activations, exact in 32 bits for every format.
// Panels and tiles have the layout of the scalar reference: pairs of elements (0, 2) and (1, 3) of every four.
#include "ck_pack.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

CK_TARGET_BEGIN("avx2,fma,f16c")

enum { TILE = 6 };

// MARK: how each format's bytes become integers

// A format is four functions over one packed block: `bytes` gives elements 4 * chunk ... 4 * chunk + 3 of eight rows
// (half 0: rows 0–7, half 1: rows 8–15) as bytes of 32-bit lanes; `scale` and `min` the factors of a step of eight
// rows.

CK_INLINE __m256i load(const uint8_t *p) {
    return _mm256_loadu_si256((const __m256i *)p);
}
CK_INLINE __m256i nibbles(__m256i v, unsigned high) {
    return _mm256_and_si256(high ? _mm256_srli_epi16(v, 4) : v, _mm256_set1_epi8(15));
}
CK_INLINE __m256 halves(const uint8_t *p, unsigned half) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + half * 16)));
}

/// Bits 4 * chunk ... + 3 of each 32-bit lane as 0x10 in its four bytes.
CK_INLINE __m256i fifth_bits(__m256i bits, unsigned chunk) {
    const __m256i spread = _mm256_set1_epi32((int)(chunk / 2 * 0x01010101u));
    const __m256i lanes =
        _mm256_setr_epi32(0, 0x04040404, 0x08080808, 0x0C0C0C0C, 0, 0x04040404, 0x08080808, 0x0C0C0C0C);
    const __m256i mask = _mm256_set1_epi32(chunk % 2 ? (int)0x80402010u : 0x08040201);
    const __m256i byte = _mm256_shuffle_epi8(bits, _mm256_add_epi8(spread, lanes));
    const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(byte, mask), mask);
    return _mm256_and_si256(set, _mm256_set1_epi8(16));
}

#define ROW_UNIT 64 // bytes of a 4-byte unit of sixteen rows
#define ROW_HALF 32 // bytes of a 2-byte unit of sixteen rows

CK_INLINE __m256i bytes_q4_0(const uint8_t *b, unsigned chunk, unsigned half) {
    return nibbles(load(b + ROW_HALF + chunk % 4 * ROW_UNIT + half * 32), chunk / 4);
}
CK_INLINE __m256 scale_q4_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}
CK_INLINE __m256 min_q4_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, _mm256_mul_ps(halves(b, half), _mm256_set1_ps(-8));
}

CK_INLINE __m256i bytes_q4_1(const uint8_t *b, unsigned chunk, unsigned half) {
    return nibbles(load(b + 2 * ROW_HALF + chunk % 4 * ROW_UNIT + half * 32), chunk / 4);
}
CK_INLINE __m256 scale_q4_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}
CK_INLINE __m256 min_q4_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b + ROW_HALF, half);
}

CK_INLINE __m256i bytes_q5_0(const uint8_t *b, unsigned chunk, unsigned half) {
    const __m256i low = nibbles(load(b + ROW_HALF + (1 + chunk % 4) * ROW_UNIT + half * 32), chunk / 4);
    return _mm256_or_si256(low, fifth_bits(load(b + ROW_HALF + half * 32), chunk));
}
CK_INLINE __m256 scale_q5_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}
CK_INLINE __m256 min_q5_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, _mm256_mul_ps(halves(b, half), _mm256_set1_ps(-16));
}

CK_INLINE __m256i bytes_q5_1(const uint8_t *b, unsigned chunk, unsigned half) {
    const __m256i low = nibbles(load(b + 2 * ROW_HALF + (1 + chunk % 4) * ROW_UNIT + half * 32), chunk / 4);
    return _mm256_or_si256(low, fifth_bits(load(b + 2 * ROW_HALF + half * 32), chunk));
}
CK_INLINE __m256 scale_q5_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}
CK_INLINE __m256 min_q5_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b + ROW_HALF, half);
}

CK_INLINE __m256i bytes_q8_0(const uint8_t *b, unsigned chunk, unsigned half) {
    return load(b + ROW_HALF + chunk * ROW_UNIT + half * 32);
}
CK_INLINE __m256 scale_q8_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}
CK_INLINE __m256 min_q8_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)b, (void)step, (void)half, _mm256_setzero_ps();
}

/// Q4_K and Q5_K: byte `step % 4` of the lanes of the six-bit scales (min = 0) or minima (min = 1) of sub-block `step`.
CK_INLINE __m256 six_bits(const uint8_t *b, unsigned step, unsigned half, unsigned min) {
    const __m256i first = load(b + 2 * ROW_HALF + min * ROW_UNIT + half * 32);
    __m256i word = _mm256_and_si256(first, _mm256_set1_epi8(63));
    if (step >= 4) {
        const __m256i low = nibbles(load(b + 2 * ROW_HALF + 2 * ROW_UNIT + half * 32), min);
        const __m256i high = _mm256_and_si256(_mm256_srli_epi16(first, 2), _mm256_set1_epi8(48));
        word = _mm256_or_si256(low, high);
    }
    const __m256i value = _mm256_srli_epi32(word, (int)(step % 4 * 8));
    return _mm256_cvtepi32_ps(_mm256_and_si256(value, _mm256_set1_epi32(255)));
}

CK_INLINE __m256i bytes_q4_k(const uint8_t *b, unsigned chunk, unsigned half) {
    const uint8_t *low = b + 2 * ROW_HALF + (3 + chunk / 16 * 8 + chunk % 8) * ROW_UNIT + half * 32;
    return nibbles(load(low), chunk / 8 % 2);
}
CK_INLINE __m256 scale_q4_k(const uint8_t *b, unsigned step, unsigned half) {
    return _mm256_mul_ps(halves(b, half), six_bits(b, step, half, 0));
}
CK_INLINE __m256 min_q4_k(const uint8_t *b, unsigned step, unsigned half) {
    const __m256 minus = _mm256_sub_ps(_mm256_setzero_ps(), halves(b + ROW_HALF, half));
    return _mm256_mul_ps(minus, six_bits(b, step, half, 1));
}

CK_INLINE __m256i bytes_q5_k(const uint8_t *b, unsigned chunk, unsigned half) {
    const uint8_t *low = b + 2 * ROW_HALF + (11 + chunk / 16 * 8 + chunk % 8) * ROW_UNIT + half * 32;
    const __m256i high = load(b + 2 * ROW_HALF + (3 + chunk % 8) * ROW_UNIT + half * 32);
    const __m256i bit = _mm256_and_si256(_mm256_srli_epi16(high, (int)(chunk / 8)), _mm256_set1_epi8(1));
    return _mm256_or_si256(nibbles(load(low), chunk / 8 % 2), _mm256_slli_epi16(bit, 4));
}
CK_INLINE __m256 scale_q5_k(const uint8_t *b, unsigned step, unsigned half) {
    return scale_q4_k(b, step, half);
}
CK_INLINE __m256 min_q5_k(const uint8_t *b, unsigned step, unsigned half) {
    return min_q4_k(b, step, half);
}

CK_INLINE __m256i bytes_q6_k(const uint8_t *b, unsigned chunk, unsigned half) {
    const unsigned part = chunk / 32, quarter = chunk / 8 % 4, at = chunk % 8;
    const __m256i low = nibbles(load(b + (part * 16 + quarter % 2 * 8 + at) * ROW_UNIT + half * 32), quarter / 2);
    const __m256i high = load(b + (32 + part * 8 + at) * ROW_UNIT + half * 32);
    const __m256i bits = _mm256_and_si256(_mm256_srli_epi16(high, (int)(quarter * 2)), _mm256_set1_epi8(3));
    const __m256i six = _mm256_or_si256(low, _mm256_slli_epi16(bits, 4));
    return _mm256_sub_epi8(six, _mm256_set1_epi8(32));
}
CK_INLINE __m256 scale_q6_k(const uint8_t *b, unsigned step, unsigned half) {
    const __m256i word = load(b + (48 + step / 4) * ROW_UNIT + half * 32);
    const __m256i value = _mm256_srai_epi32(_mm256_slli_epi32(word, (int)(24 - step % 4 * 8)), 24);
    return _mm256_mul_ps(halves(b + 52 * ROW_UNIT, half), _mm256_cvtepi32_ps(value));
}
CK_INLINE __m256 min_q6_k(const uint8_t *b, unsigned step, unsigned half) {
    return (void)b, (void)step, (void)half, _mm256_setzero_ps();
}

// MARK: templates

/// Bytes of four elements as two vectors of 16-bit pairs: (0, 2) and (1, 3).
CK_INLINE __m256i even_pair(__m256i bytes, bool is_signed) {
    return is_signed ? _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8)
                     : _mm256_and_si256(bytes, _mm256_set1_epi16(255));
}
CK_INLINE __m256i odd_pair(__m256i bytes, bool is_signed) {
    return is_signed ? _mm256_srai_epi16(bytes, 8) : _mm256_srli_epi16(bytes, 8);
}

/// Both templates walk a block step by step; `ELEMENTS`, `STEP` and the format's functions are constants.
#define FORMAT(name, ELEMENTS, STEP, SIGNED)                                                                           \
    static void ck_unpack_##name##_avx2(const uint8_t *packed, size_t count, ck_panel out) {                           \
        __m256i *w = out.w;                                                                                            \
        float *scale = out.scale, *min = out.min;                                                                      \
        for (size_t at = 0; at < count; at += ELEMENTS, packed += sizeof_block_##name) {                               \
            CK_UNROLL for (unsigned chunk = 0; chunk < ELEMENTS / 4; chunk++, w += 4) {                                \
                CK_UNROLL for (unsigned half = 0; half < 2; half++) {                                                  \
                    const __m256i bytes = bytes_##name(packed, chunk, half);                                           \
                    _mm256_storeu_si256(w + half, even_pair(bytes, SIGNED));                                           \
                    _mm256_storeu_si256(w + 2 + half, odd_pair(bytes, SIGNED));                                        \
                }                                                                                                      \
            }                                                                                                          \
            CK_UNROLL for (unsigned step = 0; step < ELEMENTS / STEP; step++, scale += 16, min += 16) {                \
                CK_UNROLL for (unsigned half = 0; half < 2; half++) {                                                  \
                    _mm256_storeu_ps(scale + half * 8, scale_##name(packed, step, half));                              \
                    _mm256_storeu_ps(min + half * 8, min_##name(packed, step, half));                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void ck_gemv_##name##_avx2(const uint8_t *packed, size_t cols, ck_tile x, float *acc) {                     \
        const int32_t *q = x.q;                                                                                        \
        const float *sums = STEP == 32 ? x.sums32 : x.sums16;                                                          \
        __m256 total[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};                                                  \
        for (size_t at = 0; at < cols; at += ELEMENTS, packed += sizeof_block_##name) {                                \
            CK_UNROLL for (unsigned step = 0; step < ELEMENTS / STEP; step++, q += STEP / 2, sums++) {                 \
                __m256i dot[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};                                     \
                CK_UNROLL for (unsigned c = 0; c < STEP / 4; c++) {                                                    \
                    const __m256i a = _mm256_set1_epi32(q[2 * c]), b = _mm256_set1_epi32(q[2 * c + 1]);                \
                    CK_UNROLL for (unsigned half = 0; half < 2; half++) {                                              \
                        const __m256i bytes = bytes_##name(packed, step * (STEP / 4) + c, half);                       \
                        const __m256i even = _mm256_madd_epi16(even_pair(bytes, SIGNED), a);                           \
                        const __m256i odd = _mm256_madd_epi16(odd_pair(bytes, SIGNED), b);                             \
                        dot[half] = _mm256_add_epi32(dot[half], _mm256_add_epi32(even, odd));                          \
                    }                                                                                                  \
                }                                                                                                      \
                const __m256 sum = _mm256_set1_ps(*sums);                                                              \
                CK_UNROLL for (unsigned half = 0; half < 2; half++) {                                                  \
                    total[half] =                                                                                      \
                        _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot[half]), scale_##name(packed, step, half), total[half]); \
                    total[half] = _mm256_fmadd_ps(min_##name(packed, step, half), sum, total[half]);                   \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        _mm256_storeu_ps(acc, total[0]);                                                                               \
        _mm256_storeu_ps(acc + 8, total[1]);                                                                           \
    }

enum {
    sizeof_block_q4_0 = 18 * CK_PANEL_ROWS,
    sizeof_block_q4_1 = 20 * CK_PANEL_ROWS,
    sizeof_block_q5_0 = 22 * CK_PANEL_ROWS,
    sizeof_block_q5_1 = 24 * CK_PANEL_ROWS,
    sizeof_block_q8_0 = 34 * CK_PANEL_ROWS,
    sizeof_block_q4_k = 144 * CK_PANEL_ROWS,
    sizeof_block_q5_k = 176 * CK_PANEL_ROWS,
    sizeof_block_q6_k = 210 * CK_PANEL_ROWS,
};

FORMAT(q4_0, 32, 32, false)
FORMAT(q4_1, 32, 32, false)
FORMAT(q5_0, 32, 32, false)
FORMAT(q5_1, 32, 32, false)
FORMAT(q8_0, 32, 32, true)
FORMAT(q4_k, 256, 32, false)
FORMAT(q5_k, 256, 32, false)
FORMAT(q6_k, 256, 16, true)

/// Twelve sums in registers, two weight vectors, one pair of activations: sixteen rows times six columns.
CK_INLINE void multiply_tile(ck_panel panel, const void *activations, const float *sums, size_t steps, float *acc,
                             const unsigned pairs, const unsigned tile) {
    const __m256i *w = panel.w;
    const int32_t *q = activations;
    const float *scale = panel.scale, *min = panel.min;
    for (size_t step = 0; step < steps; step++, sums += tile, scale += 16, min += 16) {
        __m256i dot[TILE][2];
        CK_UNROLL for (unsigned c = 0; c < tile; c++) dot[c][0] = dot[c][1] = _mm256_setzero_si256();
        for (unsigned p = 0; p < pairs; p++, w += 2, q += tile) {
            const __m256i low = _mm256_load_si256(w), high = _mm256_load_si256(w + 1);
            CK_UNROLL for (unsigned c = 0; c < tile; c++) {
                const __m256i x = _mm256_set1_epi32(q[c]);
                dot[c][0] = _mm256_add_epi32(dot[c][0], _mm256_madd_epi16(low, x));
                dot[c][1] = _mm256_add_epi32(dot[c][1], _mm256_madd_epi16(high, x));
            }
        }
        CK_UNROLL for (unsigned c = 0; c < tile; c++) {
            const __m256 sum = _mm256_set1_ps(sums[c]);
            CK_UNROLL for (unsigned half = 0; half < 2; half++) {
                float *at = acc + c * 16 + half * 8;
                const __m256 total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot[c][half]), _mm256_load_ps(scale + half * 8),
                                                     _mm256_load_ps(at));
                _mm256_store_ps(at, _mm256_fmadd_ps(_mm256_load_ps(min + half * 8), sum, total));
            }
        }
    }
}

#define TILE_KERNEL(name, pairs, tile)                                                                                 \
    static void name(ck_panel panel, const void *q, const float *sums, size_t steps, float *acc) {                     \
        multiply_tile(panel, q, sums, steps, acc, pairs, tile);                                                        \
    }

TILE_KERNEL(ck_tile32_avx2, 16, TILE)
TILE_KERNEL(ck_tile32_one_avx2, 16, 1)
TILE_KERNEL(ck_tile16_avx2, 8, TILE)
TILE_KERNEL(ck_tile16_one_avx2, 8, 1)

// MARK: activations

/// Largest magnitude as bits: integers order like magnitudes, and NaN comes last.
static float column_scale(const float *x, size_t cols) {
    const __m256i magnitude = _mm256_set1_epi32(0x7FFFFFFF);
    __m256i largest = _mm256_setzero_si256();
    for (size_t k = 0; k < cols; k += 8)
        largest = _mm256_max_epi32(largest, _mm256_and_si256(load((const uint8_t *)(x + k)), magnitude));
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    const float value = _mm_cvtss_f32(_mm_castsi128_ps(four));
    if (_mm_cvtsi128_si32(four) >= 0x7F800000)
        return NAN;
    return value < 1e-30f ? 0 : value / 32512.0f;
}

/// Sixteen elements to sixteen 16-bit integers in pairs; returns their sum.
CK_INLINE float quantise_sixteen(const float *x, __m256 inverse, int32_t out[8]) {
    const __m256i first = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x), inverse));
    const __m256i second = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 8), inverse));
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xD8);
    const __m256i pairs =
        _mm256_shuffle_epi8(packed, _mm256_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5,
                                                     2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15));
    _mm256_storeu_si256((__m256i *)out, pairs);
    const __m256i eight = _mm256_add_epi32(first, second);
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    return (float)(_mm_cvtsi128_si32(four) + _mm_extract_epi32(four, 1));
}

static void quantise_column(const float *x, size_t cols, size_t tile, size_t c, ck_tile out) {
    const float scale = column_scale(x, cols);
    const __m256 inverse = _mm256_set1_ps(scale > 0 ? 1 / scale : 0);
    int32_t *q = (int32_t *)out.q + c;
    out.scale[c] = scale;
    for (size_t k = 0; k < cols; k += 16) {
        int32_t pairs[8] = {0};
        const float sum = scale > 0 ? quantise_sixteen(x + k, inverse, pairs) : 0; // NaN: a column of zeros
        out.sums16[k / 16 * tile + c] = sum;
        for (unsigned p = 0; p < 8; p++, q += tile)
            *q = pairs[p];
    }
    for (size_t g = 0; g < cols / 32; g++)
        out.sums32[g * tile + c] = out.sums16[2 * g * tile + c] + out.sums16[(2 * g + 1) * tile + c];
}

static void ck_quantise_tile_avx2(const float *x, size_t stride, size_t live, size_t tile, size_t cols, ck_tile out) {
    if (live < tile) { // columns past the last are zero
        memset(out.q, 0, cols * tile * 2);
        memset(out.sums16, 0, cols / 16 * tile * sizeof(float));
        memset(out.sums32, 0, cols / 32 * tile * sizeof(float));
        memset(out.scale, 0, tile * sizeof(float));
    }
    for (size_t c = 0; c < live; c++)
        quantise_column(x + c * stride, cols, tile, c, out);
}

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

CK_INLINE void multiply_floats(const float *w, const float *x, size_t count, float *acc, const unsigned tile) {
    __m256 dot[TILE][2];
    CK_UNROLL for (unsigned c = 0; c < tile; c++) {
        dot[c][0] = _mm256_load_ps(acc + c * 16);
        dot[c][1] = _mm256_load_ps(acc + c * 16 + 8);
    }
    for (size_t k = 0; k < count; k++, w += 16, x += tile) {
        const __m256 low = _mm256_load_ps(w), high = _mm256_load_ps(w + 8);
        CK_UNROLL for (unsigned c = 0; c < tile; c++) {
            const __m256 value = _mm256_set1_ps(x[c]);
            dot[c][0] = _mm256_fmadd_ps(low, value, dot[c][0]);
            dot[c][1] = _mm256_fmadd_ps(high, value, dot[c][1]);
        }
    }
    CK_UNROLL for (unsigned c = 0; c < tile; c++) {
        _mm256_store_ps(acc + c * 16, dot[c][0]);
        _mm256_store_ps(acc + c * 16 + 8, dot[c][1]);
    }
}

static void ck_float_mul_avx2(const float *w, const float *x, size_t count, float *acc) {
    multiply_floats(w, x, count, acc, TILE);
}

static void ck_float_mul_one_avx2(const float *w, const float *x, size_t count, float *acc) {
    multiply_floats(w, x, count, acc, 1);
}

CK_TARGET_END

#define USE(name, type)                                                                                                \
    table->unpack[type] = ck_unpack_##name##_avx2;                                                                     \
    table->gemv[type] = ck_gemv_##name##_avx2

void ck_fill_matmul_avx2(ck_kernels *table) {
    table->tile = table->float_tile = TILE;
    table->quantise = ck_quantise_tile_avx2;
    USE(q4_0, CK_Q4_0);
    USE(q4_1, CK_Q4_1);
    USE(q5_0, CK_Q5_0);
    USE(q5_1, CK_Q5_1);
    USE(q8_0, CK_Q8_0);
    USE(q4_k, CK_Q4_K);
    USE(q5_k, CK_Q5_K);
    USE(q6_k, CK_Q6_K);
    table->tile32[0] = ck_tile32_avx2;
    table->tile32[1] = ck_tile32_one_avx2;
    table->tile16[0] = ck_tile16_avx2;
    table->tile16[1] = ck_tile16_one_avx2;
    table->unpack_float[CK_F16] = ck_unpack_f16_avx2;
    table->unpack_float[CK_BF16] = ck_unpack_bf16_avx2;
    table->unpack_float[CK_F32] = ck_unpack_f32_avx2;
    table->float_mul[0] = ck_float_mul_avx2;
    table->float_mul[1] = ck_float_mul_one_avx2;
}
#endif
