// Activations for AVX-512: quantisation, SwiGLU and the softmax of attention. Results are AVX2's, bit for bit.
#include "ck_scalar.h"
#include "ck_signatures.h"
#include "ck_target.h"
#if defined(__x86_64__)
#include <immintrin.h>

CK_TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")
#include "ck_pairs_avx2.h"

// MARK: quantisation

/// The largest magnitude of a group. As bits, magnitudes order like integers and NaN comes last.
CK_INLINE float largest_of_group(const float *x) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    const __m512i first = _mm512_and_si512(_mm512_loadu_si512(x), magnitude);
    const __m512i second = _mm512_and_si512(_mm512_loadu_si512(x + 16), magnitude);
    return ck_bits_f32((uint32_t)_mm512_reduce_max_epi32(_mm512_max_epi32(first, second)));
}

/// Thirty-two signed bytes, and their sums over sixteen elements: bytes 0 and 1 of every four, and 2 and 3.
CK_INLINE void store_bytes(const __m512i v[2], uint8_t *bytes, int16_t *pairs) {
    const __m256i all = _mm256_set_m128i(_mm512_cvtsepi32_epi8(v[1]), _mm512_cvtsepi32_epi8(v[0]));
    _mm256_storeu_si256((__m256i *)bytes, all);
    store_pair_sums(all, pairs);
}

CK_INLINE void quantise_group(const float *x, float largest, bool has_low, const ck_columns *out, size_t at) {
    const bool sound = largest >= 1e-30f && largest <= 3.402823466e38f; // NaN compares false
    const __m512 inverse = _mm512_set1_ps(sound ? 127 / largest : 0);
    __m512i high[2], low[2], total = _mm512_setzero_si512();
    CK_UNROLL for (unsigned i = 0; i < 2; i++) {
        const __m512 value = sound ? _mm512_loadu_ps(x + i * 16) : _mm512_setzero_ps();
        const __m512 scaled = _mm512_mul_ps(value, inverse);
        high[i] = _mm512_cvtps_epi32(scaled);
        total = _mm512_add_epi32(total, _mm512_slli_epi32(high[i], 8));
        if (has_low) {
            const __m512 rest = _mm512_sub_ps(scaled, _mm512_cvtepi32_ps(high[i]));
            low[i] = _mm512_cvtps_epi32(_mm512_mul_ps(rest, _mm512_set1_ps(256)));
            low[i] = _mm512_max_epi32(_mm512_min_epi32(low[i], _mm512_set1_epi32(127)), _mm512_set1_epi32(-127));
            total = _mm512_add_epi32(total, low[i]);
        }
    }
    store_bytes(high, out->high + at, out->pairs + at / 16 * 4);
    if (has_low)
        store_bytes(low, out->low + at, out->pairs + at / 16 * 4 + 2);
    const float scale = sound ? largest / 127 : largest < 1e-30f ? 0 : NAN;
    out->scale[at / CK_GROUP] = scale;
    out->sum[at / CK_GROUP] = scale * (1 / 256.0f) * (float)_mm512_reduce_add_epi32(total);
}

#define CK_QUANTISE quantise_bytes
#include "ck_quantise_body.h"

/// AVX2's, which knows the wide form as well.
static ck_quantise_fn quantise_wide;

static void ck_quantise_avx512vnni(const float *x, float threshold, const ck_columns *out, size_t column) {
    (out->wide ? quantise_wide : quantise_bytes)(x, threshold, out, column);
}

// MARK: exponentials

/// `ck_exp` in lanes: the same steps.
CK_INLINE __m512 exp_lanes(__m512 x) {
    const __m512 clamped = _mm512_min_ps(_mm512_set1_ps(88.3f), _mm512_max_ps(_mm512_set1_ps(-87.3f), x));
    const __m512 shifted =
        _mm512_add_ps(_mm512_mul_ps(clamped, _mm512_set1_ps(1.44269504f)), _mm512_set1_ps(0x1.8p23f));
    const __m512 n = _mm512_sub_ps(shifted, _mm512_set1_ps(0x1.8p23f));
    const __m512 coarse = _mm512_sub_ps(clamped, _mm512_mul_ps(n, _mm512_set1_ps(0.693145752f)));
    const __m512 r = _mm512_sub_ps(coarse, _mm512_mul_ps(n, _mm512_set1_ps(1.42860677e-6f)));
    static const float terms[] = {1.38888889e-3f, 8.33333333e-3f, 4.16666667e-2f, 1.66666667e-1f, 0.5f, 1, 1};
    __m512 p = _mm512_set1_ps(1.98412698e-4f);
    CK_UNROLL for (unsigned i = 0; i < 7; i++) p = _mm512_add_ps(_mm512_mul_ps(p, r), _mm512_set1_ps(terms[i]));
    const __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(shifted), 23);
    const __m512 power = _mm512_castsi512_ps(_mm512_add_epi32(exponent, _mm512_set1_epi32(0x3F800000)));
    const __mmask16 counts = _mm512_cmp_ps_mask(x, _mm512_set1_ps(-87.3f), _CMP_NLT_UQ); // NaN does
    return _mm512_maskz_mul_ps(counts, p, power);
}

/// The lanes of elements i … n.
CK_INLINE __mmask16 live_lanes(size_t i, size_t n) {
    return n - i >= 16 ? 0xFFFF : (__mmask16)((1u << (n - i)) - 1);
}

CK_INLINE __m512 negated(__m512 v) {
    return _mm512_xor_ps(v, _mm512_set1_ps(-0.0f));
}

static void ck_swiglu_avx512vnni(const float *gate, const float *up, size_t n, float *out) {
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 live = live_lanes(i, n);
        const __m512 v = _mm512_maskz_loadu_ps(live, gate + i), w = _mm512_maskz_loadu_ps(live, up + i);
        const __m512 sigmoid = _mm512_div_ps(v, _mm512_add_ps(exp_lanes(negated(v)), _mm512_set1_ps(1)));
        _mm512_mask_storeu_ps(out + i, live, _mm512_mul_ps(sigmoid, w));
    }
}

static void ck_gelu_avx512vnni(const float *x, size_t n, float *out) {
    static const float terms[] = {-1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f};
    const __m512 one = _mm512_set1_ps(1), sign = _mm512_set1_ps(-0.0f);
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 live = live_lanes(i, n);
        const __m512 v = _mm512_maskz_loadu_ps(live, x + i), scaled = _mm512_mul_ps(v, _mm512_set1_ps(0.707106781f));
        const __m512 magnitude = _mm512_andnot_ps(sign, scaled);
        const __m512 slope = _mm512_mul_ps(magnitude, _mm512_set1_ps(0.3275911f));
        const __m512 t = _mm512_div_ps(one, _mm512_add_ps(slope, one));
        __m512 poly = _mm512_set1_ps(1.061405429f);
        CK_UNROLL for (unsigned j = 0; j < 4; j++) poly =
            _mm512_add_ps(_mm512_mul_ps(poly, t), _mm512_set1_ps(terms[j]));
        const __m512 tail =
            _mm512_mul_ps(_mm512_mul_ps(poly, t), exp_lanes(_mm512_mul_ps(negated(magnitude), magnitude)));
        const __m512 erf = _mm512_or_ps(_mm512_sub_ps(one, tail), _mm512_and_ps(scaled, sign));
        const __m512 half = _mm512_mul_ps(v, _mm512_set1_ps(0.5f));
        _mm512_mask_storeu_ps(out + i, live, _mm512_mul_ps(half, _mm512_add_ps(erf, one)));
    }
}

static void ck_gated_tanh_avx512vnni(const float *x, const float *y, size_t n, float *out) {
    const __m512 one = _mm512_set1_ps(1), two = _mm512_set1_ps(2);
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 live = live_lanes(i, n);
        const __m512 v = _mm512_maskz_loadu_ps(live, x + i), w = _mm512_maskz_loadu_ps(live, y + i);
        const __m512 falling = exp_lanes(_mm512_mul_ps(v, _mm512_set1_ps(-2)));
        const __m512 tanh = _mm512_sub_ps(_mm512_div_ps(two, _mm512_add_ps(falling, one)), one);
        const __m512 gate = _mm512_add_ps(exp_lanes(negated(w)), one);
        _mm512_mask_storeu_ps(out + i, live, _mm512_div_ps(tanh, gate));
    }
}

static void ck_leaky_relu_avx512vnni(const float *x, float slope, size_t n, float *out) {
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 live = live_lanes(i, n);
        const __m512 v = _mm512_maskz_loadu_ps(live, x + i);
        const __mmask16 negative = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_LT_OQ);
        _mm512_mask_storeu_ps(out + i, live, _mm512_mask_mul_ps(v, negative, v, _mm512_set1_ps(slope)));
    }
}

CK_INLINE float largest_of(const float *x, size_t n) {
    __m512 largest = _mm512_set1_ps(-INFINITY);
    for (size_t i = 0; i < n; i += 16)
        largest = _mm512_max_ps(_mm512_mask_loadu_ps(_mm512_set1_ps(-INFINITY), live_lanes(i, n), x + i), largest);
    return _mm512_reduce_max_ps(largest);
}

/// The two halves of a register onto eight sums, as two registers of AVX2 come one after the other.
CK_INLINE __m256 add_halves(__m256 total, __m512 v) {
    return _mm256_add_ps(_mm256_add_ps(total, _mm512_castps512_ps256(v)), _mm512_extractf32x8_ps(v, 1));
}

CK_INLINE float sum_of(__m256 total) {
    float lanes[8];
    _mm256_storeu_ps(lanes, total);
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/// Turns x into e^(x - largest) and returns the sum, gathered in eight lanes as everywhere.
CK_INLINE float exponentials(float *x, size_t n, float largest) {
    __m256 total = _mm256_setzero_ps();
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 live = live_lanes(i, n);
        const __m512 v = _mm512_mask_loadu_ps(_mm512_set1_ps(-INFINITY), live, x + i);
        const __m512 weight = exp_lanes(_mm512_sub_ps(v, _mm512_set1_ps(largest)));
        _mm512_mask_storeu_ps(x + i, live, weight);
        total = add_halves(total, weight);
    }
    return sum_of(total);
}

/// The first index of `value`, or the last one where it is nowhere.
CK_INLINE size_t first_of(const float *x, size_t n, float value) {
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 live = live_lanes(i, n);
        const __m512 v = _mm512_maskz_loadu_ps(live, x + i);
        const __mmask16 found = _mm512_mask_cmp_ps_mask(live, v, _mm512_set1_ps(value), _CMP_EQ_OQ);
        if (found)
            return i + (size_t)__builtin_ctz(found);
    }
    return n > 0 ? n - 1 : 0;
}

static ck_logit_stats ck_logit_stats_avx512vnni(const float *x, size_t n) {
    const __m512 nothing = _mm512_set1_ps(-INFINITY);
    __m512 first = nothing, second = nothing;
    for (size_t i = 0; i < n; i += 16) {
        const __m512 v = _mm512_mask_loadu_ps(nothing, live_lanes(i, n), x + i);
        // The second operand is the result where one is NaN.
        const __m512 beaten = _mm512_mask_mov_ps(v, _mm512_cmp_ps_mask(v, first, _CMP_GT_OQ), first);
        second = _mm512_max_ps(beaten, second);
        first = _mm512_max_ps(v, first);
    }
    ck_logit_stats stats = {.top_logit = _mm512_reduce_max_ps(first)};
    // The largest once, all others compete for second place.
    const __mmask16 equal = _mm512_cmp_ps_mask(first, _mm512_set1_ps(stats.top_logit), _CMP_EQ_OQ);
    const __mmask16 top = equal & (__mmask16)-equal;
    const float runner_up = _mm512_reduce_max_ps(_mm512_mask_mov_ps(first, top, second));
    stats.top = (uint32_t)first_of(x, n, stats.top_logit);
    __m256 weights = _mm256_setzero_ps(), moments = weights;
    for (size_t i = 0; i < n; i += 16) {
        const __m512 v =
            _mm512_sub_ps(_mm512_mask_loadu_ps(nothing, live_lanes(i, n), x + i), _mm512_set1_ps(stats.top_logit));
        const __m512 weight = exp_lanes(v);
        const __mmask16 counts = _mm512_cmp_ps_mask(weight, _mm512_setzero_ps(), _CMP_GT_OQ);
        weights = add_halves(weights, weight);
        moments = add_halves(moments, _mm512_maskz_mul_ps(counts, weight, v)); // 0 * -Inf counts as 0
    }
    const float total = sum_of(weights), log_total = logf(total);
    stats.log_sum_exp = stats.top_logit + log_total;
    stats.entropy = log_total - sum_of(moments) / total;
    stats.margin = n > 1 ? stats.top_logit - runner_up : 0;
    return stats;
}

static float ck_online_softmax_avx512vnni(float *scores, size_t n, float *largest, float *total) {
    const float before = *largest, block = largest_of(scores, n), now = block > before ? block : before;
    const float reference = now == -INFINITY ? 0 : now; // nothing visible yet: every weight is e^-Inf = 0
    const float factor = before == now ? 1 : ck_exp(before - reference);
    *total = *total * factor + exponentials(scores, n, reference);
    *largest = now;
    return factor;
}

// MARK: sums on their way out

static void ck_finish_avx512vnni(const ck_sums *sums) {
    const bool has_low = sums->has_low, accumulate = sums->accumulate;
    for (size_t row = 0; row < sums->rows; row += 16) {
        const __mmask16 live = live_lanes(row, sums->rows);
        const float *acc = sums->acc + row, *residual = sums->residual ? sums->residual + row : NULL;
        float *out = sums->out + row;
        const __m512 bias = sums->bias ? _mm512_maskz_loadu_ps(live, sums->bias + row) : _mm512_set1_ps(-0.0f);
        for (size_t c = 0; c < sums->columns; c++, acc += sums->acc_stride, out += sums->out_stride) {
            __m512 v = _mm512_load_ps(acc);
            if (has_low)
                v = _mm512_add_ps(v, _mm512_load_ps(acc + CK_UNIT_ROWS));
            v = _mm512_add_ps(v, bias); // -0 changes no number
            if (residual) {
                v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(live, residual));
                residual += sums->residual_stride;
            }
            if (accumulate)
                v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(live, out));
            _mm512_mask_storeu_ps(out, live, v);
        }
    }
}

CK_TARGET_END

void ck_fill_activations_avx512vnni(ck_kernels *table) {
    quantise_wide = table->quantise;
    table->quantise = ck_quantise_avx512vnni;
    table->finish = ck_finish_avx512vnni;
    table->swiglu = ck_swiglu_avx512vnni;
    table->gelu = ck_gelu_avx512vnni;
    table->gated_tanh = ck_gated_tanh_avx512vnni;
    table->leaky_relu = ck_leaky_relu_avx512vnni;
    table->logit_stats = ck_logit_stats_avx512vnni;
    table->online_softmax = ck_online_softmax_avx512vnni;
}
#endif
