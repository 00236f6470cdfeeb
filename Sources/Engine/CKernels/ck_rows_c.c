// Operations on rows of floats, scalar reference. Sums run in eight lanes so that a compiler can make vectors of them.
#include "ck_scalar.h"
#include "ck_signatures.h"

enum { LANES = 8 };

static float sum_lanes(const float lanes[LANES]) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

static float sum(const float *x, size_t n) {
    float lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++)
        lanes[i % LANES] += x[i];
    return sum_lanes(lanes);
}

static float sum_of_squares(const float *x, size_t n, float mean) {
    float lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++)
        lanes[i % LANES] += (x[i] - mean) * (x[i] - mean);
    return sum_lanes(lanes);
}

static float largest_of(const float *x, size_t n) {
    float largest = -INFINITY;
    for (size_t i = 0; i < n; i++)
        largest = x[i] > largest ? x[i] : largest;
    return largest;
}

static void rms_norm_c(const float *x, const float *weight, float epsilon, size_t n, float *out) {
    const float factor = 1 / sqrtf(sum_of_squares(x, n, 0) / (float)n + epsilon);
    for (size_t i = 0; i < n; i++)
        out[i] = x[i] * factor * weight[i];
}

static void layer_norm_c(const float *x, const float *weight, const float *bias, float epsilon, size_t n, float *out) {
    const float mean = sum(x, n) / (float)n;
    const float factor = 1 / sqrtf(sum_of_squares(x, n, mean) / (float)n + epsilon);
    for (size_t i = 0; i < n; i++)
        out[i] = (x[i] - mean) * factor * weight[i] + bias[i];
}

static void swiglu_c(const float *gate, const float *up, size_t n, float *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = gate[i] / (1 + ck_exp(-gate[i])) * up[i];
}

/// erf by formula 7.1.26 of Abramowitz and Stegun, absolute error below 2e-7 with the rounding of F32.
static inline float error_function(float x) {
    const float magnitude = fabsf(x), t = 1 / (1 + 0.3275911f * magnitude);
    const float poly =
        ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
    return copysignf(1 - poly * ck_exp(-magnitude * magnitude), x);
}

static void gelu_c(const float *x, size_t n, float *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = 0.5f * x[i] * (1 + error_function(x[i] * 0.707106781f));
}

static void geglu_tanh_c(const float *gate, const float *up, size_t n, float *out) {
    for (size_t i = 0; i < n; i++) {
        // x/2 (1 + tanh t) = x / (1 + e^-2t)
        const float t = 1.59576912f * (gate[i] + 0.044715f * gate[i] * gate[i] * gate[i]);
        out[i] = gate[i] / (1 + ck_exp(-t)) * up[i];
    }
}

static void gated_tanh_c(const float *x, const float *y, size_t n, float *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = (2 / (ck_exp(-2 * x[i]) + 1) - 1) / (ck_exp(-y[i]) + 1);
}

static void leaky_relu_c(const float *x, float slope, size_t n, float *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = x[i] * (x[i] < 0 ? slope : 1); // a factor and no branch: signs of sound are chance
}

static void add_c(const float *x, size_t n, float *out) {
    for (size_t i = 0; i < n; i++)
        out[i] += x[i];
}

static float exponentials(float *x, size_t n, float largest) {
    float lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        x[i] = ck_exp(x[i] - largest);
        lanes[i % LANES] += x[i];
    }
    return sum_lanes(lanes);
}

static void softmax_c(float *x, size_t n) {
    const float factor = 1 / exponentials(x, n, largest_of(x, n));
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

static float online_softmax_c(float *scores, size_t n, float *largest, float *total) {
    const float before = *largest, block = largest_of(scores, n), now = block > before ? block : before;
    const float reference = now == -INFINITY ? 0 : now; // nothing visible yet: every weight is e^-Inf = 0
    const float factor = before == now ? 1 : ck_exp(before - reference);
    *total = *total * factor + exponentials(scores, n, reference);
    *largest = now;
    return factor;
}

static ck_logit_stats logit_stats_c(const float *x, size_t n) {
    ck_logit_stats stats = {0, 0, 0, 0, -INFINITY};
    float second = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (x[i] > stats.top_logit) {
            second = stats.top_logit;
            stats.top_logit = x[i];
            stats.top = (uint32_t)i;
        } else if (x[i] > second) {
            second = x[i];
        }
    }
    float weights[LANES] = {0}, moments[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        const float shifted = x[i] - stats.top_logit, weight = ck_exp(shifted);
        weights[i % LANES] += weight;
        moments[i % LANES] += weight > 0 ? weight * shifted : 0; // 0 * -Inf counts as 0
    }
    const float total = sum_lanes(weights), log_total = logf(total);
    stats.log_sum_exp = stats.top_logit + log_total;
    stats.entropy = log_total - sum_lanes(moments) / total;
    stats.margin = n > 1 ? stats.top_logit - second : 0;
    return stats;
}

static void finish_c(const ck_sums *sums) {
    for (size_t c = 0; c < sums->columns; c++) {
        const float *acc = sums->acc + c * sums->acc_stride;
        float *out = sums->out + c * sums->out_stride;
        for (size_t r = 0; r < sums->rows; r++) {
            float sum = acc[r] + (sums->has_low ? acc[CK_UNIT_ROWS + r] : 0) + (sums->bias ? sums->bias[r] : 0);
            if (sums->residual)
                sum += sums->residual[c * sums->residual_stride + r];
            out[r] = sums->accumulate ? sum + out[r] : sum;
        }
    }
}

static void f32_to_f16_c(const float *x, size_t n, uint16_t *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = ck_f32_to_f16(x[i]);
}

static void f16_to_f32_c(const uint16_t *x, size_t n, float *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = ck_half(x[i]);
}

void ck_fill_rows_c(ck_kernels *table) {
    table->finish = finish_c;
    table->rms_norm = rms_norm_c;
    table->layer_norm = layer_norm_c;
    table->swiglu = swiglu_c;
    table->gelu = gelu_c;
    table->geglu_tanh = geglu_tanh_c;
    table->gated_tanh = gated_tanh_c;
    table->leaky_relu = leaky_relu_c;
    table->add = add_c;
    table->softmax = softmax_c;
    table->logit_stats = logit_stats_c;
    table->f32_to_f16 = f32_to_f16_c;
    table->f16_to_f32 = f16_to_f32_c;
    table->online_softmax = online_softmax_c;
}
