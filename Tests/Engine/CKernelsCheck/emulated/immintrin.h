// Stands in for the compiler's <immintrin.h> where AVX-512 is to be checked on a processor without it: SIMDe's
// functions, and the few that its version 0.7.4 lacks.
#pragma once
#include_next <immintrin.h>
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>
#include <simde/x86/fma.h>

static inline __m512 check_mm512_cvtepi32_ps(__m512i v) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_cvtepi32_ps(_mm512_castsi512_si256(v))),
                              _mm256_cvtepi32_ps(_mm512_extracti64x4_epi64(v, 1)), 1);
}
#define _mm512_cvtepi32_ps check_mm512_cvtepi32_ps

static inline __m512 check_mm512_cvtph_ps(__m256i v) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_cvtph_ps(_mm256_castsi256_si128(v))),
                              _mm256_cvtph_ps(_mm256_extracti128_si256(v, 1)), 1);
}
#define _mm512_cvtph_ps check_mm512_cvtph_ps

static inline __m512i check_mm512_srai_epi32(__m512i v, unsigned count) {
    const __m256i low = _mm256_srai_epi32(_mm512_castsi512_si256(v), (int)count);
    const __m256i high = _mm256_srai_epi32(_mm512_extracti64x4_epi64(v, 1), (int)count);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}
#define _mm512_srai_epi32 check_mm512_srai_epi32

static inline __m512i check_mm512_cvtepu8_epi32(__m128i v) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_cvtepu8_epi32(v)),
                              _mm256_cvtepu8_epi32(_mm_srli_si128(v, 8)), 1);
}
#define _mm512_cvtepu8_epi32 check_mm512_cvtepu8_epi32

static inline __m512i check_mm512_cvtepu16_epi32(__m256i v) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_cvtepu16_epi32(_mm256_castsi256_si128(v))),
                              _mm256_cvtepu16_epi32(_mm256_extracti128_si256(v, 1)), 1);
}
#define _mm512_cvtepu16_epi32 check_mm512_cvtepu16_epi32

// Defined with the wrong number of parameters.
#undef _mm512_madd_epi16
#define _mm512_madd_epi16 simde_mm512_madd_epi16

/// Loops over lanes in memory, for what SIMDe does not have.
#define CHECK_LANES(type, name, v)                                                                                     \
    type name[16];                                                                                                     \
    __builtin_memcpy(name, &v, sizeof name)

static inline __m256 check_mm512_extractf32x8_ps(__m512 v, int half) {
    CHECK_LANES(float, lanes, v);
    return _mm256_loadu_ps(lanes + half * 8);
}
#undef _mm512_extractf32x8_ps
#define _mm512_extractf32x8_ps check_mm512_extractf32x8_ps

static inline __m512i check_mm512_cvtps_epi32(__m512 v) {
    const __m256i low = _mm256_cvtps_epi32(_mm512_castps512_ps256(v));
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), _mm256_cvtps_epi32(_mm512_extractf32x8_ps(v, 1)), 1);
}
#undef _mm512_cvtps_epi32
#define _mm512_cvtps_epi32 check_mm512_cvtps_epi32

static inline int check_mm512_reduce_max_epi32(__m512i v) {
    CHECK_LANES(int, lanes, v);
    int largest = lanes[0];
    for (int i = 1; i < 16; i++)
        largest = lanes[i] > largest ? lanes[i] : largest;
    return largest;
}
#undef _mm512_reduce_max_epi32
#define _mm512_reduce_max_epi32 check_mm512_reduce_max_epi32

static inline int check_mm512_reduce_add_epi32(__m512i v) {
    CHECK_LANES(int, lanes, v);
    int sum = 0;
    for (int i = 0; i < 16; i++)
        sum += lanes[i];
    return sum;
}
#undef _mm512_reduce_add_epi32
#define _mm512_reduce_add_epi32 check_mm512_reduce_add_epi32

static inline float check_mm512_reduce_max_ps(__m512 v) {
    CHECK_LANES(float, lanes, v);
    float largest = lanes[0];
    for (int i = 1; i < 16; i++)
        largest = lanes[i] > largest ? lanes[i] : largest;
    return largest;
}
#undef _mm512_reduce_max_ps
#define _mm512_reduce_max_ps check_mm512_reduce_max_ps

static inline __m512 check_mm512_mask_loadu_ps(__m512 rest, unsigned mask, const float *p) {
    CHECK_LANES(float, lanes, rest);
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1)
            lanes[i] = p[i];
    __m512 v;
    __builtin_memcpy(&v, lanes, sizeof v);
    return v;
}
#undef _mm512_mask_loadu_ps
#define _mm512_mask_loadu_ps check_mm512_mask_loadu_ps
#undef _mm512_maskz_loadu_ps
#define _mm512_maskz_loadu_ps(mask, p) check_mm512_mask_loadu_ps(_mm512_setzero_ps(), mask, p)

static inline void check_mm512_mask_storeu_ps(float *p, unsigned mask, __m512 v) {
    CHECK_LANES(float, lanes, v);
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1)
            p[i] = lanes[i];
}
#undef _mm512_mask_storeu_ps
#define _mm512_mask_storeu_ps check_mm512_mask_storeu_ps
