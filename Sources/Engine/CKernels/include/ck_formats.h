// Weight formats: what a block of each GGML type holds, how one value is read from it, and which blocks are refused.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Weight types under GGML's numbers.
enum {
    CK_F32 = 0,
    CK_F16 = 1,
    CK_Q4_0 = 2,
    CK_Q4_1 = 3,
    CK_Q5_0 = 6,
    CK_Q5_1 = 7,
    CK_Q8_0 = 8,
    CK_Q2_K = 10,
    CK_Q3_K = 11,
    CK_Q4_K = 12,
    CK_Q5_K = 13,
    CK_Q6_K = 14,
    CK_IQ4_NL = 20,
    CK_IQ4_XS = 23,
    CK_BF16 = 30,
    CK_MXFP4 = 39,
    CK_TYPE_COUNT = 40,
};

/// Elements that share one activation sum and, in every type but Q2_K, Q3_K and Q6_K, one scale.
#define CK_GROUP 32
/// The largest block of any type, in elements.
#define CK_MAX_BLOCK 256

/// A run of `count` equal units of `unit` bytes inside a block: what packing interleaves across rows.
typedef struct ck_section {
    uint16_t offset, unit, count;
} ck_section;

/// One block as integers: weight[i] = scale[i / 16] * q[i] + min[i / 16].
/// Sixteen, the smallest sub-block of any type, is the step for all of them; the other types repeat their values.
typedef struct ck_decoded_block {
    int8_t q[CK_MAX_BLOCK];
    float scale[CK_MAX_BLOCK / 16];
    float min[CK_MAX_BLOCK / 16];
} ck_decoded_block;

/// What is to be known about a type. Immutable, static.
typedef struct ck_format {
    const char *name;
    uint16_t block_elements, block_bytes;
    /// Quantised: integers with scales. False for F32, F16 and BF16, whose block is one element.
    bool quantised;
    ck_section sections[4];
    uint16_t section_count;
    /// Reads one block in GGML's own layout. NULL for the float types.
    void (*decode)(const uint8_t *block, ck_decoded_block *out);
    /// Converts `count` values of a float type. NULL for the quantised types.
    void (*dequantise)(const uint8_t *values, float *out, size_t count);
    /// True when every scale of the block is a finite number (for the float types: the value itself), and so are the
    /// weights it makes.
    bool (*valid)(const uint8_t *block);
} ck_format;

/// The format of a GGML type number, or NULL when this module does not know it.
const ck_format *ck_format_of(uint32_t type);

/// Bytes of one row of `cols` elements, 0 when `cols` is not a whole number of blocks or the size overflows.
size_t ck_row_bytes(const ck_format *format, size_t cols);

/// Dequantises `count` elements (a whole number of blocks) from GGML's layout. Source of truth for every other path.
/// Finite scales give finite values; a scale that is NaN or Inf gives NaN or Inf, which `ck_first_invalid_block` finds.
void ck_dequantise_row(const ck_format *format, const uint8_t *blocks, float *out, size_t count);

/// The index of the first block with a scale that is NaN or Inf, or `block_count` when all are sound.
/// The loader makes sure of it, see `ck_pack`: the kernels rely on it and do not look again.
size_t ck_first_invalid_block(const ck_format *format, const uint8_t *blocks, size_t block_count);

/// Quantises a row to Q8_0 blocks by rounding to nearest, ties to even. `count` is a multiple of 32.
/// A block holding NaN or Inf, or one whose scale does not fit F16, gets an infinite scale: validation refuses it.
void ck_quantise_row_q8_0(const float *x, uint8_t *blocks, size_t count);

float ck_f16_to_f32(uint16_t half);
/// Rounds to nearest, ties to even; too large becomes Inf.
uint16_t ck_f32_to_f16(float value);
