// Matrix products for AVX-512 with the 8-bit dot product: `vpdpbusd` of unsigned weights, sixteen rows in a register,
// and signed activations broadcast from memory. Sums of four products go to 32 bits at once, so nothing can overflow.
// Formats with minima take their bytes as they are. In the others the middle comes off at the start of a sum: the
// negated middle times the sum of the activations.
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

CK_TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")
#include "ck_formats_avx512.h"

enum {
    VECTORS = CK_UNIT_ROWS / 16, // registers of 32-bit lanes for the rows of an unpacked panel
    WIDE = 6,                    // columns at a time: 24 sums in registers
};

CK_INLINE __m512i broadcast(const void *p) {
    int32_t word;
    memcpy(&word, p, sizeof word);
    return _mm512_set1_epi32(word);
}

/// What a sum of products starts from: the bits of 1.5 * 2^23. A sum, which is less than 2^22 in magnitude, moves that
/// float by as many units, so that its bits need no conversion.
CK_INLINE __m512i start(void) {
    return _mm512_castps_si512(_mm512_set1_ps(0x1.8p23f));
}

/// The start, less middle * (sum of a step's activations), in every lane. `pairs` holds sums of sixteen; those of the
/// second half of 32 lie `half` behind.
CK_INLINE __m512i start_at(const int16_t *pairs, const unsigned half, const unsigned step, const unsigned middle) {
    if (middle == 0)
        return start();
    const __m512i factor = _mm512_set1_epi16((short)-(int)middle);
    const __m512i first = _mm512_dpwssd_epi32(start(), broadcast(pairs), factor);
    return step == 16 ? first : _mm512_dpwssd_epi32(first, broadcast(pairs + half), factor);
}

/// What `scaled` adds to take the start off again. Exact: scales have 21 bits at most.
CK_INLINE __m512 minus_start(__m512 scale) {
    return _mm512_mul_ps(scale, _mm512_set1_ps(-0x1.8p23f));
}

/// scale * (the sum that began with the start), rounded once.
CK_INLINE __m512 scaled(__m512i sum, __m512 scale, __m512 minus) {
    return _mm512_fmadd_ps(_mm512_castsi512_ps(sum), scale, minus);
}

/// Adds the high parts of all groups to the sums of `n` columns (a constant) from `c` on.
CK_INLINE void multiply_columns(ck_panel panel, const ck_piece *piece, size_t c, float *acc, const unsigned step,
                                const unsigned middle, const bool has_min, const unsigned n) {
    const ck_columns *x = piece->x;
    const size_t all = x->cols / CK_GROUP, first = (piece->column + c) * all + piece->group;
    const __m512i *w = panel.w;
    const ck_step *at = panel.steps;
    __m512 total[WIDE][VECTORS];
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) total[i][v] =
            _mm512_load_ps(acc + (c + i) * 2 * CK_UNIT_ROWS + v * 16);
    }
    for (size_t g = 0; g < piece->groups; g++) {
        CK_UNROLL for (unsigned s = 0; s < CK_GROUP / step; s++, at++) {
            const uint8_t *high = x->high + (first + g) * CK_GROUP + s * step;
            __m512i dot[WIDE][VECTORS];
            CK_UNROLL for (unsigned i = 0; i < n; i++) {
                const int16_t *pairs = x->pairs + (first + i * all + g) * 8 + s * 4;
                CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) dot[i][v] = start_at(pairs, 4, step, middle);
            }
            CK_UNROLL for (unsigned k = 0; k < step / 4; k++, w += VECTORS) {
                CK_UNROLL for (unsigned i = 0; i < n; i++) {
                    const __m512i four = broadcast(high + i * x->cols + 4 * k);
                    CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) dot[i][v] =
                        _mm512_dpbusd_epi32(dot[i][v], w[v], four);
                }
            }
            __m512 minus[VECTORS];
            CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) minus[v] = minus_start(_mm512_load_ps(at->scale + v * 16));
            CK_UNROLL for (unsigned i = 0; i < n; i++) {
                const size_t group = first + i * all + g;
                const __m512 scale = _mm512_set1_ps(x->scale[group]);
                const __m512 sum = _mm512_set1_ps(x->sum[group]);
                CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) {
                    const __m512 product = scaled(dot[i][v], _mm512_load_ps(at->scale + v * 16), minus[v]);
                    total[i][v] = _mm512_fmadd_ps(product, scale, total[i][v]);
                    if (has_min)
                        total[i][v] = _mm512_fmadd_ps(_mm512_load_ps(at->min + v * 16), sum, total[i][v]);
                }
            }
        }
    }
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned v = 0; v < VECTORS; v++)
            _mm512_store_ps(acc + (c + i) * 2 * CK_UNIT_ROWS + v * 16, total[i][v]);
    }
}

/// Adds the low parts of one group to the sums of `n` columns (a constant) that have one: `low` lists them.
CK_INLINE void add_low(ck_panel panel, const ck_low_group *low, float *acc, const unsigned step, const unsigned middle,
                       const unsigned n) {
    const __m512i *w = (const __m512i *)panel.w + low->group * (8 * VECTORS);
    const ck_step *at = panel.steps + low->group * (CK_GROUP / step);
    CK_UNROLL for (unsigned s = 0; s < CK_GROUP / step; s++, at++) {
        __m512i dot[WIDE][VECTORS];
        CK_UNROLL for (unsigned i = 0; i < n; i++) {
            CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) dot[i][v] =
                start_at(low[i].pairs + s * 2, 2, step, middle);
        }
        CK_UNROLL for (unsigned k = 0; k < step / 4; k++, w += VECTORS) {
            CK_UNROLL for (unsigned i = 0; i < n; i++) {
                const __m512i four = broadcast(low[i].x + s * step + 4 * k);
                CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) dot[i][v] = _mm512_dpbusd_epi32(dot[i][v], w[v], four);
            }
        }
        __m512 minus[VECTORS];
        CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) minus[v] = minus_start(_mm512_load_ps(at->scale + v * 16));
        CK_UNROLL for (unsigned i = 0; i < n; i++) {
            const __m512 scale = _mm512_set1_ps(low[i].scale);
            float *sums = acc + low[i].column * 2 * CK_UNIT_ROWS + CK_UNIT_ROWS;
            CK_UNROLL for (unsigned v = 0; v < VECTORS; v++) {
                const __m512 product = scaled(dot[i][v], _mm512_load_ps(at->scale + v * 16), minus[v]);
                const __m512 total = _mm512_load_ps(sums + v * 16);
                _mm512_store_ps(sums + v * 16, _mm512_fmadd_ps(product, scale, total));
            }
        }
    }
}

/// The cases of counts up to six: all of `WITH_COUNT`, most of `WITH_BATCH`.
#define UP_TO_SIX(code)                                                                                                \
    CK_COUNT_CASE(6, code)                                                                                             \
    CK_COUNT_CASE(5, code)                                                                                             \
    CK_COUNT_CASE(4, code)                                                                                             \
    CK_COUNT_CASE(3, code)                                                                                             \
    CK_COUNT_CASE(2, code)                                                                                             \
    CK_COUNT_CASE(1, code)

/// Does `code` with N, the constant that `count` (1 to WIDE) is.
#define WITH_COUNT(count, code)                                                                                        \
    switch (count) { UP_TO_SIX(code) }
_Static_assert(WIDE == 6, "WITH_COUNT counts to 6");

CK_INLINE void multiply(ck_panel panel, const ck_piece *piece, float *acc, const unsigned step, const unsigned middle,
                        const bool has_min) {
    // As many each: too few keep the ports waiting.
    const size_t rounds = (piece->columns + WIDE - 1) / WIDE;
    const size_t least = piece->columns / rounds, longer = piece->columns % rounds;
    const size_t lines = ck_lines_ahead(piece, rounds);
    for (size_t round = 0, c = 0; round < rounds; round++) {
        const size_t count = least + (round < longer);
        ck_prefetch_ahead(piece, round * lines, lines);
        WITH_COUNT(count, multiply_columns(panel, piece, c, acc, step, middle, has_min, N))
        c += count;
    }
    for (size_t i = 0; i < piece->low_count;) {
        size_t count = 1; // those of one group that follow each other
        while (count < WIDE && i + count < piece->low_count && piece->low[i + count].group == piece->low[i].group)
            count++;
        WITH_COUNT(count, add_low(panel, piece->low + i, acc, step, middle, N))
        i += count;
    }
}

#define MULTIPLY(name, step, middle, has_min)                                                                          \
    static void ck_multiply_##name##_avx512vnni(ck_panel panel, const ck_piece *piece, float *acc) {                   \
        multiply(panel, piece, acc, step, middle, has_min);                                                            \
    }

MULTIPLY(u3, 16, 4, false)
MULTIPLY(u4, 32, 8, false)
MULTIPLY(bytes_min, 32, 0, true)
MULTIPLY(u5, 32, 16, false)
MULTIPLY(u6, 16, 32, false)
MULTIPLY(u8, 32, 128, false)

// MARK: straight from packed bytes

/// Does `code` with N, the constant that `count` (1 to CK_BATCH) is.
#define WITH_BATCH(count, code)                                                                                        \
    switch (count) {                                                                                                   \
        CK_COUNT_CASE(8, code)                                                                                         \
        CK_COUNT_CASE(7, code)                                                                                         \
        UP_TO_SIX(code)                                                                                                \
    }
_Static_assert(CK_BATCH == 8, "WITH_BATCH counts to 8");

/// The dot products of a step's weights with `n` columns (a constant), whose bytes lie `stride` apart. Each column has
/// two sums where there are too few columns to keep the ports busy.
CK_INLINE void dot_step(__m512i *dot, const __m512i *w, const uint8_t *x, size_t stride, const int16_t *pairs,
                        const unsigned half, const unsigned step, const unsigned middle, const unsigned n) {
    const unsigned sums = n < 5 ? 2 : 1;
    __m512i sum[2][CK_BATCH];
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        sum[0][i] = start_at(pairs + i * stride / 4, half, step, middle);
        sum[1][i] = _mm512_setzero_si512();
    }
    CK_UNROLL for (unsigned c = 0; c < step / 4; c++) {
        CK_UNROLL for (unsigned i = 0; i < n; i++) {
            __m512i *to = &sum[c % sums][i];
            *to = _mm512_dpbusd_epi32(*to, w[c], broadcast(x + i * stride + 4 * c));
            CK_OPAQUE(*to, "v");
        }
    }
    CK_UNROLL for (unsigned i = 0; i < n; i++) dot[i] = sums == 2 ? _mm512_add_epi32(sum[0][i], sum[1][i]) : sum[0][i];
}

/// total + dot * scale * x_scale
CK_INLINE __m512 add_step(__m512 total, __m512i dot, float x_scale, __m512 scale) {
    return _mm512_fmadd_ps(scaled(dot, scale, minus_start(scale)), _mm512_set1_ps(x_scale), total);
}

/// Adds the low part of a group to the sums of its column: what a step's weights, elements `at` … of the group, make of
/// it while they are in registers.
CK_INLINE void add_low_step(const ck_low_group *low, const size_t at, const __m512i *w, __m512 scale, float *acc,
                            const unsigned step, const unsigned middle) {
    float *sums = acc + low->column * 2 * CK_UNIT_ROWS + CK_UNIT_ROWS;
    __m512i dot;
    dot_step(&dot, w, low->x + at, 0, low->pairs + at / 8, 2, step, middle, 1);
    _mm512_store_ps(sums, add_step(_mm512_load_ps(sums), dot, low->scale, scale));
}

// MARK: templates over formats

#define WITH_MIN(code) code
#define NO_MIN(code)

#define FORMAT(name, BLOCK_BYTES, ELEMENTS, STEP, MIDDLE, MIN)                                                         \
    static void ck_unpack_##name##_avx512vnni(const uint8_t *packed, size_t count, size_t slot, ck_panel out) {        \
        __m512i *w = (__m512i *)out.w + slot;                                                                          \
        for (size_t at = 0; at < count; at += STEP) {                                                                  \
            const uint8_t *block = packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                             \
            const unsigned step = at % ELEMENTS / STEP;                                                                \
            CK_UNROLL for (unsigned c = 0; c < STEP / 4; c++, w += VECTORS)                                            \
                _mm512_store_si512(w, bytes_##name(block, step, c));                                                   \
            _mm512_store_ps(out.steps[at / STEP].scale + slot * 16, scale_##name(block, step));                        \
            MIN(_mm512_store_ps(out.steps[at / STEP].min + slot * 16, min_##name(block, step));)                       \
        }                                                                                                              \
    }                                                                                                                  \
    CK_INLINE void multiply_packed_##name(const uint8_t *packed, const ck_piece *piece, float *acc,                    \
                                          const unsigned n) {                                                          \
        const ck_columns *x = piece->x;                                                                                \
        const size_t first = piece->column * x->cols + piece->group * CK_GROUP;                                        \
        const ck_low_group *low = piece->low, *low_end = low + piece->low_count;                                       \
        __m512 total[CK_BATCH];                                                                                        \
        CK_UNROLL for (unsigned i = 0; i < n; i++) total[i] = _mm512_load_ps(acc + i * 2 * CK_UNIT_ROWS);              \
        for (size_t at = 0; at < piece->groups * CK_GROUP; at += STEP) {                                               \
            const uint8_t *block = packed + at / ELEMENTS * (BLOCK_BYTES * CK_PANEL_ROWS);                             \
            const unsigned step = at % ELEMENTS / STEP;                                                                \
            ck_prefetch(packed + at * (BLOCK_BYTES * CK_PANEL_ROWS) / ELEMENTS,                                        \
                        STEP * BLOCK_BYTES * CK_PANEL_ROWS / ELEMENTS);                                                \
            __m512i w[STEP / 4], dot[CK_BATCH];                                                                        \
            CK_UNROLL for (unsigned c = 0; c < STEP / 4; c++) w[c] = bytes_##name(block, step, c);                     \
            dot_step(dot, w, x->high + first + at, x->cols, x->pairs + (first + at) / 4, 4, STEP, MIDDLE, n);          \
            const __m512 scale = scale_##name(block, step);                                                            \
            MIN(const __m512 min = min_##name(block, step);)                                                           \
            CK_UNROLL for (unsigned i = 0; i < n; i++) {                                                               \
                const size_t g = (first + at + i * x->cols) / CK_GROUP;                                                \
                total[i] = add_step(total[i], dot[i], x->scale[g], scale);                                             \
                MIN(total[i] = _mm512_fmadd_ps(min, _mm512_set1_ps(x->sum[g]), total[i]);)                             \
            }                                                                                                          \
            const ck_low_group *next = low;                                                                            \
            for (; next < low_end && next->group == at / CK_GROUP; next++)                                             \
                add_low_step(next, at % CK_GROUP, w, scale, acc, STEP, MIDDLE);                                        \
            if ((at + STEP) % CK_GROUP == 0)                                                                           \
                low = next;                                                                                            \
        }                                                                                                              \
        CK_UNROLL for (unsigned i = 0; i < n; i++) _mm512_store_ps(acc + i * 2 * CK_UNIT_ROWS, total[i]);              \
    }                                                                                                                  \
    static void ck_multiply_packed_##name##_avx512vnni(const uint8_t *packed, const ck_piece *piece, float *acc) {     \
        WITH_BATCH(piece->columns, multiply_packed_##name(packed, piece, acc, N))                                      \
    }

FORMAT(q4_0, 18, 32, 32, 8, NO_MIN)
FORMAT(q4_1, 20, 32, 32, 0, WITH_MIN)
FORMAT(q5_0, 22, 32, 32, 16, NO_MIN)
FORMAT(q5_1, 24, 32, 32, 0, WITH_MIN)
FORMAT(q8_0, 34, 32, 32, 128, NO_MIN)
FORMAT(q3_k, 110, 256, 16, 4, NO_MIN)
FORMAT(q4_k, 144, 256, 32, 0, WITH_MIN)
FORMAT(q5_k, 176, 256, 32, 0, WITH_MIN)
FORMAT(q6_k, 210, 256, 16, 32, NO_MIN)
FORMAT(iq4_nl, 18, 32, 32, 128, NO_MIN)
FORMAT(iq4_xs, 136, 256, 32, 128, NO_MIN)
FORMAT(mxfp4, 17, 32, 32, 16, NO_MIN)

/// Twelve sums side by side: as many as keep both ports busy.
static uint64_t ck_multiply_registers_avx512vnni(size_t rounds) {
    __m512i sum[12], w = _mm512_set1_epi8(3), x = _mm512_set1_epi8(5);
    CK_UNROLL for (unsigned i = 0; i < 12; i++) sum[i] = _mm512_setzero_si512();
    for (size_t round = 0; round < rounds; round++) {
        CK_UNROLL for (unsigned i = 0; i < 12; i++) {
            sum[i] = _mm512_dpbusd_epi32(sum[i], w, x);
            CK_OPAQUE(sum[i], "v");
        }
    }
    return rounds * 12 * 64;
}

CK_TARGET_END

#define USE(name, type, kind)                                                                                          \
    table->unpack[type] = ck_unpack_##name##_avx512vnni;                                                               \
    table->multiply_packed[type] = ck_multiply_packed_##name##_avx512vnni;                                             \
    table->multiply[type] = ck_multiply_##kind##_avx512vnni;                                                           \
    table->reads_wide[type] = false

void ck_fill_matmul_avx512vnni(ck_kernels *table) {
    table->biased = false;
    table->packed_columns = 8;
    table->multiply_registers = ck_multiply_registers_avx512vnni;
    USE(q4_0, CK_Q4_0, u4);
    USE(q4_1, CK_Q4_1, bytes_min);
    USE(q4_k, CK_Q4_K, bytes_min);
    USE(q5_0, CK_Q5_0, u5);
    USE(q5_1, CK_Q5_1, bytes_min);
    USE(q5_k, CK_Q5_K, bytes_min);
    USE(q6_k, CK_Q6_K, u6);
    USE(q8_0, CK_Q8_0, u8);
    USE(q3_k, CK_Q3_K, u3);
    USE(iq4_nl, CK_IQ4_NL, u8);
    USE(iq4_xs, CK_IQ4_XS, u8);
    USE(mxfp4, CK_MXFP4, u5);
}
#endif
