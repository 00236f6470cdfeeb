// Operations on matrices of floats: the table's row operations, split over workers; and RoPE, which needs no variants.
#include "ck_rows.h"

/// Elements below which a share is not worth a wake-up.
enum { GRAIN = 8192 };

static void split(ck_pool *pool, const ck_rows_args *args, ck_range_job job) {
    ck_pool_rows(pool, args->rows, GRAIN / (args->n + 1) + 1, job, args);
}

#define ROWS_OPERATION(name, call)                                                                                     \
    static void name##_range(const void *context, size_t begin, size_t end) {                                          \
        const ck_rows_args *a = context;                                                                               \
        const ck_kernels *kernels = ck_active();                                                                       \
        for (size_t row = begin; row < end; row++) {                                                                   \
            const float *x = a->x + row * a->x_stride, *y = a->y + row * a->y_stride;                                  \
            float *out = a->out + row * a->out_stride;                                                                 \
            (void)x, (void)y;                                                                                          \
            kernels->call;                                                                                             \
        }                                                                                                              \
    }                                                                                                                  \
    void ck_##name##_rows(ck_pool *pool, const ck_rows_args *args) {                                                   \
        split(pool, args, name##_range);                                                                               \
    }

ROWS_OPERATION(rms_norm, rms_norm(x, a->weight, a->epsilon, a->n, out))
ROWS_OPERATION(layer_norm, layer_norm(x, a->weight, a->bias, a->epsilon, a->n, out))
ROWS_OPERATION(swiglu, swiglu(x, y, a->n, out))
ROWS_OPERATION(geglu_tanh, geglu_tanh(x, y, a->n, out))
ROWS_OPERATION(gated_tanh, gated_tanh(x, y, a->n, out))
ROWS_OPERATION(gelu, gelu(x, a->n, out))
ROWS_OPERATION(add, add(x, a->n, out))
ROWS_OPERATION(softmax, softmax(out, a->n))

/// Turns the pairs (step * i, step * i + apart) of a head. With constants for both the loop becomes one over vectors.
static inline void turn(float *restrict x, size_t pairs, const size_t step, size_t apart, const float *restrict cosine,
                        const float *restrict sine) {
    for (size_t i = 0; i < pairs; i++) {
        const float a = x[i * step], b = x[i * step + apart];
        x[i * step] = a * cosine[i] - b * sine[i];
        x[i * step + apart] = a * sine[i] + b * cosine[i];
    }
}

void ck_rope(float *x, size_t heads, size_t head_size, const float *cosine, const float *sine, size_t rotary,
             bool neox) {
    const size_t pairs = rotary / 2;
    for (size_t head = 0; head < heads; head++, x += head_size) {
        if (neox)
            turn(x, pairs, 1, pairs, cosine, sine);
        else
            turn(x, pairs, 2, 1, cosine, sine);
    }
}

typedef struct rope_job {
    float *x;
    size_t stride, heads, head_size, rotary;
    const float *cosine, *sine;
    bool neox;
} rope_job;

static void rope_range(const void *context, size_t begin, size_t end) {
    const rope_job *j = context;
    for (size_t row = begin; row < end; row++) {
        const size_t angles = row * (j->rotary / 2);
        ck_rope(j->x + row * j->stride, j->heads, j->head_size, j->cosine + angles, j->sine + angles, j->rotary,
                j->neox);
    }
}

void ck_rope_rows(ck_pool *pool, float *x, size_t stride, size_t rows, size_t heads, size_t head_size,
                  const float *cosine, const float *sine, size_t rotary, bool neox) {
    const rope_job job = {x, stride, heads, head_size, rotary, cosine, sine, neox};
    ck_pool_rows(pool, rows, GRAIN / (heads * head_size + 1) + 1, rope_range, &job);
}
