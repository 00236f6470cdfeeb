// The table of kernels: filled once, scalar first, overwritten upwards by what the processor has.
#pragma once
#include "ck_formats.h"

typedef enum ck_isa {
    CK_SCALAR = 0,
    CK_AVX2 = 1,       // with FMA and F16C
    CK_AVX512VNNI = 2, // with AVX-512 F, BW, VL and DQ
    CK_NEON = 3,       // with the dot product extension (Armv8.2 asimddp)
} ck_isa;

/// Rows that a product works on together: two panels.
#define CK_UNIT_ROWS 32
/// Elements of a row that are unpacked at a time, at most.
#define CK_CHUNK 512
/// Columns that are multiplied by packed rows at a time, at most.
#define CK_BATCH 8

/// Quantised activations of some columns (tokens). Every group of 32 elements has one scale:
///     x[k] ≈ scale * (high[k] + low[k] / 256)        |high| ≤ 127, |low| ≤ 127
/// `low`, a correction of the rounding, is zero for most groups and left out of the work: only groups whose bit in
/// `low_mask` is set have it. They are those whose largest element stands out of its column, where rounding to 8 bits
/// would hurt. A column that holds NaN or Inf gets NaN for its scales and sums, hence NaN for all its results.
typedef struct ck_columns {
    size_t cols;         // elements of a column, a multiple of 32
    uint8_t *high, *low; // (n, cols): signed bytes, or 128 more when `biased`
    bool biased; // what the products of many columns read if the instruction set wants it; never by `multiply_packed`
    int16_t *pairs;     // (n, cols / 16, 2, 2): sums over sixteen elements of high, then of low: elements 0 and 1 of
                        // every four, and 2 and 3
    int16_t *wide;      // (n, cols): 256 * high + low, as the instruction set wants it; NULL when no type needs it
    float *scale, *sum; // (n, cols / 32): the scale, and the sum of the group's x as quantised
    uint8_t *low_mask;  // (n, ck_mask_bytes): bit g % 8 of byte g / 8 is set when group g has a low part
} ck_columns;

/// The low part of a group, side by side with others: products read it from one panel of weights after the other.
typedef struct ck_low_group {
    uint8_t x[CK_GROUP];
    int16_t pairs[4];       // (2, 2): sums of x over sixteen elements, as in `ck_columns`
    float scale;            // what x is multiplied by: the group's, / 256
    uint16_t column, group; // of a piece of work, from 0
} ck_low_group;

/// Bytes of a column's mask: whole words.
static inline size_t ck_mask_bytes(size_t cols) {
    return (cols / 32 + 63) / 64 * 8;
}

/// What belongs to one step of 32 unpacked rows: 32 elements, or 16 for Q6_K. weight[k] = scale * w[k] + min.
typedef struct ck_step {
    float scale[CK_UNIT_ROWS], min[CK_UNIT_ROWS];
    int16_t bias[CK_UNIT_ROWS * 2]; // what biased activations add to the sums of w, negated: see `pairs`
} ck_step;

/// 32 rows of weights, unpacked.
typedef struct ck_panel {
    void *w; // as the instruction set wants them
    ck_step *steps;
} ck_panel;

/// Quantises x (cols) into column `column`. Groups whose largest magnitude is above `threshold` times the mean of those
/// of all groups get a low part: 0 for all groups, infinity for none.
typedef void (*ck_quantise_fn)(const float *x, float threshold, const ck_columns *out, size_t column);

/// Unpacks `count` elements (whole blocks) of sixteen packed rows, as rows 16 * slot ... of a panel.
typedef void (*ck_unpack_fn)(const uint8_t *packed, size_t count, size_t slot, ck_panel out);

/// A piece of work: groups [group, group + groups) of columns [column, column + columns).
typedef struct ck_piece {
    const ck_columns *x;
    size_t column, columns, group, groups;
    const ck_low_group *low; // those of its groups that have a low part, group by group, columns in order
    size_t low_count;
    const uint8_t *prefetch; // packed weights that are unpacked next: two stretches, to be asked for meanwhile
    size_t prefetch_bytes, prefetch_stride;
} ck_piece;

/// acc[column][row] += Σ scale * (w · high) + min * sum(x), groups in order, and acc[column][32 + row] +=
/// Σ scale * (w · low) / 256 over those that have it. A dot product of one step is exact; steps are added in F32.
/// acc is (columns, 64), aligned to 64. Kernels that read `wide` do all of it in the first 32.
typedef void (*ck_multiply_fn)(ck_panel panel, const ck_piece *piece, float *acc);

/// The same for few columns (1 to CK_BATCH), straight from sixteen packed rows: those of `piece`, whole blocks. Only
/// the first sixteen of 32 sums are touched. Equal to the above bit by bit.
typedef void (*ck_multiply_packed_fn)(const uint8_t *packed, const ck_piece *piece, float *acc);

/// Sums of a block of columns on their way out.
typedef struct ck_sums {
    const float *acc; // (columns, acc_stride); the low sums of a row lie CK_UNIT_ROWS behind it, if `has_low`
    size_t acc_stride, columns, rows; // rows of the output, at most CK_UNIT_ROWS
    bool has_low, accumulate;
    const float *bias;     // (rows) or NULL
    const float *residual; // (columns, residual_stride) or NULL
    size_t residual_stride;
    float *out; // (columns, out_stride)
    size_t out_stride;
} ck_sums;

/// out[column][row] = acc[row] (+ low[row]) (+ bias[row]) (+ residual[column][row]) (+ out[column][row]), added in this
/// order.
typedef void (*ck_finish_fn)(const ck_sums *sums);

/// Multiplies bytes in registers for `rounds` rounds and returns the number of multiplications.
typedef uint64_t (*ck_multiply_registers_fn)(size_t rounds);

/// Sixteen packed rows to floats (count, 16).
typedef void (*ck_unpack_float_fn)(const ck_format *format, const uint8_t *packed, size_t count, float *out);
/// One panel of sixteen rows, or two, and columns of floats.
typedef struct ck_float_piece {
    const float *w; // (taps, count, 16); the second panel's lie w_stride behind
    size_t w_stride, panels;
    const float *x; // (columns, count), columns x_stride apart; those of the next tap begin x_tap behind
    size_t x_stride, x_tap, columns, count, taps;
    bool from_zero; // the sums begin here: acc is written over
} ck_float_piece;

/// acc[column][row] += Σ w[tap][k][row] * x[tap][column][k], taps and k in order; acc is (columns, 16 * panels),
/// aligned to 64.
typedef void (*ck_multiply_float_fn)(const ck_float_piece *piece, float *acc);

typedef struct ck_logit_stats {
    float log_sum_exp; // natural
    float entropy;     // nats, of the softmax at temperature 1
    float margin;      // largest minus second largest logit; 0 when there is only one
    uint32_t top;      // index of the largest, the lowest index among equals
    float top_logit;
} ck_logit_stats;

typedef struct ck_kernels {
    ck_isa isa;
    const char *name;

    // Matrix products.
    ck_quantise_fn quantise;
    bool reads_wide[CK_TYPE_COUNT]; // which of the two forms of activations a type's kernels read
    bool biased;                    // what `multiply` wants of `high` and `low`
    ck_unpack_fn unpack[CK_TYPE_COUNT];
    ck_multiply_fn multiply[CK_TYPE_COUNT];
    /// For up to `packed_columns` columns, of which the weights are to be read but once. NULL: unpack and multiply.
    ck_multiply_packed_fn multiply_packed[CK_TYPE_COUNT];
    size_t packed_columns;
    ck_unpack_float_fn unpack_float[CK_TYPE_COUNT];
    ck_multiply_float_fn multiply_float;
    ck_finish_fn finish;
    ck_multiply_registers_fn multiply_registers;

    // Rows of n floats. In place (out == x) is allowed everywhere; other overlaps are not.
    /// out = x / sqrt(mean(x²) + epsilon) * weight
    void (*rms_norm)(const float *x, const float *weight, float epsilon, size_t n, float *out);
    /// out = (x - mean) / sqrt(variance + epsilon) * weight + bias
    void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, size_t n, float *out);
    /// out = gate / (1 + e^-gate) * up
    void (*swiglu)(const float *gate, const float *up, size_t n, float *out);
    /// out = x / 2 * (1 + erf(x / √2)), absolute error below 1e-6 * max(1, |x|)
    void (*gelu)(const float *x, size_t n, float *out);
    /// out = gate / 2 * (1 + tanh(√(2/π) (gate + 0.044715 gate³))) * up, as Gemma has it
    void (*geglu_tanh)(const float *gate, const float *up, size_t n, float *out);
    /// out = tanh(x) / (1 + e^-y): the gate of WaveNet. Absolute error below 1e-6
    void (*gated_tanh)(const float *x, const float *y, size_t n, float *out);
    /// out = x, times `slope` where it is negative
    void (*leaky_relu)(const float *x, float slope, size_t n, float *out);
    /// out += x
    void (*add)(const float *x, size_t n, float *out);
    /// Softmax in place; all -Inf gives NaN, as dividing by a zero sum does.
    void (*softmax)(float *x, size_t n);
    ck_logit_stats (*logit_stats)(const float *x, size_t n);
    void (*f32_to_f16)(const float *x, size_t n, uint16_t *out);
    void (*f16_to_f32)(const uint16_t *x, size_t n, float *out);

    // Attention over panels of sixteen positions; see ck_attention.h.
    /// scores[row][position] = q[row] · k[position]; q is (rows, head), k is (panels, head, 16) f16, scores stride
    /// given.
    void (*scores)(const float *q, size_t rows, const uint16_t *k, size_t panels, size_t head, float *out,
                   size_t stride);
    /// One step of the online softmax over n scores: raises *largest, turns scores into e^(s - largest), adds them to
    /// *sum (rescaled), and returns the factor for what was accumulated before.
    float (*online_softmax)(float *scores, size_t n, float *largest, float *sum);
    /// acc[row] += Σ p[row][position] * v[position]; v is (n, head) f16, p stride given, acc is (rows, head).
    void (*mix)(const float *p, size_t stride, size_t rows, const uint16_t *v, size_t n, size_t head, float *acc);

    // Keys and values in Q8_0 to F16, laid out as the two above read them; see ck_attention.h.
    /// Panels of sixteen keys: out is (panels, head, 16).
    void (*widen_keys)(const uint8_t *k, size_t panels, size_t head, uint16_t *out);
    /// `blocks` blocks of 32: out is (blocks, 32).
    void (*widen_values)(const uint8_t *v, size_t blocks, uint16_t *out);
} ck_kernels;

/// The table of the level in use. The first call picks the highest level the processor has, or the one that the
/// environment variable BRIM_KERNELS names (scalar, avx2, avx512vnni, neon) when the processor has it.
const ck_kernels *ck_active(void);

/// The table of a level, or NULL when the processor does not have it.
const ck_kernels *ck_table(ck_isa isa);

/// Uses `isa` from now on. Returns 0, or -1 when the processor does not have it. Not while products run.
/// Packed matrices stay valid: their layout is the same on every level.
int ck_select(ck_isa isa);

/// What BRIM_KERNELS asked for was unknown or is not available here: its value was ignored.
bool ck_request_ignored(void);
