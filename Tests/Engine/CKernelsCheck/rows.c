// Rows of floats, and the worker pool.
#include "check.h"

enum { LONGEST = 600 };

static void fill(float *x, size_t n, float size) {
    for (size_t i = 0; i < n; i++)
        x[i] = random_float(-size, size);
}

static void same(const char *level, const char *what, size_t n, const float *got, const float *wanted, float relative,
                 float absolute) {
    for (size_t i = 0; i < n; i++)
        check(fabsf(got[i] - wanted[i]) <= relative * fabsf(wanted[i]) + absolute ||
                  (isnan(got[i]) && isnan(wanted[i])) || got[i] == wanted[i],
              "%s: %s of %zu elements: [%zu] is %g, not %g", level, what, n, i, (double)got[i], (double)wanted[i]);
}

/// The plain level against the C library in double precision.
static void check_definitions(const ck_kernels *scalar, size_t n) {
    float x[LONGEST], y[LONGEST], got[LONGEST], wanted[LONGEST] = {0};
    fill(x, n, 12);
    fill(y, n, 2);
    scalar->gelu(x, n, got);
    for (size_t i = 0; i < n; i++)
        wanted[i] = (float)(x[i] / 2.0 * (1 + erf(x[i] * sqrt(0.5))));
    same("definition", "gelu", n, got, wanted, 1e-6f, 2e-6f);
    scalar->swiglu(x, y, n, got);
    for (size_t i = 0; i < n; i++)
        wanted[i] = (float)(x[i] / (1 + exp(-(double)x[i])) * y[i]);
    same("definition", "swiglu", n, got, wanted, 1e-6f, 1e-6f);
    scalar->geglu_tanh(x, y, n, got);
    for (size_t i = 0; i < n; i++)
        wanted[i] =
            (float)(x[i] / 2.0 * (1 + tanh(sqrt(2 / 3.14159265358979) * (x[i] + 0.044715 * pow(x[i], 3)))) * y[i]);
    same("definition", "geglu", n, got, wanted, 2e-6f, 1e-5f);
    double squares = 0, total = 0, largest = -1e30;
    for (size_t i = 0; i < n; i++) {
        squares += (double)x[i] * x[i];
        largest = fmax(largest, x[i]);
    }
    scalar->rms_norm(x, y, 1e-5f, n, got);
    for (size_t i = 0; i < n; i++)
        wanted[i] = (float)(x[i] / sqrt(squares / (double)n + 1e-5) * y[i]);
    same("definition", "rms_norm", n, got, wanted, 2e-6f, 1e-7f);
    memcpy(got, x, sizeof got);
    scalar->softmax(got, n);
    for (size_t i = 0; i < n; i++)
        total += exp(x[i] - largest);
    double entropy = 0;
    for (size_t i = 0; i < n; i++) {
        const double p = exp(x[i] - largest) / total;
        wanted[i] = (float)p;
        entropy -= p * log(p);
    }
    same("definition", "softmax", n, got, wanted, 3e-6f, 1e-9f);
    const ck_logit_stats stats = scalar->logit_stats(x, n);
    check(fabs(stats.log_sum_exp - (largest + log(total))) < 1e-5 && fabs(stats.entropy - entropy) < 1e-5 &&
              (double)x[stats.top] == largest,
          "definition: statistics of %zu logits", n);
}

static void check_length(const ck_kernels *level, const ck_kernels *scalar, size_t n, float size) {
    float x[LONGEST + 1], y[LONGEST + 1], z[LONGEST + 1], got[LONGEST + 2], wanted[LONGEST + 2];
    fill(x, n + 1, size);
    fill(y, n + 1, 2);
    fill(z, n + 1, 2);
    got[n + 1] = 42; // nothing is written past the end; the start is at an odd address for vectors
#define COMPARE(what, relative, absolute)                                                                              \
    same(level->name, what, n, got + 1, wanted + 1, relative, absolute);                                               \
    check(got[n + 1] == 42, "%s: %s writes past the end", level->name, what)
    level->rms_norm(x + 1, y + 1, 1e-5f, n, got + 1);
    scalar->rms_norm(x + 1, y + 1, 1e-5f, n, wanted + 1);
    COMPARE("rms_norm", 2e-6f, 1e-7f);
    level->layer_norm(x + 1, y + 1, z + 1, 1e-5f, n, got + 1);
    scalar->layer_norm(x + 1, y + 1, z + 1, 1e-5f, n, wanted + 1);
    COMPARE("layer_norm", 1e-5f, 1e-5f);
    level->swiglu(x + 1, y + 1, n, got + 1);
    scalar->swiglu(x + 1, y + 1, n, wanted + 1);
    COMPARE("swiglu", 2e-6f, 1e-30f);
    level->gelu(x + 1, n, got + 1);
    scalar->gelu(x + 1, n, wanted + 1);
    COMPARE("gelu", 2e-6f, 1e-6f);
    level->geglu_tanh(x + 1, y + 1, n, got + 1);
    scalar->geglu_tanh(x + 1, y + 1, n, wanted + 1);
    COMPARE("geglu", 2e-5f, 1e-30f);
    memcpy(got + 1, x + 1, n * 4);
    memcpy(wanted + 1, x + 1, n * 4);
    level->add(y + 1, n, got + 1);
    scalar->add(y + 1, n, wanted + 1);
    COMPARE("add", 0, 0);
    level->softmax(got + 1, n);
    scalar->softmax(wanted + 1, n);
    COMPARE("softmax", 1e-5f, 1e-30f);
    uint16_t halves[LONGEST], plain[LONGEST];
    level->f32_to_f16(x + 1, n, halves);
    scalar->f32_to_f16(x + 1, n, plain);
    check(memcmp(halves, plain, n * 2) == 0, "%s: f16 of %zu elements", level->name, n);
    level->f16_to_f32(plain, n, got + 1);
    scalar->f16_to_f32(plain, n, wanted + 1);
    COMPARE("f16_to_f32", 0, 0);

    if (n > 2)
        x[n / 2] = -INFINITY;
    const ck_logit_stats a = level->logit_stats(x + 1, n), b = scalar->logit_stats(x + 1, n);
    check(a.top == b.top && a.margin == b.margin &&
              fabsf(a.log_sum_exp - b.log_sum_exp) <= 2e-6f * fabsf(b.log_sum_exp) + 2e-6f &&
              fabsf(a.entropy - b.entropy) <= 1e-5f,
          "%s: statistics of %zu logits", level->name, n);
    float largest[2] = {-INFINITY, -INFINITY}, sum[2] = {0, 0};
    for (int round = 0; round < 3; round++) {
        fill(got + 1, n, size);
        if (round == 1)
            for (size_t i = 0; i < n; i++)
                got[i + 1] = -INFINITY;
        memcpy(wanted + 1, got + 1, n * 4);
        const float f = level->online_softmax(got + 1, n, &largest[0], &sum[0]);
        const float g = scalar->online_softmax(wanted + 1, n, &largest[1], &sum[1]);
        COMPARE("online softmax", 2e-6f, 1e-30f);
        check(fabsf(f - g) <= 2e-6f * g && largest[0] == largest[1] && fabsf(sum[0] - sum[1]) <= 1e-5f * sum[1],
              "%s: online softmax of %zu", level->name, n);
    }
}

void check_rows(const ck_kernels *level) {
    const ck_kernels *scalar = ck_table(CK_SCALAR);
    for (size_t n = 1; n <= LONGEST; n += n < 40 ? 1 : 37) {
        check_length(level, scalar, n, 4);
        check_length(level, scalar, n, 300); // exponentials at both ends of their range
        check_definitions(level, n);
    }
}

// MARK: the pool

static void count_worker(void *context, size_t worker, size_t workers) {
    int *counts = context;
    counts[worker]++;
    ck_pool_barrier(pool);
    int total = 0; // what every worker wrote before the barrier is seen by all after it
    for (size_t i = 0; i < workers; i++)
        total += counts[i];
    ck_pool_barrier(pool);
    counts[8 + worker] += total;
}

static void count_rows(const void *context, size_t begin, size_t end) {
    int *const *rows = context;
    for (size_t i = begin; i < end; i++)
        (*rows)[i]++;
}

void check_pool(void) {
    const int rounds = 500;
    int counts[16] = {0}, expected = 0;
    for (int round = 1; round <= rounds; round++) {
        ck_pool_run(pool, count_worker, counts);
        expected += round * 3;
    }
    for (int i = 0; i < 3; i++)
        check(counts[i] == rounds && counts[8 + i] == expected, "worker %d ran %d times, saw %d", i, counts[i],
              counts[8 + i]);
    int rows[101] = {0}, *all = rows;
    ck_pool_rows(pool, 101, 1, count_rows, &all);
    ck_pool_rows(pool, 101, 1000, count_rows, &all);
    ck_pool_rows(NULL, 101, 1, count_rows, &all);
    for (int i = 0; i < 101; i++)
        check(rows[i] == 3, "row %d was worked on %d times", i, rows[i]);
}
