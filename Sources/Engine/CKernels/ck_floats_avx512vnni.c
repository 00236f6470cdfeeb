// Products in F32 and attention for AVX-512. Everything else of the level is AVX2's.
#include "ck_attention.h"
#include "ck_pack.h"
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__x86_64__)
#include <immintrin.h>

CK_TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")

enum { ROWS = 12 }; // columns or query rows at a time, a multiple of four: their sums stay in registers

/// What is multiplied, and where it is added up.
typedef struct products {
    const float *w; // sixteen of each k, w_stride apart; those of a second panel lie w_panel behind
    size_t w_stride, w_panel;
    const float *x; // that of the next tap lies x_tap behind
    size_t x_stride, x_tap, count, taps;
    float *acc; // sixteen of each row, acc_stride apart; those of a second panel behind them
    size_t acc_stride;
    bool from_zero;
} products;

/// acc[i] += Σ w[tap][k] * x[tap][i][k] for n rows of x and one panel or two: constants.
CK_INLINE void accumulate(const products p, size_t row, const unsigned n, const unsigned panels) {
    __m512 sum[ROWS][2];
    float *acc = p.acc + row * p.acc_stride;
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned j = 0; j < panels; j++) sum[i][j] =
            p.from_zero ? _mm512_setzero_ps() : _mm512_loadu_ps(acc + i * p.acc_stride + j * 16);
    }
    const float *four[ROWS / 4], *w = p.w;
    CK_UNROLL for (unsigned i = 0; i < n; i += 4) four[i / 4] = p.x + (row + i) * p.x_stride;
    for (size_t tap = 0; tap < p.taps; tap++) {
        for (size_t k = 0; k < p.count; k++, w += p.w_stride) {
            // Four rows to a pointer, which the compiler takes for unrelated: else it keeps one for each row, more than
            // there are registers.
            CK_UNROLL for (unsigned i = 0; i < n; i += 4) CK_OPAQUE(four[i / 4], "r");
            __m512 weights[2];
            CK_UNROLL for (unsigned j = 0; j < panels; j++) weights[j] = _mm512_loadu_ps(w + j * p.w_panel);
            CK_UNROLL for (unsigned i = 0; i < n; i++) {
                const __m512 x = _mm512_set1_ps(four[i / 4][i % 4 * p.x_stride]);
                CK_UNROLL for (unsigned j = 0; j < panels; j++) sum[i][j] = _mm512_fmadd_ps(weights[j], x, sum[i][j]);
            }
            CK_UNROLL for (unsigned i = 0; i < n; i += 4) four[i / 4]++;
        }
        CK_UNROLL for (unsigned i = 0; i < n; i += 4) four[i / 4] += p.x_tap - p.count;
    }
    CK_UNROLL for (unsigned i = 0; i < n; i++) {
        CK_UNROLL for (unsigned j = 0; j < panels; j++) _mm512_storeu_ps(acc + i * p.acc_stride + j * 16, sum[i][j]);
    }
}

CK_INLINE void accumulate_all(const products p, size_t n, const unsigned panels) {
    size_t i = 0;
    for (; i + ROWS <= n; i += ROWS)
        accumulate(p, i, ROWS, panels);
    for (; i + 3 <= n; i += 3)
        accumulate(p, i, 3, panels);
    for (; i < n; i++)
        accumulate(p, i, 1, panels);
}

static void ck_multiply_float_avx512vnni(const ck_float_piece *piece, float *acc) {
    const products p = {
        .w = piece->w,
        .w_stride = CK_PANEL_ROWS,
        .w_panel = piece->w_stride,
        .x = piece->x,
        .x_stride = piece->x_stride,
        .x_tap = piece->x_tap,
        .count = piece->count,
        .taps = piece->taps,
        .acc = acc,
        .acc_stride = piece->panels * CK_PANEL_ROWS,
        .from_zero = piece->from_zero,
    };
    if (piece->panels == 2)
        accumulate_all(p, piece->columns, 2);
    else
        accumulate_all(p, piece->columns, 1);
}

CK_INLINE __m512 halves(const uint16_t *p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

/// Eight elements of one row: heads that are no multiple of sixteen end so.
CK_INLINE void mix_eight(const float *p, const uint16_t *v, size_t n, float *acc, size_t head) {
    __m256 sum = _mm256_loadu_ps(acc);
    for (size_t i = 0; i < n; i++)
        sum = _mm256_fmadd_ps(_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(v + i * head))), _mm256_set1_ps(p[i]),
                              sum);
    _mm256_storeu_ps(acc, sum);
}

/// Decoding has few rows: then what waits is not the arithmetic but each sum for itself, so that several panels of
/// keys, or stretches of values, go side by side; and halves are widened on the way, for they are used but once.
enum { BATCH = 4, BESIDE = 4 };

/// Scores of `n` rows against `panels` panels: constants.
CK_INLINE void score_batch(const float *q, const uint16_t *k, size_t head, float *out, size_t stride, const unsigned n,
                           const unsigned panels) {
    __m512 sum[BATCH][BESIDE];
    CK_UNROLL for (unsigned r = 0; r < n; r++) {
        CK_UNROLL for (unsigned p = 0; p < panels; p++) sum[r][p] = _mm512_setzero_ps();
    }
    for (size_t i = 0; i < head; i++) {
        CK_UNROLL for (unsigned p = 0; p < panels; p++) {
            const __m512 keys = halves(k + (p * head + i) * CK_KEY_PANEL);
            CK_UNROLL for (unsigned r = 0; r < n; r++) sum[r][p] =
                _mm512_fmadd_ps(keys, _mm512_set1_ps(q[r * head + i]), sum[r][p]);
        }
    }
    CK_UNROLL for (unsigned r = 0; r < n; r++) {
        CK_UNROLL for (unsigned p = 0; p < panels; p++) _mm512_storeu_ps(out + r * stride + p * 16, sum[r][p]);
    }
}

CK_INLINE void score_batch_rows(const float *q, const uint16_t *k, size_t panels, size_t head, float *out,
                                size_t stride, const unsigned n) {
    size_t panel = 0;
    for (; panel + BESIDE <= panels; panel += BESIDE)
        score_batch(q, k + panel * head * CK_KEY_PANEL, head, out + panel * CK_KEY_PANEL, stride, n, BESIDE);
    for (; panel < panels; panel++)
        score_batch(q, k + panel * head * CK_KEY_PANEL, head, out + panel * CK_KEY_PANEL, stride, n, 1);
}

/// Adds to 16 * `stretches` elements of `n` rows: constants.
CK_INLINE void mix_batch(const float *p, size_t stride, const uint16_t *v, size_t count, float *acc, size_t head,
                         const unsigned n, const unsigned stretches) {
    __m512 sum[BATCH][BESIDE];
    CK_UNROLL for (unsigned r = 0; r < n; r++) {
        CK_UNROLL for (unsigned s = 0; s < stretches; s++) sum[r][s] = _mm512_loadu_ps(acc + r * head + s * 16);
    }
    for (size_t i = 0; i < count; i++) {
        CK_UNROLL for (unsigned s = 0; s < stretches; s++) {
            const __m512 values = halves(v + i * head + s * 16);
            CK_UNROLL for (unsigned r = 0; r < n; r++) sum[r][s] =
                _mm512_fmadd_ps(values, _mm512_set1_ps(p[r * stride + i]), sum[r][s]);
        }
    }
    CK_UNROLL for (unsigned r = 0; r < n; r++) {
        CK_UNROLL for (unsigned s = 0; s < stretches; s++) _mm512_storeu_ps(acc + r * head + s * 16, sum[r][s]);
    }
}

CK_INLINE void mix_batch_rows(const float *p, size_t stride, const uint16_t *v, size_t count, size_t head, float *acc,
                              const unsigned n) {
    size_t at = 0;
    for (; at + BESIDE * 16 <= head; at += BESIDE * 16)
        mix_batch(p, stride, v + at, count, acc + at, head, n, BESIDE);
    for (; at + 16 <= head; at += 16)
        mix_batch(p, stride, v + at, count, acc + at, head, n, 1);
    for (size_t r = 0; at < head && r < n; r++)
        mix_eight(p + r * stride, v + at, count, acc + r * head + at, head);
}

/// `code` with N, the constant that `rows` (1 to BATCH) is.
#define WITH_BATCH(rows, code)                                                                                         \
    switch (rows) {                                                                                                    \
        CK_COUNT_CASE(4, code)                                                                                         \
        CK_COUNT_CASE(3, code)                                                                                         \
        CK_COUNT_CASE(2, code)                                                                                         \
        CK_COUNT_CASE(1, code)                                                                                         \
    }

static void scores_avx512vnni(const float *q, size_t rows, const uint16_t *k, size_t panels, size_t head, float *out,
                              size_t stride) {
    if (rows < ROWS) {
        for (size_t r = 0, n; r < rows; r += n) {
            n = ck_min_size(BATCH, rows - r);
            WITH_BATCH(n, score_batch_rows(q + r * head, k, panels, head, out + r * stride, stride, N))
        }
        return;
    }
    _Alignas(64) float keys[CK_MAX_HEAD * CK_KEY_PANEL];
    for (size_t panel = 0; panel < panels; panel++, k += head * CK_KEY_PANEL, out += CK_KEY_PANEL) {
        for (size_t i = 0; i < head; i++)
            _mm512_store_ps(keys + i * 16, halves(k + i * 16));
        const products scores = {
            .w = keys,
            .w_stride = CK_KEY_PANEL,
            .x = q,
            .x_stride = head,
            .count = head,
            .taps = 1,
            .acc = out,
            .acc_stride = stride,
            .from_zero = true,
        };
        accumulate_all(scores, rows, 1);
    }
}

static void mix_avx512vnni(const float *p, size_t stride, size_t rows, const uint16_t *v, size_t n, size_t head,
                           float *acc) {
    if (rows < ROWS) {
        for (size_t r = 0, few; r < rows; r += few) {
            few = ck_min_size(BATCH, rows - r);
            WITH_BATCH(few, mix_batch_rows(p + r * stride, stride, v, n, head, acc + r * head, N))
        }
        return;
    }
    enum { BLOCK = 64 };
    _Alignas(64) float values[BLOCK * 16];
    for (size_t first = 0; first < n; first += BLOCK, p += BLOCK, v += BLOCK * head) {
        const size_t count = ck_min_size(BLOCK, n - first);
        size_t at = 0;
        for (; at + 16 <= head; at += 16) {
            for (size_t i = 0; i < count; i++)
                _mm512_store_ps(values + i * 16, halves(v + i * head + at));
            const products sums = {
                .w = values,
                .w_stride = 16,
                .x = p,
                .x_stride = stride,
                .count = count,
                .taps = 1,
                .acc = acc + at,
                .acc_stride = head,
            };
            accumulate_all(sums, rows, 1);
        }
        for (size_t r = 0; at < head && r < rows; r++)
            mix_eight(p + r * stride, v + at, count, acc + r * head + at, head);
    }
}

/// Sixteen bytes times their scales, as halves.
CK_INLINE void widen_sixteen(const uint8_t *bytes, __m512 scales, uint16_t *out) {
    const __m512 values = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)bytes)));
    _mm256_storeu_si256((__m256i *)out,
                        _mm512_cvtps_ph(_mm512_mul_ps(values, scales), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

static void widen_keys_avx512vnni(const uint8_t *k, size_t panels, size_t head, uint16_t *out) {
    for (size_t g = 0; g < panels * (head / CK_GROUP); g++, k += CK_KEY_PANEL * CK_KV_BLOCK) {
        const __m512 scales = halves((const uint16_t *)(const void *)k);
        for (size_t i = 0; i < CK_GROUP; i++, out += CK_KEY_PANEL)
            widen_sixteen(k + 2 * CK_KEY_PANEL + i * CK_KEY_PANEL, scales, out);
    }
}

static void widen_values_avx512vnni(const uint8_t *v, size_t blocks, uint16_t *out) {
    for (size_t b = 0; b < blocks; b++, v += CK_KV_BLOCK, out += CK_GROUP) {
        const __m512 scale = _mm512_set1_ps(ck_half(ck_load_u16(v)));
        widen_sixteen(v + 2, scale, out);
        widen_sixteen(v + 18, scale, out + 16);
    }
}

CK_TARGET_END

void ck_fill_floats_avx512vnni(ck_kernels *table) {
    table->multiply_float = ck_multiply_float_avx512vnni;
    table->scores = scores_avx512vnni;
    table->mix = mix_avx512vnni;
    table->widen_keys = widen_keys_avx512vnni;
    table->widen_values = widen_values_avx512vnni;
}
#endif
