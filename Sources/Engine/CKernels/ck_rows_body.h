// Operations on rows of floats, eight lanes at a time, in the compiler's own vectors: one text for every instruction
// set, included by a file that sets CK_ROWS(name) inside its target region. Sums have the order of the scalar
// reference: lane i takes elements i, i + 8, …; a short tail is filled up with what does not count.

typedef float lanes __attribute__((vector_size(32)));
typedef int32_t lanes_i __attribute__((vector_size(32)));

#define SPREAD(value) ((lanes){0} + (value))
#define BLEND(condition, a, b) ((lanes)(((lanes_i)(a) & (condition)) | ((lanes_i)(b) & ~(condition))))

CK_INLINE lanes load_lanes(const float *p) {
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

CK_INLINE void store_lanes(float *p, lanes v) {
    memcpy(p, &v, sizeof v);
}

/// The last n % 8 elements, the rest of the lanes as `filler`.
CK_INLINE lanes load_tail(const float *p, size_t n, float filler) {
    lanes v = SPREAD(filler);
    memcpy(&v, p, n % 8 * sizeof(float));
    return v;
}

CK_INLINE void store_tail(float *p, lanes v, size_t n) {
    memcpy(p, &v, n % 8 * sizeof(float));
}

CK_INLINE float sum_lanes(lanes v) {
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

CK_INLINE lanes larger(lanes a, lanes b) {
    return BLEND(a > b, a, b);
}

CK_INLINE float largest_lane(lanes v) {
    float largest = v[0];
    for (unsigned i = 1; i < 8; i++)
        largest = v[i] > largest ? v[i] : largest;
    return largest;
}

/// `ck_exp` in lanes: the same steps.
CK_INLINE lanes exp_lanes(lanes x) {
    const lanes lower = BLEND(x < -87.3f, SPREAD(-87.3f), x);
    const lanes clamped = BLEND(lower > 88.3f, SPREAD(88.3f), lower);
    const lanes shifted = clamped * 1.44269504f + 12582912.0f;
    const lanes n = shifted - 12582912.0f;
    const lanes r = (clamped - n * 0.693145752f) - n * 1.42860677e-6f;
    lanes p = SPREAD(1.98412698e-4f);
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    const lanes power = (lanes)(((lanes_i)shifted << 23) + 0x3F800000);
    return (lanes)((lanes_i)(p * power) & ~(x < -87.3f));
}

/// For every eight elements: `expression` of v (from x), and of w (from y) if there is one.
#define EACH(x, y, n, out, expression)                                                                                 \
    size_t i = 0;                                                                                                      \
    for (; i + 8 <= n; i += 8) {                                                                                       \
        const lanes v = load_lanes(x + i), w = load_lanes(y + i);                                                      \
        (void)w;                                                                                                       \
        store_lanes(out + i, expression);                                                                              \
    }                                                                                                                  \
    if (i < n) {                                                                                                       \
        const lanes v = load_tail(x + i, n, 0), w = load_tail(y + i, n, 0);                                            \
        (void)w;                                                                                                       \
        store_tail(out + i, expression, n);                                                                            \
    }

CK_INLINE float sum_of(const float *x, size_t n) {
    lanes total = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        total += load_lanes(x + i);
    if (i < n)
        total += load_tail(x + i, n, 0);
    return sum_lanes(total);
}

CK_INLINE float sum_of_squares(const float *x, size_t n, float mean) {
    lanes total = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const lanes v = load_lanes(x + i) - mean;
        total += v * v;
    }
    if (i < n) {
        const lanes v = load_tail(x + i, n, mean) - mean;
        total += v * v;
    }
    return sum_lanes(total);
}

CK_INLINE float largest_of(const float *x, size_t n) {
    lanes largest = SPREAD(-INFINITY);
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        largest = larger(load_lanes(x + i), largest);
    if (i < n)
        largest = larger(load_tail(x + i, n, -INFINITY), largest);
    return largest_lane(largest);
}

static void CK_ROWS(rms_norm)(const float *x, const float *weight, float epsilon, size_t n, float *out) {
    const float factor = 1 / sqrtf(sum_of_squares(x, n, 0) / (float)n + epsilon);
    EACH(x, weight, n, out, v * factor * w)
}

static void CK_ROWS(layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, size_t n,
                                float *out) {
    const float mean = sum_of(x, n) / (float)n;
    const float factor = 1 / sqrtf(sum_of_squares(x, n, mean) / (float)n + epsilon);
    EACH(x, weight, n, out, (v - mean) * factor * w + (i + 8 <= n ? load_lanes(bias + i) : load_tail(bias + i, n, 0)))
}

static void CK_ROWS(swiglu)(const float *gate, const float *up, size_t n,
                            float *out){EACH(gate, up, n, out, v / (exp_lanes(-v) + 1.0f) * w)}

CK_INLINE lanes gelu_lanes(lanes x) {
    const lanes scaled = x * 0.707106781f;
    const lanes magnitude = (lanes)((lanes_i)scaled & 0x7FFFFFFF), t = 1.0f / (magnitude * 0.3275911f + 1.0f);
    const lanes poly =
        ((((t * 1.061405429f - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
    const lanes value = 1.0f - poly * exp_lanes(-magnitude * magnitude);
    const lanes erf = (lanes)((lanes_i)value | ((lanes_i)scaled & (int32_t)0x80000000));
    return x * 0.5f * (erf + 1.0f);
}

static void CK_ROWS(gelu)(const float *x, size_t n, float *out){EACH(x, x, n, out, gelu_lanes(v))}

CK_INLINE lanes gelu_tanh_lanes(lanes x) {
    const lanes t = (x + x * x * x * 0.044715f) * 1.59576912f;
    return x / (exp_lanes(-t) + 1.0f);
}

static void CK_ROWS(geglu_tanh)(const float *gate, const float *up, size_t n, float *out) {
    EACH(gate, up, n, out, gelu_tanh_lanes(v) * w)
}

static void CK_ROWS(gated_tanh)(const float *x, const float *y, size_t n, float *out) {
    EACH(x, y, n, out, (2.0f / (exp_lanes(v * -2.0f) + 1.0f) - 1.0f) / (exp_lanes(-w) + 1.0f))
}

static void CK_ROWS(leaky_relu)(const float *x, float slope, size_t n, float *out) {
    EACH(x, x, n, out, v * BLEND(v < 0, SPREAD(slope), SPREAD(1.0f)))
}

static void CK_ROWS(add)(const float *x, size_t n, float *out){EACH(x, out, n, out, v + w)}

CK_INLINE float exponentials(float *x, size_t n, float largest) {
    lanes total = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const lanes weight = exp_lanes(load_lanes(x + i) - largest);
        store_lanes(x + i, weight);
        total += weight;
    }
    if (i < n) {
        const lanes weight = exp_lanes(load_tail(x + i, n, -INFINITY) - largest);
        store_tail(x + i, weight, n);
        total += weight;
    }
    return sum_lanes(total);
}

static void CK_ROWS(softmax)(float *x, size_t n) {
    const float factor = 1 / exponentials(x, n, largest_of(x, n));
    EACH(x, x, n, x, v * factor)
}

static float CK_ROWS(online_softmax)(float *scores, size_t n, float *largest, float *total) {
    const float before = *largest, block = largest_of(scores, n), now = block > before ? block : before;
    const float reference = now == -INFINITY ? 0 : now; // nothing visible yet: every weight is e^-Inf = 0
    const float factor = before == now ? 1 : ck_exp(before - reference);
    *total = *total * factor + exponentials(scores, n, reference);
    *largest = now;
    return factor;
}

static ck_logit_stats CK_ROWS(logit_stats)(const float *x, size_t n) {
    lanes first = SPREAD(-INFINITY), second = first;
    size_t i = 0;
    for (; i < n; i += 8) {
        const lanes v = i + 8 <= n ? load_lanes(x + i) : load_tail(x + i, n, -INFINITY);
        second = larger(BLEND(v > first, first, v), second);
        first = larger(v, first);
    }
    ck_logit_stats stats = {0, 0, 0, 0, largest_lane(first)};
    float runner_up = -INFINITY;
    bool seen = false; // the largest once, all others compete for second place
    for (unsigned lane = 0; lane < 8; lane++) {
        const bool is_top = !seen && first[lane] == stats.top_logit;
        seen = seen || is_top;
        const float candidate = is_top ? second[lane] : first[lane];
        runner_up = candidate > runner_up ? candidate : runner_up;
    }
    while (stats.top + 1 < n && x[stats.top] != stats.top_logit)
        stats.top++;
    lanes weights = {0}, moments = {0};
    for (i = 0; i < n; i += 8) {
        const lanes v = (i + 8 <= n ? load_lanes(x + i) : load_tail(x + i, n, -INFINITY)) - stats.top_logit;
        const lanes weight = exp_lanes(v);
        weights += weight;
        moments += (lanes)((lanes_i)(weight * v) & (weight > 0)); // 0 * -Inf counts as 0
    }
    const float total = sum_lanes(weights), log_total = logf(total);
    stats.log_sum_exp = stats.top_logit + log_total;
    stats.entropy = log_total - sum_lanes(moments) / total;
    stats.margin = n > 1 ? stats.top_logit - runner_up : 0;
    return stats;
}

/// `rows` is a constant where it is a whole panel or two. A copy of the sums: nothing that is stored changes it.
CK_INLINE void finish_columns(const ck_sums sums, const size_t rows) {
    for (size_t c = 0; c < sums.columns; c++) {
        const float *acc = sums.acc + c * sums.acc_stride;
        const float *residual = sums.residual ? sums.residual + c * sums.residual_stride : NULL;
        float *out = sums.out + c * sums.out_stride;
        size_t r = 0;
        for (; r + 8 <= rows; r += 8) {
            lanes v = load_lanes(acc + r);
            if (sums.has_low)
                v += load_lanes(acc + CK_UNIT_ROWS + r);
            if (sums.bias)
                v += load_lanes(sums.bias + r);
            if (residual)
                v += load_lanes(residual + r);
            if (sums.accumulate)
                v += load_lanes(out + r);
            store_lanes(out + r, v);
        }
        for (; r < rows; r++) {
            float sum = acc[r] + (sums.has_low ? acc[CK_UNIT_ROWS + r] : 0) + (sums.bias ? sums.bias[r] : 0);
            if (residual)
                sum += residual[r];
            out[r] = sums.accumulate ? sum + out[r] : sum;
        }
    }
}

static void CK_ROWS(finish)(const ck_sums *sums) {
    if (sums->rows == CK_UNIT_ROWS)
        finish_columns(*sums, CK_UNIT_ROWS);
    else if (sums->rows == CK_PANEL_ROWS)
        finish_columns(*sums, CK_PANEL_ROWS);
    else
        finish_columns(*sums, sums->rows);
}

static void CK_ROWS(fill)(ck_kernels *table) {
    table->finish = CK_ROWS(finish);
    table->rms_norm = CK_ROWS(rms_norm);
    table->layer_norm = CK_ROWS(layer_norm);
    table->swiglu = CK_ROWS(swiglu);
    table->gelu = CK_ROWS(gelu);
    table->geglu_tanh = CK_ROWS(geglu_tanh);
    table->gated_tanh = CK_ROWS(gated_tanh);
    table->leaky_relu = CK_ROWS(leaky_relu);
    table->add = CK_ROWS(add);
    table->softmax = CK_ROWS(softmax);
    table->online_softmax = CK_ROWS(online_softmax);
    table->logit_stats = CK_ROWS(logit_stats);
}
