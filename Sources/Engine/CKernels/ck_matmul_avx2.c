// Matrix products for AVX2, in two ways.
//
// Planes, for weights of 3 to 6 bits. `vpmaddubsw` multiplies unsigned by signed bytes and adds pairs in 16 bits;
// the signed ones may come from memory. Of many columns, weights around zero are the signed operand, straight from the
// unpacked panel, and biased activations the unsigned one: a multiplication and an addition for 32 products. Sums wrap
// around in 16 bits, which is no harm: without the bias (taken off at the start) every sum of a step fits, by 16 * 127
// * 16 for 5 bits, and 8 * 127 * 32 for 6, whose steps are half as long. Of one column, weights come from nibbles in
// registers as the unsigned operand, and their middle is taken off by way of the sums of the activations. `low` is a
// second, short pass.
//
// Wide, for bytes (Q8_0, IQ4_NL, IQ4_XS): 16-bit weights and 16-bit activations by `vpmaddwd`, exact in 32 bits.
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

CK_TARGET_BEGIN("avx2,fma,f16c")
#include "ck_formats_avx2.h"

enum { VECTORS = CK_UNIT_ROWS / 8 }; // of 32-bit lanes, for the rows of an unpacked panel

CK_INLINE __m256i broadcast(const void *p) {
    int32_t word;
    memcpy(&word, p, sizeof word);
    return _mm256_set1_epi32(word);
}

/// 16-bit sums of pairs to 32-bit sums of fours.
CK_INLINE __m256i widen(__m256i sums) {
    return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
}

// MARK: planes, unpacked

/// Dot products of one step (8 or 4 chunks of four elements) of 32 rows with biased activations.
CK_INLINE void dot_planes(const __m256i *w, const __m256i *bias, const uint8_t *x, __m256 dot[VECTORS],
                          const unsigned chunks) {
    __m256i sums[VECTORS];
    CK_UNROLL for (unsigned c = 0; c < chunks; c++) {
        const __m256i four = broadcast(x + 4 * c);
        CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) sums[v] =
            _mm256_add_epi16(c == 0 ? bias[v] : sums[v], _mm256_maddubs_epi16(four, w[c * VECTORS + v]));
    }
    CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) dot[v] = _mm256_cvtepi32_ps(widen(sums[v]));
}

/// Adds one group of a column: `step` is 32 or 16 elements, `has_min` whether minima count: constants.
CK_INLINE void add_group(ck_panel panel, size_t g, const uint8_t *x, __m256 x_scale, __m256 x_sum,
                         __m256 total[VECTORS], const unsigned step, const bool has_min) {
    const __m256i *w = (const __m256i *)panel.w + g * (8 * VECTORS);
    const ck_step *at = panel.steps + g * (CK_GROUP / step);
    CK_UNROLL for (unsigned s = 0; s < CK_GROUP / step; s++, at++, x += step, w += step / 4 * VECTORS) {
        __m256 dot[VECTORS];
        dot_planes(w, (const __m256i *)at->bias, x, dot, step / 4);
        CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) {
            const __m256 factor = _mm256_mul_ps(x_scale, _mm256_load_ps(at->scale + v * 8));
            total[v] = _mm256_fmadd_ps(dot[v], factor, total[v]);
            if (has_min)
                total[v] = _mm256_fmadd_ps(_mm256_load_ps(at->min + v * 8), x_sum, total[v]);
        }
    }
}

CK_INLINE void load_sums(const float *acc, __m256 total[VECTORS]) {
    CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) total[v] = _mm256_load_ps(acc + v * 8);
}

CK_INLINE void store_sums(float *acc, const __m256 total[VECTORS]) {
    CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) _mm256_store_ps(acc + v * 8, total[v]);
}

CK_INLINE void multiply_planes(ck_panel panel, const ck_piece *piece, float *acc, const unsigned step,
                               const bool has_min) {
    const ck_columns *x = piece->x;
    const size_t all = x->cols / CK_GROUP, first = piece->column * all + piece->group;
    const size_t lines = ck_lines_ahead(piece, piece->columns);
    __m256 total[VECTORS];
    for (size_t c = 0; c < piece->columns; c++) {
        const size_t at = first + c * all;
        ck_prefetch_ahead(piece, c * lines, lines);
        load_sums(acc + c * 2 * CK_UNIT_ROWS, total);
        for (size_t g = 0; g < piece->groups; g++)
            add_group(panel, g, x->high + (at + g) * CK_GROUP, _mm256_set1_ps(x->scale[at + g]),
                      _mm256_set1_ps(x->sum[at + g]), total, step, has_min);
        store_sums(acc + c * 2 * CK_UNIT_ROWS, total);
    }
    for (size_t i = 0; i < piece->low_count; i++) {
        const ck_low_group *low = piece->low + i;
        float *sums = acc + low->column * 2 * CK_UNIT_ROWS + CK_UNIT_ROWS;
        load_sums(sums, total);
        add_group(panel, low->group, low->x, _mm256_set1_ps(low->scale), _mm256_setzero_ps(), total, step, false);
        store_sums(sums, total);
    }
}

#define MULTIPLY(name, step, has_min)                                                                                  \
    static void ck_multiply_##name##_avx2(ck_panel panel, const ck_piece *piece, float *acc) {                         \
        multiply_planes(panel, piece, acc, step, has_min);                                                             \
    }

MULTIPLY(planes32_min, 32, true)
MULTIPLY(planes32, 32, false)
MULTIPLY(planes16, 16, false)

// MARK: wide, unpacked

/// Bytes of four elements as two vectors of 16-bit pairs: (0, 2) and (1, 3).
CK_INLINE __m256i even_pair(__m256i bytes) {
    return _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
}
CK_INLINE __m256i odd_pair(__m256i bytes) {
    return _mm256_srai_epi16(bytes, 8);
}

static void ck_multiply_wide_avx2(ck_panel panel, const ck_piece *piece, float *acc) {
    const ck_columns *x = piece->x;
    const size_t lines = ck_lines_ahead(piece, piece->columns);
    for (size_t c = 0; c < piece->columns; c++, acc += 2 * CK_UNIT_ROWS) {
        const size_t at = (piece->column + c) * (x->cols / CK_GROUP) + piece->group;
        const __m256i *w = panel.w;
        const int16_t *q = x->wide + at * CK_GROUP;
        ck_prefetch_ahead(piece, c * lines, lines);
        __m256 total[VECTORS];
        load_sums(acc, total);
        for (size_t g = 0; g < piece->groups; g++) {
            const __m256 x_scale = _mm256_set1_ps(x->scale[at + g] * (1 / 256.0f));
            __m256i dot[VECTORS];
            CK_UNROLL for (unsigned p = 0; p < CK_GROUP / 2; p++, w += VECTORS, q += 2) {
                const __m256i two = broadcast(q);
                CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) {
                    const __m256i product = _mm256_madd_epi16(two, w[v]);
                    dot[v] = p == 0 ? product : _mm256_add_epi32(dot[v], product);
                }
            }
            CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) {
                const __m256 factor = _mm256_mul_ps(x_scale, _mm256_load_ps(panel.steps[g].scale + v * 8));
                total[v] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot[v]), factor, total[v]);
            }
        }
        store_sums(acc, total);
    }
}

// MARK: templates over formats

#define WITH_MIN(code) code
#define NO_MIN(code)

/// Unpacks weights around zero, and what the bias of the activations adds to their sums.
#define UNPACK_PLANES(name, BLOCK_BYTES, ELEMENTS, STEP, MIDDLE, MIN)                                                  \
    static void ck_unpack_##name##_avx2(const uint8_t *packed, size_t count, size_t slot, ck_panel out) {              \
        __m256i *w = (__m256i *)out.w + slot * 2;                                                                      \
        for (size_t at = 0; at < count; at += STEP) {                                                                  \
            const uint8_t *block = packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                             \
            const unsigned step = at % ELEMENTS / STEP;                                                                \
            ck_step *to = out.steps + at / STEP;                                                                       \
            __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};                                        \
            CK_UNROLL for (unsigned c = 0; c < STEP / 4; c++, w += VECTORS) {                                          \
                CK_UNROLL for (unsigned h = 0; h < 2; h++) {                                                           \
                    const __m256i centred =                                                                            \
                        _mm256_sub_epi8(bytes_##name(block, step, c, h), _mm256_set1_epi8(MIDDLE));                    \
                    const __m256i biased = _mm256_maddubs_epi16(_mm256_set1_epi8((char)128), centred);                 \
                    _mm256_store_si256(w + h, centred);                                                                \
                    sums[h] = _mm256_sub_epi16(sums[h], biased);                                                       \
                }                                                                                                      \
            }                                                                                                          \
            CK_UNROLL for (unsigned h = 0; h < 2; h++) {                                                               \
                _mm256_store_si256((__m256i *)to->bias + slot * 2 + h, sums[h]);                                       \
                _mm256_store_ps(to->scale + slot * 16 + h * 8, scale_##name(block, step, h));                          \
                MIN(_mm256_store_ps(to->min + slot * 16 + h * 8, min_##name(block, step, h));)                         \
            }                                                                                                          \
        }                                                                                                              \
    }

/// Few columns times sixteen packed rows, one after the other: the rows stay in the first-level cache. All groups, then
/// the low parts of those that have them.
#define PACKED_PLANES(name, BLOCK_BYTES, ELEMENTS, STEP, SHIFT, MIN)                                                   \
    CK_INLINE void add_##name(const uint8_t *block, unsigned step, const uint8_t *x, const int16_t *pairs,             \
                              const unsigned half, __m256 x_scale, __m256 total[2]) {                                  \
        __m256i sums[2];                                                                                               \
        CK_UNROLL for (unsigned c = 0; c < STEP / 4; c++) {                                                            \
            const __m256i four = broadcast(x + 4 * c);                                                                 \
            CK_UNROLL for (unsigned h = 0; h < 2; h++) {                                                               \
                const __m256i product = _mm256_maddubs_epi16(bytes_##name(block, step, c, h), four);                   \
                sums[h] = c == 0 ? product : _mm256_add_epi16(sums[h], product);                                       \
            }                                                                                                          \
        }                                                                                                              \
        __m256i middle = broadcast(pairs);                                                                             \
        if (STEP == 32)                                                                                                \
            middle = _mm256_add_epi16(middle, broadcast(pairs + half));                                                \
        middle = _mm256_slli_epi16(middle, SHIFT);                                                                     \
        CK_UNROLL for (unsigned h = 0; h < 2; h++) {                                                                   \
            const __m256 dot = _mm256_cvtepi32_ps(widen(_mm256_sub_epi16(sums[h], middle)));                           \
            total[h] = _mm256_fmadd_ps(dot, _mm256_mul_ps(x_scale, scale_##name(block, step, h)), total[h]);           \
        }                                                                                                              \
    }                                                                                                                  \
    CK_INLINE void multiply_column_##name(const uint8_t *packed, const ck_piece *piece, size_t column, float *acc) {   \
        const ck_columns *x = piece->x;                                                                                \
        const size_t first = column * x->cols + piece->group * CK_GROUP;                                               \
        __m256 total[2] = {_mm256_load_ps(acc), _mm256_load_ps(acc + 8)};                                              \
        for (size_t at = 0; at < piece->groups * CK_GROUP; at += STEP) {                                               \
            const uint8_t *block = packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                             \
            const unsigned step = at % ELEMENTS / STEP;                                                                \
            ck_prefetch(packed + at * (BLOCK_BYTES * CK_PANEL_ROWS) / ELEMENTS,                                        \
                        STEP * BLOCK_BYTES * CK_PANEL_ROWS / ELEMENTS);                                                \
            const size_t k = first + at, g = k / CK_GROUP;                                                             \
            add_##name(block, step, x->high + k, x->pairs + k / 4, 4, _mm256_set1_ps(x->scale[g]), total);             \
            MIN(CK_UNROLL for (unsigned h = 0; h < 2; h++) total[h] =                                                  \
                    _mm256_fmadd_ps(min_##name(block, step, h), _mm256_set1_ps(x->sum[g]), total[h]);)                 \
        }                                                                                                              \
        _mm256_store_ps(acc, total[0]);                                                                                \
        _mm256_store_ps(acc + 8, total[1]);                                                                            \
    }                                                                                                                  \
    static void ck_multiply_packed_##name##_avx2(const uint8_t *packed, const ck_piece *piece, float *acc) {           \
        for (size_t i = 0; i < piece->columns; i++)                                                                    \
            multiply_column_##name(packed, piece, piece->column + i, acc + i * 2 * CK_UNIT_ROWS);                      \
        for (size_t i = 0; i < piece->low_count; i++) {                                                                \
            const ck_low_group *low = piece->low + i;                                                                  \
            float *sums = acc + low->column * 2 * CK_UNIT_ROWS + CK_UNIT_ROWS;                                         \
            __m256 total[2] = {_mm256_load_ps(sums), _mm256_load_ps(sums + 8)};                                        \
            CK_UNROLL for (unsigned s = 0; s < CK_GROUP; s += STEP) {                                                  \
                const size_t at = low->group * CK_GROUP + s;                                                           \
                add_##name(packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS), at % ELEMENTS / STEP, low->x + s,   \
                           low->pairs + s / 8, 2, _mm256_set1_ps(low->scale), total);                                  \
            }                                                                                                          \
            _mm256_store_ps(sums, total[0]);                                                                           \
            _mm256_store_ps(sums + 8, total[1]);                                                                       \
        }                                                                                                              \
    }

#define PLANES(name, BLOCK_BYTES, ELEMENTS, STEP, SHIFT, MIN)                                                          \
    UNPACK_PLANES(name, BLOCK_BYTES, ELEMENTS, STEP, 1 << SHIFT, MIN)                                                  \
    PACKED_PLANES(name, BLOCK_BYTES, ELEMENTS, STEP, SHIFT, MIN)

PLANES(q4_0, 18, 32, 32, 3, NO_MIN)
PLANES(q4_1, 20, 32, 32, 3, WITH_MIN)
PLANES(q5_0, 22, 32, 32, 4, NO_MIN)
PLANES(q5_1, 24, 32, 32, 4, WITH_MIN)
PLANES(q3_k, 110, 256, 16, 2, NO_MIN)
PLANES(q4_k, 144, 256, 32, 3, WITH_MIN)
PLANES(q5_k, 176, 256, 32, 4, WITH_MIN)
PLANES(q6_k, 210, 256, 16, 5, NO_MIN)
PLANES(mxfp4, 17, 32, 32, 4, NO_MIN)

// MARK: bytes

#define UNPACK_WIDE(name, BLOCK_BYTES, ELEMENTS)                                                                       \
    static void ck_unpack_##name##_avx2(const uint8_t *packed, size_t count, size_t slot, ck_panel out) {              \
        __m256i *w = (__m256i *)out.w + slot * 2;                                                                      \
        for (size_t g = 0; g < count / CK_GROUP; g++, w += 16 * VECTORS) {                                             \
            const uint8_t *block = packed + g * CK_GROUP / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                   \
            const unsigned step = g * CK_GROUP % ELEMENTS / CK_GROUP;                                                  \
            CK_UNROLL for (unsigned h = 0; h < 2; h++) {                                                               \
                CK_UNROLL for (unsigned c = 0; c < 8; c++) {                                                           \
                    const __m256i bytes = bytes_##name(block, step, c, h);                                             \
                    _mm256_store_si256(w + 2 * c * VECTORS + h, even_pair(bytes));                                     \
                    _mm256_store_si256(w + (2 * c + 1) * VECTORS + h, odd_pair(bytes));                                \
                }                                                                                                      \
                _mm256_store_ps(out.steps[g].scale + slot * 16 + h * 8, scale_##name(block, step, h));                 \
            }                                                                                                          \
        }                                                                                                              \
    }

#define PACKED_WIDE(name, BLOCK_BYTES, ELEMENTS)                                                                       \
    CK_INLINE void multiply_column_##name(const uint8_t *packed, const ck_piece *piece, size_t column, float *acc) {   \
        const ck_columns *x = piece->x;                                                                                \
        const size_t first = column * (x->cols / CK_GROUP) + piece->group;                                             \
        const int16_t *q = x->wide + first * CK_GROUP;                                                                 \
        __m256 total[2] = {_mm256_load_ps(acc), _mm256_load_ps(acc + 8)};                                              \
        for (size_t g = 0; g < piece->groups; g++, q += CK_GROUP) {                                                    \
            const uint8_t *block = packed + g * CK_GROUP / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                   \
            const unsigned step = g * CK_GROUP % ELEMENTS / CK_GROUP;                                                  \
            const size_t group_bytes = CK_GROUP * BLOCK_BYTES * CK_PANEL_ROWS / ELEMENTS;                              \
            ck_prefetch(packed + g * group_bytes, group_bytes);                                                        \
            __m256i dot[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};                                         \
            CK_UNROLL for (unsigned c = 0; c < 8; c++) {                                                               \
                const __m256i even = broadcast(q + 4 * c), odd = broadcast(q + 4 * c + 2);                             \
                CK_UNROLL for (unsigned h = 0; h < 2; h++) {                                                           \
                    const __m256i bytes = bytes_##name(block, step, c, h);                                             \
                    dot[h] = _mm256_add_epi32(dot[h], _mm256_madd_epi16(even_pair(bytes), even));                      \
                    dot[h] = _mm256_add_epi32(dot[h], _mm256_madd_epi16(odd_pair(bytes), odd));                        \
                }                                                                                                      \
            }                                                                                                          \
            const __m256 x_scale = _mm256_set1_ps(x->scale[first + g] * (1 / 256.0f));                                 \
            CK_UNROLL for (unsigned h = 0; h < 2; h++) {                                                               \
                const __m256 factor = _mm256_mul_ps(x_scale, scale_##name(block, step, h));                            \
                total[h] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot[h]), factor, total[h]);                              \
            }                                                                                                          \
        }                                                                                                              \
        _mm256_store_ps(acc, total[0]);                                                                                \
        _mm256_store_ps(acc + 8, total[1]);                                                                            \
    }                                                                                                                  \
    static void ck_multiply_packed_##name##_avx2(const uint8_t *packed, const ck_piece *piece, float *acc) {           \
        for (size_t i = 0; i < piece->columns; i++)                                                                    \
            multiply_column_##name(packed, piece, piece->column + i, acc + i * 2 * CK_UNIT_ROWS);                      \
    }

#define WIDE(name, BLOCK_BYTES, ELEMENTS)                                                                              \
    UNPACK_WIDE(name, BLOCK_BYTES, ELEMENTS)                                                                           \
    PACKED_WIDE(name, BLOCK_BYTES, ELEMENTS)

WIDE(q8_0, 34, 32)
WIDE(iq4_nl, 18, 32)
WIDE(iq4_xs, 136, 256)

/// Twelve sums side by side: as many as keep the ports busy. A multiplication of pairs, and an addition.
static uint64_t ck_multiply_registers_avx2(size_t rounds) {
    __m256i sum[12], w = _mm256_set1_epi8(3), x = _mm256_set1_epi8(5);
    CK_UNROLL for (unsigned i = 0; i < 12; i++) sum[i] = _mm256_setzero_si256();
    for (size_t round = 0; round < rounds; round++) {
        CK_UNROLL for (unsigned i = 0; i < 12; i++) {
            sum[i] = _mm256_add_epi16(sum[i], _mm256_maddubs_epi16(w, x));
            CK_OPAQUE(sum[i], "x");
            CK_OPAQUE(w, "x");
        }
    }
    return rounds * 12 * 32;
}

CK_TARGET_END

#define USE(name, type, kind, wide)                                                                                    \
    table->unpack[type] = ck_unpack_##name##_avx2;                                                                     \
    table->multiply_packed[type] = ck_multiply_packed_##name##_avx2;                                                   \
    table->multiply[type] = ck_multiply_##kind##_avx2;                                                                 \
    table->reads_wide[type] = wide

void ck_fill_matmul_avx2(ck_kernels *table) {
    table->multiply_registers = ck_multiply_registers_avx2;
    table->packed_columns = 3;
    USE(q4_0, CK_Q4_0, planes32, false);
    USE(q4_1, CK_Q4_1, planes32_min, false);
    USE(q4_k, CK_Q4_K, planes32_min, false);
    USE(q5_0, CK_Q5_0, planes32, false);
    USE(q5_1, CK_Q5_1, planes32_min, false);
    USE(q5_k, CK_Q5_K, planes32_min, false);
    USE(q6_k, CK_Q6_K, planes16, false);
    USE(q8_0, CK_Q8_0, wide, true);
    USE(q3_k, CK_Q3_K, planes16, false);
    USE(iq4_nl, CK_IQ4_NL, wide, true);
    USE(iq4_xs, CK_IQ4_XS, wide, true);
    USE(mxfp4, CK_MXFP4, planes32, false);
}
#endif
