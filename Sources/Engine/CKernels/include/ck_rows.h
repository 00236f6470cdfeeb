// Operations on (rows, n) matrices of floats, split over the workers of a pool (NULL: on the calling thread).
// Rows are `stride` floats apart. In place is allowed; other overlaps are not. NaN and Inf pass through as in IEEE 754.
#pragma once
#include "ck_pool.h"
#include "ck_table.h"

typedef struct ck_rows_args {
    const float *x, *y; // y: second operand of the operations that have one
    size_t x_stride, y_stride;
    float *out;
    size_t out_stride, rows, n;
    const float *weight, *bias; // (n)
    float epsilon;
} ck_rows_args;

void ck_rms_norm_rows(ck_pool *pool, const ck_rows_args *args);
void ck_layer_norm_rows(ck_pool *pool, const ck_rows_args *args);
void ck_swiglu_rows(ck_pool *pool, const ck_rows_args *args);     // out = silu(x) * y
void ck_geglu_tanh_rows(ck_pool *pool, const ck_rows_args *args); // out = gelu_tanh(x) * y
void ck_gated_tanh_rows(ck_pool *pool, const ck_rows_args *args); // out = tanh(x) * sigmoid(y)
void ck_gelu_rows(ck_pool *pool, const ck_rows_args *args);
void ck_add_rows(ck_pool *pool, const ck_rows_args *args);     // out += x
void ck_softmax_rows(ck_pool *pool, const ck_rows_args *args); // in place on out

/// Rotates the first `rotary` elements of each of `heads` heads by the angles of one position.
/// cosine and sine are (rotary / 2). Pairs are (2i, 2i + 1), or (i, i + rotary / 2) when `neox`.
void ck_rope(float *x, size_t heads, size_t head_size, const float *cosine, const float *sine, size_t rotary,
             bool neox);

/// The same for `rows` positions: x rows `stride` apart, cosine and sine (rows, rotary / 2).
void ck_rope_rows(ck_pool *pool, float *x, size_t stride, size_t rows, size_t heads, size_t head_size,
                  const float *cosine, const float *sine, size_t rotary, bool neox);
