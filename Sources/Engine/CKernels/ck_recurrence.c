// Filters over the latest columns of a sequence, and states that fade. Channels and heads are shared out among the
// workers; each goes through its rows one after the other.
#include "ck_recurrence.h"
#include "ck_scalar.h"

enum {
    LANES = 8,     // floats that are worked on together; sums are gathered in as many parts
    GRAIN = 8192,  // elements below which a share is not worth a wake-up
    CHANNELS = 64, // channels that are worked on together
};

static inline float sigmoid(float x) {
    return 1 / (1 + ck_exp(-x));
}

static inline float softplus(float x) {
    return x > 20 ? x : log1pf(expf(x));
}

/// How many of `count` pieces of `elements` each are worth a wake-up.
static size_t grain(size_t elements) {
    return GRAIN / (elements + 1) + 1;
}

// MARK: filters

typedef struct filter_job {
    const ck_filter *filter;
    float *rows;
    size_t stride, n;
    bool is_gated;
} filter_job;

/// What the filters of `count` channels from `first` on make of the column `row` and those before it.
static void apply(const ck_filter *c, size_t row, size_t first, size_t count, float *restrict out) {
    for (size_t i = 0; i < count; i++)
        out[i] = 0;
    for (size_t tap = 0; tap < c->taps; tap++) {
        const size_t back = c->taps - 1 - tap;
        if (back > c->before + row)
            continue;
        const float *restrict column = c->ring + (c->next + row - back) % c->length * c->channels + first;
        const float *restrict weights = c->weights + tap * c->channels + first;
        for (size_t i = 0; i < count; i++)
            out[i] += weights[i] * column[i];
    }
    if (c->bias)
        for (size_t i = 0; i < count; i++)
            out[i] += c->bias[first + i];
}

static void filter_channels(const filter_job *job, size_t first, size_t count) {
    const ck_filter *c = job->filter;
    float filtered[CHANNELS];
    for (size_t row = 0; row < job->n; row++) {
        float *column = c->ring + (c->next + row) % c->length * c->channels + first;
        float *x = job->rows + row * job->stride + first;
        if (job->is_gated) {
            const float *gate = x + c->channels, *value = x + 2 * c->channels;
            for (size_t i = 0; i < count; i++)
                column[i] = x[i] * value[i];
            apply(c, row, first, count, filtered);
            for (size_t i = 0; i < count; i++)
                x[i] = gate[i] * filtered[i];
        } else {
            for (size_t i = 0; i < count; i++)
                column[i] = x[i];
            apply(c, row, first, count, filtered);
            for (size_t i = 0; i < count; i++)
                x[i] = filtered[i] * sigmoid(filtered[i]);
        }
    }
}

static void filter_range(const void *context, size_t begin, size_t end) {
    const filter_job *job = context;
    for (size_t block = begin; block < end; block++)
        filter_channels(job, block * CHANNELS, ck_min_size(CHANNELS, job->filter->channels - block * CHANNELS));
}

static void run_filter(ck_pool *pool, const filter_job *job) {
    const size_t blocks = (job->filter->channels + CHANNELS - 1) / CHANNELS;
    ck_pool_rows(pool, blocks, grain(CHANNELS * job->n * job->filter->taps), filter_range, job);
}

void ck_causal_convolution(ck_pool *pool, const ck_filter *filter, float *x, size_t stride, size_t n) {
    run_filter(pool, &(filter_job){filter, x, stride, n, false});
}

void ck_short_convolution(ck_pool *pool, const ck_filter *filter, float *rows, size_t stride, size_t n) {
    run_filter(pool, &(filter_job){filter, rows, stride, n, true});
}

// MARK: states

static inline float sum_of(const float *lanes) {
    float sum = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        sum += lanes[lane];
    return sum;
}

static inline float dot(const float *restrict x, const float *restrict y, size_t n) {
    float lanes[LANES] = {0};
    for (size_t i = 0; i < n; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            lanes[lane] += x[i + lane] * y[i + lane];
    return sum_of(lanes);
}

/// state = state * keep + x * y, and its product with z.
static inline float fade_and_add(float *restrict state, float keep, float x, const float *restrict y,
                                 const float *restrict z, size_t n) {
    float lanes[LANES] = {0};
    for (size_t i = 0; i < n; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const float next = state[i + lane] * keep + x * y[i + lane];
            state[i + lane] = next;
            lanes[lane] += next * z[i + lane];
        }
    return sum_of(lanes);
}

static void normalise(float *x, size_t n, float epsilon) {
    const float factor = 1 / sqrtf(dot(x, x, n) + epsilon);
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

static void normalise_range(const void *context, size_t begin, size_t end) {
    const ck_delta_args *a = context;
    for (size_t row = begin; row < end; row++)
        for (size_t head = 0; head < a->key_heads; head++) {
            normalise(a->q + row * a->stride + head * a->size, a->size, a->epsilon);
            normalise(a->k + row * a->stride + head * a->size, a->size, a->epsilon);
        }
}

static void delta_range(const void *context, size_t begin, size_t end) {
    const ck_delta_args *a = context;
    const float scale = 1 / sqrtf((float)a->size);
    for (size_t head = begin; head < end; head++) {
        float *state = a->state + head * a->size * a->size;
        const size_t key = head % a->key_heads * a->size;
        for (size_t row = 0; row < a->n; row++) {
            const size_t at = row * a->stride;
            const float *q = a->q + at + key, *k = a->k + at + key;
            float *v = a->v + at + head * a->size;
            const float keep = expf(softplus(a->alpha[at + head] + a->dt[head]) * a->a[head]);
            const float beta = sigmoid(a->beta[at + head]);
            for (size_t i = 0; i < a->size; i++) {
                float *line = state + i * a->size;
                const float error = v[i] - keep * dot(line, k, a->size);
                v[i] = scale * fade_and_add(line, keep, beta * error, k, q, a->size);
            }
        }
    }
}

void ck_delta_rule(ck_pool *pool, const ck_delta_args *args) {
    ck_pool_rows(pool, args->n, grain(2 * args->key_heads * args->size), normalise_range, args);
    ck_pool_rows(pool, args->heads, grain(args->n * args->size * args->size), delta_range, args);
}

static void scan_range(const void *context, size_t begin, size_t end) {
    const ck_scan_args *a = context;
    for (size_t head = begin; head < end; head++) {
        float *state = a->state + head * a->head_size * a->size;
        const size_t group = head / (a->heads / a->groups) * a->size;
        for (size_t row = 0; row < a->n; row++) {
            const size_t at = row * a->stride;
            const float *b = a->b + at + group, *c = a->c + at + group;
            float *x = a->x + at + head * a->head_size;
            const float step = softplus(a->dt[at + head] + a->bias[head]);
            const float keep = expf(step * a->a[head]);
            for (size_t i = 0; i < a->head_size; i++)
                x[i] = a->d[head] * x[i] + fade_and_add(state + i * a->size, keep, x[i] * step, b, c, a->size);
        }
    }
}

void ck_state_scan(ck_pool *pool, const ck_scan_args *args) {
    ck_pool_rows(pool, args->heads, grain(args->n * args->head_size * args->size), scan_range, args);
}

// MARK: gates

typedef struct gate_job {
    float *x;
    const float *gate;
    size_t x_stride, gate_stride, width;
} gate_job;

static void gate_range(const void *context, size_t begin, size_t end) {
    const gate_job *job = context;
    for (size_t row = begin; row < end; row++) {
        float *restrict x = job->x + row * job->x_stride;
        const float *restrict gate = job->gate + row * job->gate_stride;
        for (size_t i = 0; i < job->width; i++)
            x[i] *= sigmoid(gate[i]);
    }
}

void ck_sigmoid_gate(ck_pool *pool, float *x, size_t x_stride, const float *gate, size_t gate_stride, size_t n,
                     size_t width) {
    const gate_job job = {x, gate, x_stride, gate_stride, width};
    ck_pool_rows(pool, n, grain(width), gate_range, &job);
}
