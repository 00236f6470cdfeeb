// Rows of floats and attention for AVX2.
#include "ck_attention.h"
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__x86_64__)
#include <immintrin.h>

CK_TARGET_BEGIN("avx2,fma,f16c")

#define CK_ROWS(name) ck_##name##_avx2
#include "ck_rows_body.h"

static void f32_to_f16_avx2(const float *x, size_t n, uint16_t *out) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(out + i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    for (; i < n; i++)
        out[i] = ck_f32_to_f16(x[i]);
}

CK_INLINE __m256 halves(const uint16_t *p) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}

static void f16_to_f32_avx2(const uint16_t *x, size_t n, float *out) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(out + i, halves(x + i));
    for (; i < n; i++)
        out[i] = ck_half(x[i]);
}

/// Scores of `rows` query rows against one panel of sixteen positions, already floats.
CK_INLINE void score_rows(const float *q, const float *keys, size_t head, float *out, size_t stride,
                          const unsigned rows) {
    __m256 dot[6][2];
    CK_UNROLL for (unsigned r = 0; r < rows; r++) dot[r][0] = dot[r][1] = _mm256_setzero_ps();
    for (size_t i = 0; i < head; i++) {
        const __m256 low = _mm256_load_ps(keys + i * 16), high = _mm256_load_ps(keys + i * 16 + 8);
        CK_UNROLL for (unsigned r = 0; r < rows; r++) {
            const __m256 value = _mm256_set1_ps(q[r * head + i]);
            dot[r][0] = _mm256_fmadd_ps(low, value, dot[r][0]);
            dot[r][1] = _mm256_fmadd_ps(high, value, dot[r][1]);
        }
    }
    CK_UNROLL for (unsigned r = 0; r < rows; r++) {
        _mm256_storeu_ps(out + r * stride, dot[r][0]);
        _mm256_storeu_ps(out + r * stride + 8, dot[r][1]);
    }
}

static void scores_avx2(const float *q, size_t rows, const uint16_t *k, size_t panels, size_t head, float *out,
                        size_t stride) {
    _Alignas(64) float keys[CK_MAX_HEAD * CK_KEY_PANEL];
    for (size_t panel = 0; panel < panels; panel++, k += head * CK_KEY_PANEL, out += CK_KEY_PANEL) {
        for (size_t i = 0; i < head * CK_KEY_PANEL; i += 8)
            _mm256_store_ps(keys + i, halves(k + i));
        size_t r = 0;
        for (; r + 6 <= rows; r += 6)
            score_rows(q + r * head, keys, head, out + r * stride, stride, 6);
        for (; r + 3 <= rows; r += 3)
            score_rows(q + r * head, keys, head, out + r * stride, stride, 3);
        for (; r < rows; r++)
            score_rows(q + r * head, keys, head, out + r * stride, stride, 1);
    }
}

/// Adds n weighted values to sixteen elements of `rows` rows.
CK_INLINE void mix_rows(const float *p, size_t stride, const float *values, size_t n, float *acc, size_t head,
                        const unsigned rows) {
    __m256 sum[6][2];
    CK_UNROLL for (unsigned r = 0; r < rows; r++) {
        sum[r][0] = _mm256_loadu_ps(acc + r * head);
        sum[r][1] = _mm256_loadu_ps(acc + r * head + 8);
    }
    for (size_t i = 0; i < n; i++) {
        const __m256 low = _mm256_load_ps(values + i * 16), high = _mm256_load_ps(values + i * 16 + 8);
        CK_UNROLL for (unsigned r = 0; r < rows; r++) {
            const __m256 weight = _mm256_set1_ps(p[r * stride + i]);
            sum[r][0] = _mm256_fmadd_ps(low, weight, sum[r][0]);
            sum[r][1] = _mm256_fmadd_ps(high, weight, sum[r][1]);
        }
    }
    CK_UNROLL for (unsigned r = 0; r < rows; r++) {
        _mm256_storeu_ps(acc + r * head, sum[r][0]);
        _mm256_storeu_ps(acc + r * head + 8, sum[r][1]);
    }
}

/// The same for eight elements of one row: heads that are no multiple of sixteen end so.
CK_INLINE void mix_eight(const float *p, const uint16_t *v, size_t n, float *acc, size_t head) {
    __m256 sum = _mm256_loadu_ps(acc);
    for (size_t i = 0; i < n; i++)
        sum = _mm256_fmadd_ps(halves(v + i * head), _mm256_set1_ps(p[i]), sum);
    _mm256_storeu_ps(acc, sum);
}

static void mix_avx2(const float *p, size_t stride, size_t rows, const uint16_t *v, size_t n, size_t head, float *acc) {
    enum { BLOCK = 64 };
    _Alignas(64) float values[BLOCK * 16];
    for (size_t first = 0; first < n; first += BLOCK, p += BLOCK, v += BLOCK * head) {
        const size_t count = ck_min_size(BLOCK, n - first);
        size_t at = 0;
        for (; at + 16 <= head; at += 16) {
            for (size_t i = 0; i < count; i++) {
                _mm256_store_ps(values + i * 16, halves(v + i * head + at));
                _mm256_store_ps(values + i * 16 + 8, halves(v + i * head + at + 8));
            }
            size_t r = 0;
            for (; r + 6 <= rows; r += 6)
                mix_rows(p + r * stride, stride, values, count, acc + r * head + at, head, 6);
            for (; r + 3 <= rows; r += 3)
                mix_rows(p + r * stride, stride, values, count, acc + r * head + at, head, 3);
            for (; r < rows; r++)
                mix_rows(p + r * stride, stride, values, count, acc + r * head + at, head, 1);
        }
        for (size_t r = 0; at < head && r < rows; r++)
            mix_eight(p + r * stride, v + at, count, acc + r * head + at, head);
    }
}

/// Eight bytes times their scales, as halves.
CK_INLINE void widen_eight(const uint8_t *bytes, __m256 scales, uint16_t *out) {
    const __m256 values = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)bytes)));
    _mm_storeu_si128((__m128i *)out,
                     _mm256_cvtps_ph(_mm256_mul_ps(values, scales), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

static void widen_keys_avx2(const uint8_t *k, size_t panels, size_t head, uint16_t *out) {
    for (size_t g = 0; g < panels * (head / CK_GROUP); g++, k += CK_KEY_PANEL * CK_KV_BLOCK) {
        const __m256 first = halves((const uint16_t *)(const void *)k);
        const __m256 second = halves((const uint16_t *)(const void *)(k + 16));
        for (size_t i = 0; i < CK_GROUP; i++, out += CK_KEY_PANEL) {
            const uint8_t *bytes = k + 2 * CK_KEY_PANEL + i * CK_KEY_PANEL;
            widen_eight(bytes, first, out);
            widen_eight(bytes + 8, second, out + 8);
        }
    }
}

static void widen_values_avx2(const uint8_t *v, size_t blocks, uint16_t *out) {
    for (size_t b = 0; b < blocks; b++, v += CK_KV_BLOCK) {
        const __m256 scale = _mm256_set1_ps(ck_half(ck_load_u16(v)));
        CK_UNROLL for (size_t i = 0; i < CK_GROUP; i += 8) widen_eight(v + 2 + i, scale, out + b * CK_GROUP + i);
    }
}

CK_TARGET_END

void ck_fill_rows_avx2(ck_kernels *table) {
    ck_fill_avx2(table);
    table->f32_to_f16 = f32_to_f16_avx2;
    table->f16_to_f32 = f16_to_f32_avx2;
    table->scores = scores_avx2;
    table->mix = mix_avx2;
    table->widen_keys = widen_keys_avx2;
    table->widen_values = widen_values_avx2;
}
#endif
