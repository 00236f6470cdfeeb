// Quantising weights, scalar (there is no other: a model is written once, at the speed of a disk).
#include "ck_quantise.h"
#include "ck_quantise_k.h"
#include "ck_scalar.h"

static void store_half(uint8_t *p, float value) {
    const uint16_t half = ck_f32_to_f16(value);
    memcpy(p, &half, 2);
}

/// 1 / scale, and 0 for scales so small that it is no number.
static float inverse_of(float scale) {
    return fabsf(scale) >= 0x1p-126f ? 1 / scale : 0;
}

/// Rounds down x ≥ 0 and keeps it at or below `largest`.
static unsigned below(float x, unsigned largest) {
    return x >= (float)largest ? largest : x > 0 ? (unsigned)x : 0;
}

// MARK: floats

static void quantise_f32(const float *x, uint8_t *block) {
    memcpy(block, x, 4);
}
static void quantise_f16(const float *x, uint8_t *block) {
    store_half(block, *x);
}

// MARK: blocks of 32

/// The value of largest magnitude, the first among equals.
static float extreme(const float *x) {
    float found = 0;
    for (unsigned i = 0; i < 32; i++)
        found = fabsf(x[i]) > fabsf(found) ? x[i] : found;
    return found;
}

static void range_of(const float *x, float *least, float *most) {
    *least = *most = x[0];
    for (unsigned i = 1; i < 32; i++) {
        *least = x[i] < *least ? x[i] : *least;
        *most = x[i] > *most ? x[i] : *most;
    }
}

/// Elements 0–15 in the low nibbles, 16–31 in the high ones; returns the fifth bits.
static uint32_t store_nibbles(const unsigned *q, uint8_t *nibbles) {
    uint32_t high = 0;
    for (unsigned i = 0; i < 16; i++) {
        nibbles[i] = (uint8_t)((q[i] & 15) | (q[i + 16] & 15) << 4);
        high |= (uint32_t)(q[i] >> 4) << i | (uint32_t)(q[i + 16] >> 4) << (i + 16);
    }
    return high;
}

/// Q4_0 and Q5_0: the extreme becomes the most negative integer, -`half`.
static void quantise_around_zero(const float *x, unsigned half, float *scale, unsigned *q) {
    *scale = extreme(x) / -(float)half;
    const float inverse = inverse_of(*scale);
    for (unsigned i = 0; i < 32; i++)
        q[i] = below(x[i] * inverse + ((float)half + 0.5f), 2 * half - 1);
}

/// Q4_1 and Q5_1: the range becomes 0…`levels`.
static void quantise_range(const float *x, unsigned levels, float *scale, float *min, unsigned *q) {
    float most;
    range_of(x, min, &most);
    *scale = (most - *min) / (float)levels;
    const float inverse = inverse_of(*scale);
    for (unsigned i = 0; i < 32; i++)
        q[i] = below((x[i] - *min) * inverse + 0.5f, levels);
}

static void quantise_q4_0(const float *x, uint8_t *block) {
    float scale;
    unsigned q[32];
    quantise_around_zero(x, 8, &scale, q);
    store_half(block, scale);
    store_nibbles(q, block + 2);
}

static void quantise_q4_1(const float *x, uint8_t *block) {
    float scale, min;
    unsigned q[32];
    quantise_range(x, 15, &scale, &min, q);
    store_half(block, scale);
    store_half(block + 2, min);
    store_nibbles(q, block + 4);
}

static void quantise_q5_0(const float *x, uint8_t *block) {
    float scale;
    unsigned q[32];
    quantise_around_zero(x, 16, &scale, q);
    store_half(block, scale);
    const uint32_t high = store_nibbles(q, block + 6);
    memcpy(block + 2, &high, 4);
}

static void quantise_q5_1(const float *x, uint8_t *block) {
    float scale, min;
    unsigned q[32];
    quantise_range(x, 31, &scale, &min, q);
    store_half(block, scale);
    store_half(block + 2, min);
    const uint32_t high = store_nibbles(q, block + 8);
    memcpy(block + 4, &high, 4);
}

static void quantise_q8_0(const float *x, uint8_t *block) {
    const float scale = fabsf(extreme(x)) / 127, inverse = inverse_of(scale);
    store_half(block, scale);
    for (unsigned i = 0; i < 32; i++)
        block[2 + i] = (uint8_t)(int8_t)roundf(x[i] * inverse);
}

// MARK: the table

typedef void (*quantise_fn)(const float *x, uint8_t *block);

static const quantise_fn quantisers[CK_TYPE_COUNT] = {
    [CK_F32] = quantise_f32,      [CK_F16] = quantise_f16,      [CK_Q4_0] = quantise_q4_0, [CK_Q4_1] = quantise_q4_1,
    [CK_Q5_0] = quantise_q5_0,    [CK_Q5_1] = quantise_q5_1,    [CK_Q8_0] = quantise_q8_0, [CK_Q4_K] = ck_quantise_q4_k,
    [CK_Q5_K] = ck_quantise_q5_k, [CK_Q6_K] = ck_quantise_q6_k,
};

bool ck_can_quantise(uint32_t type) {
    return type < CK_TYPE_COUNT && quantisers[type];
}

void ck_quantise_row(uint32_t type, const float *x, uint8_t *blocks, size_t count) {
    const ck_format *format = ck_format_of(type);
    for (size_t i = 0; i < count; i += format->block_elements, blocks += format->block_bytes)
        quantisers[type](x + i, blocks);
}

// MARK: one type to another

typedef struct rewriting {
    const ck_format *from, *to;
    uint32_t to_type;
    const uint8_t *in;
    uint8_t *out;
    size_t count;
} rewriting;

/// Rewrites runs [begin, end) of CK_MAX_BLOCK elements, which are whole blocks of any type.
static void rewrite_runs(const void *context, size_t begin, size_t end) {
    const rewriting *job = context;
    float values[CK_MAX_BLOCK];
    for (size_t run = begin; run < end; run++) {
        const size_t at = run * CK_MAX_BLOCK, count = ck_min_size(CK_MAX_BLOCK, job->count - at);
        ck_dequantise_row(job->from, job->in + at / job->from->block_elements * job->from->block_bytes, values, count);
        ck_quantise_row(job->to_type, values, job->out + at / job->to->block_elements * job->to->block_bytes, count);
    }
}

void ck_requantise(ck_pool *pool, uint32_t from, const uint8_t *in, uint32_t to, uint8_t *out, size_t count) {
    const rewriting job = {ck_format_of(from), ck_format_of(to), to, in, out, count};
    ck_pool_rows(pool, (count + CK_MAX_BLOCK - 1) / CK_MAX_BLOCK, 64, rewrite_runs, &job);
}
