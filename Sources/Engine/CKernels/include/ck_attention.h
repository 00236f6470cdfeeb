// Grouped-query attention over a cache of keys and values in F16, or in bytes with scales.
#pragma once
#include "ck_pool.h"
#include <stdbool.h>

/// Positions of a panel of keys.
#define CK_KEY_PANEL 16
/// The longest head that attention takes, in elements; heads are multiples of 8.
#define CK_MAX_HEAD 256

/// Bytes of 32 elements in Q8_0: a scale in F16, and a byte each.
#define CK_KV_BLOCK 34

/// How keys and values are kept. Heads in Q8_0 are multiples of 32.
typedef enum ck_kv_type { CK_KV_F16 = 0, CK_KV_Q8_0 = 1 } ck_kv_type;

/// Keys and values of one layer; the memory is the caller's and starts as zeros. `capacity` is a multiple of 16.
/// In F16 k is (heads, capacity / 16, head_size, 16) and v is (heads, capacity, head_size): sixteen positions of a key
/// element lie together, so that scores need no horizontal sums. In Q8_0 k is (heads, capacity / 16, head_size / 32) of
/// sixteen scales and (32, 16) bytes, of keys turned by `ck_hadamard`, and v is (heads, capacity, head_size / 32) of
/// GGML's blocks.
typedef struct ck_kv {
    void *k, *v;
    ck_kv_type type;
    size_t heads, head_size, capacity;
} ck_kv;

/// Turns every 32 of n elements by a Hadamard matrix, which is its own inverse. What stands out in one element of a key
/// is spread over its 32, so that one scale suits them all; scores stay what they are where queries are turned too.
void ck_hadamard(float *x, size_t n);

/// Bytes of the keys, or of the values, of one position of one head.
size_t ck_kv_head_bytes(ck_kv_type type, size_t head_size);

/// Writes `n` positions from `position` on; k and v are (n, heads * head_size), rows `k_stride` and `v_stride` apart.
/// Values beyond F16 (65504), or beyond 127 times as much, become Inf or NaN.
void ck_kv_store(ck_pool *pool, const ck_kv *kv, const float *k, size_t k_stride, const float *v, size_t v_stride,
                 size_t position, size_t n);

/// Forgets positions [begin, end): those of [end, length) move down, and their keys are turned back by as many
/// positions. cosine and sine hold the angles of end - begin positions, (rotary / 2) each; `neox` as in `ck_rope`.
void ck_kv_remove(const ck_kv *kv, size_t begin, size_t end, size_t length, const float *cosine, const float *sine,
                  size_t rotary, bool neox);

typedef struct ck_attention_args {
    const ck_kv *kv;
    const float *q; // (n, heads * head_size), rows q_stride apart; head h reads key head h / (heads / kv->heads)
    size_t q_stride, n, heads;
    size_t length;     // positions in the cache that may be seen, those of the queries included
    size_t position;   // of the first query; query i sees positions 0...position + i, if causal
    bool causal;       // false: every query sees all of `length`
    size_t window;     // 0, or how many positions back from its own (itself included) a query sees; causal only
    float scale;       // usually 1 / √head_size
    size_t repeated;   // the last so many positions each stand for several equal ones; not with causal
    float log_repeats; // natural logarithm of how many: it is added to their scores. 0 with `repeated` 0
    float *out;        // (n, heads * head_size), rows out_stride apart; may be q
    size_t out_stride;
    void *workspace; // aligned to 64
    size_t workspace_bytes;
} ck_attention_args;

size_t ck_attention_workspace(size_t workers);

/// out = softmax(q kᵀ * scale) v, with an online softmax in F32. A query that sees nothing gives NaN.
/// Returns false, with nothing written, when the workspace is too small or a size is out of bounds.
bool ck_attention(ck_pool *pool, const ck_attention_args *args);
