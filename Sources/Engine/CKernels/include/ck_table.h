// The table of kernels: filled once, scalar first, overwritten upwards by what the processor has.
#pragma once
#include "ck_formats.h"

typedef enum ck_isa {
    CK_SCALAR = 0,
    CK_AVX2 = 1,       // with FMA and F16C
    CK_AVX512VNNI = 2, // with AVX-512 F, BW, VL and DQ
    CK_NEON = 3,       // with the dot product extension (Armv8.2 asimddp)
} ck_isa;

/// Columns (tokens) of the widest tile of any instruction set.
#define CK_MAX_TILE 16
/// Elements of a row that are unpacked at a time, at most.
#define CK_CHUNK 768

/// Activations of one tile: up to `tile` columns, interleaved as the instruction set wants them.
/// A column is quantised to 16 bits with one scale, q = round(x / scale), |q| ≤ 32512, and is exact in two signed
/// 8-bit planes, q = 256 * high + low. A column that holds NaN or Inf gets the scale NaN, hence NaN for all its
/// results.
typedef struct ck_tile {
    void *q;       // cols * tile * 2 bytes
    float *sums32; // (cols / 32, tile): sum of q over 32 elements
    float *sums16; // (cols / 16, tile): the same over 16
    float *scale;  // (tile)
} ck_tile;

/// Sixteen rows of weights, unpacked: weight[k] = scale[step] * w[k] + min[step] with steps of 32 or 16 elements.
typedef struct ck_panel {
    void *w;      // as the instruction set wants them
    float *scale; // (steps, 16)
    float *min;   // (steps, 16)
} ck_panel;

/// Quantises columns x[0..<live] (each `cols` floats, `stride` apart) into a tile of `tile` columns; the rest are zero.
/// `cols` is a multiple of 32.
typedef void (*ck_quantise_tile_fn)(const float *x, size_t stride, size_t live, size_t tile, size_t cols, ck_tile out);

/// Unpacks `count` elements (whole blocks) of sixteen packed rows.
typedef void (*ck_unpack_fn)(const uint8_t *packed, size_t count, ck_panel out);

/// acc[column][row] += sum over the steps of scale * (w · q) + min * sum(q). `acc` is (tile, 16).
/// The integer dot product of a step is exact; steps are added in order in F32.
typedef void (*ck_tile_fn)(ck_panel panel, const void *q, const float *sums, size_t steps, float *acc);

/// The same for one column straight from packed bytes: acc[16] is written, not added to. `q` and `sums` are a tile
/// of 1.
typedef void (*ck_gemv_fn)(const uint8_t *packed, size_t cols, ck_tile x, float *acc);

/// F32 activations: x (columns, `stride`) into (cols, tile), the rest zero.
typedef void (*ck_float_tile_fn)(const float *x, size_t stride, size_t live, size_t tile, size_t cols, float *out);
/// Sixteen packed rows to floats (count, 16).
typedef void (*ck_unpack_float_fn)(const ck_format *format, const uint8_t *packed, size_t count, float *out);
/// acc[column][row] += sum over k of w[k][row] * x[k][column], k in order.
typedef void (*ck_float_tile_mul_fn)(const float *w, const float *x, size_t count, float *acc);

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

    // Matrix products. [0] is the wide tile, [1] a tile of one column.
    size_t tile;
    ck_quantise_tile_fn quantise;
    ck_unpack_fn unpack[CK_TYPE_COUNT];
    ck_tile_fn tile32[2];
    ck_tile_fn tile16[2];
    ck_gemv_fn gemv[CK_TYPE_COUNT]; // NULL: unpack and use tile32[1] or tile16[1]

    size_t float_tile;
    ck_float_tile_fn float_columns;
    ck_unpack_float_fn unpack_float[CK_TYPE_COUNT];
    ck_float_tile_mul_fn float_mul[2];

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
