// What layers without attention compute along a sequence: filters over its latest columns, and states that fade.
// Rows are tokens, `stride` floats apart, and are changed in place. Results do not depend on how many rows come at
// once, nor on the threads. All loops are portable C: what they take is a few hundredths of what a layer's matrices
// take.
#pragma once
#include "ck_pool.h"
#include <stdbool.h>

/// The latest columns of a sequence in a ring: column i of all that there were lies at i % length.
typedef struct ck_filter {
    float *ring; // (length, channels); length >= taps
    size_t length, channels;
    size_t next;          // the column that comes next
    size_t before;        // how many columns came before; what came before those counts as zero
    size_t taps;          // of each channel's filter
    const float *weights; // (taps, channels), the oldest column first
    const float *bias;    // (channels), or NULL
} ck_filter;

/// x = silu(filter of x + bias), where x is (n, channels).
void ck_causal_convolution(ck_pool *pool, const ck_filter *filter, float *x, size_t stride, size_t n);

/// Rows are (b, c, x), channels each: b = c * filter of (b * x).
void ck_short_convolution(ck_pool *pool, const ck_filter *filter, float *rows, size_t stride, size_t n);

/// The rule of a gated DeltaNet. A head's state is a matrix that maps keys to values: it fades, and is then corrected
/// by a share beta of the difference between the value and what it gave for the key.
typedef struct ck_delta_args {
    float *q, *k;              // (n, key_heads * size): brought to length 1
    float *v;                  // (n, heads * size): replaced by what the state gives for the query, over sqrt(size)
    const float *beta, *alpha; // (n, heads): before their sigmoid and softplus
    size_t stride, n, key_heads, heads, size; // head h reads key head h % key_heads; size % 8 == 0
    const float *a, *dt;                      // (heads): the state fades by exp(a * softplus(alpha + dt))
    float *state;                             // (heads, size, size): a row holds what makes one element of a value
    float epsilon;
} ck_delta_args;

void ck_delta_rule(ck_pool *pool, const ck_delta_args *args);

/// The scan of Mamba-2: state = state * exp(a * step) + x * step * b, y = state . c + d * x, where step = softplus(dt +
/// bias).
typedef struct ck_scan_args {
    float *x;                                         // (n, heads * head_size): replaced by y
    const float *b, *c;                               // (n, groups * size)
    const float *dt;                                  // (n, heads)
    size_t stride, n, heads, head_size, groups, size; // head h reads group h / (heads / groups); size % 8 == 0
    const float *a, *d, *bias;                        // (heads)
    float *state;                                     // (heads, head_size, size)
} ck_scan_args;

void ck_state_scan(ck_pool *pool, const ck_scan_args *args);

/// x = x * sigmoid(gate), both (n, width).
void ck_sigmoid_gate(ck_pool *pool, float *x, size_t x_stride, const float *gate, size_t gate_stride, size_t n,
                     size_t width);
