// Convolutions over time and attention by distance: what a speech synthesiser needs beside matrix products. In F32.
#pragma once
#include "ck_pack.h"
#include "ck_pool.h"

typedef struct ck_convolution_args {
    /// (outputs, taps * inputs): the weights of one tap after the other. `inputs` is a whole number of blocks.
    const ck_matrix *weights;
    const float *x; // (rows, inputs), rows x_stride apart
    size_t x_stride, rows;
    size_t before; // zeros in front of the first row; behind the last one there are as many as are asked for
    float slope;   // what values of x below zero are multiplied by: 1 leaves them, 0 is ReLU
    size_t taps, dilation, n;
    float *out; // (n, outputs), rows out_stride apart; must not overlap x
    size_t out_stride;
    const float *bias;     // (outputs) or NULL
    const float *residual; // (n, outputs), rows residual_stride apart, or NULL: added; may be x
    size_t residual_stride;
    bool accumulate; // out += instead of out =
    void *workspace; // aligned to 64
    size_t workspace_bytes;
} ck_convolution_args;

/// Workspace for the sizes of `args`; 0 where they are too large.
size_t ck_convolution_workspace(const ck_convolution_args *args, size_t workers);

/// out[t] = Σ over taps of weights[tap] · x[t + tap * dilation - before] (+ bias) (+ residual[t]), as products of
/// matrices. Activations become 8-bit integers, one scale for 32 of them, where the weights are integers; float weights
/// meet floats. A result depends on its own rows of x and its own weights alone: not on n or the number of workers.
/// Returns false, with nothing written, when the workspace is too small.
bool ck_convolve(ck_pool *pool, const ck_convolution_args *args);

typedef struct ck_relative_attention_args {
    const float *q, *k, *v; // (n, heads * head) each, rows `stride` apart
    size_t stride, n, heads, head;
    const float *key_offsets, *value_offsets; // (2 * window + 1, head): for distances -window ... window
    size_t window;
    float scale;
    float *out; // (n, heads * head); may be q, must not overlap k and v
    size_t out_stride;
    void *workspace; // aligned to 64
    size_t workspace_bytes;
} ck_relative_attention_args;

/// 0 where the sizes are too large.
size_t ck_relative_attention_workspace(size_t n, size_t heads, size_t head);

/// Every position sees all others. Near ones (up to `window` away) add a vector of their distance to their key and to
/// their value:  out[i] = Σ p[i][j] (v[j] + value_offsets[j - i]),  p = softmax(scale * q[i] · (k[j] + key_offsets[j -
/// i])). Returns false, with nothing written, when the workspace is too small.
bool ck_relative_attention(ck_pool *pool, const ck_relative_attention_args *args);
