// Matrix products: packed weights times N columns of activations, on all workers of a pool.
#pragma once
#include "ck_pack.h"
#include "ck_pool.h"

typedef enum ck_precision {
    CK_MIXED = 0, // 8-bit activations, 16-bit in the groups of 32 that stand out: the fast path
    CK_INT8 = 1,  // 8-bit activations throughout
    CK_INT16 = 2, // 16-bit activations throughout
    CK_FLOAT = 3, // F32 activations and dequantised weights: the yardstick. Float weights always use it
} ck_precision;

typedef struct ck_matmul_args {
    /// Matrices that share the activations: their rows are stacked in the output. All have the same number of columns.
    const ck_matrix *parts;
    size_t part_count;
    const float *x; // (n, cols), rows x_stride apart
    size_t x_stride, n;
    float *out; // (n, sum of rows), rows out_stride apart; must not overlap x
    size_t out_stride;
    const float *bias; // (sum of rows) or NULL
    bool accumulate;   // out += instead of out =
    ck_precision precision;
    /// With CK_MIXED: groups whose largest element is above this times the mean of those of all groups stand out. 0
    /// keeps all of them in 16 bits, infinity none.
    float outlier_threshold;
    void *workspace; // aligned to 64
    size_t workspace_bytes;
} ck_matmul_args;

/// Workspace for products of up to `n` columns of `cols` elements on `workers` workers, whatever type and level.
size_t ck_matmul_workspace(size_t n, size_t cols, size_t workers);

/// out = W x (+ bias). Returns false, with nothing written, when the workspace is too small.
/// Every result depends on its own row and column alone: not on n, the number of workers or the order of work.
bool ck_matmul(ck_pool *pool, const ck_matmul_args *args);
