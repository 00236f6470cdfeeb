// Formats, scalar reference: GGML's block layouts read value by value.
#include "ck_formats.h"
#include "ck_scalar.h"

float ck_f16_to_f32(uint16_t half) {
    return ck_half(half);
}

uint16_t ck_f32_to_f16(float value) {
    const uint32_t bits = ck_f32_bits(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000)
        return (uint16_t)(sign | 0x7E00);
    if (magnitude >= 0x477FF000) // 65520 and above round to Inf
        return (uint16_t)(sign | 0x7C00);
    if (magnitude < 0x38800000) { // subnormal: adding 0.5 leaves the rounded multiple of 2^-24 in the low bits
        const float aligned = ck_bits_f32(magnitude) + 0.5f;
        return (uint16_t)(sign | (ck_f32_bits(aligned) - 0x3F000000));
    }
    const uint32_t odd = magnitude >> 13 & 1;
    return (uint16_t)(sign | ((magnitude - 0x38000000 + 0xFFF + odd) >> 13));
}

static bool finite_half(uint16_t half) {
    return (half & 0x7C00) != 0x7C00;
}

// MARK: blocks of 32

static void fill(ck_decoded_block *out, size_t steps, float scale, float min) {
    for (size_t i = 0; i < steps; i++) {
        out->scale[i] = scale;
        out->min[i] = min;
    }
}

/// Low nibbles are elements 0–15, high nibbles 16–31; `high` holds one more bit for each element.
static void decode_nibbles(const uint8_t *nibbles, uint32_t high, int offset, int8_t *q) {
    for (unsigned i = 0; i < 16; i++) {
        q[i] = (int8_t)((nibbles[i] & 15) + (int)(high >> i & 1) * 16 - offset);
        q[i + 16] = (int8_t)((nibbles[i] >> 4) + (int)(high >> (i + 16) & 1) * 16 - offset);
    }
}

static void decode_q4_0(const uint8_t *block, ck_decoded_block *out) {
    decode_nibbles(block + 2, 0, 8, out->q);
    fill(out, 2, ck_half(ck_load_u16(block)), 0);
}

static void decode_q4_1(const uint8_t *block, ck_decoded_block *out) {
    decode_nibbles(block + 4, 0, 0, out->q);
    fill(out, 2, ck_half(ck_load_u16(block)), ck_half(ck_load_u16(block + 2)));
}

static void decode_q5_0(const uint8_t *block, ck_decoded_block *out) {
    decode_nibbles(block + 6, ck_load_u32(block + 2), 16, out->q);
    fill(out, 2, ck_half(ck_load_u16(block)), 0);
}

static void decode_q5_1(const uint8_t *block, ck_decoded_block *out) {
    decode_nibbles(block + 8, ck_load_u32(block + 4), 0, out->q);
    fill(out, 2, ck_half(ck_load_u16(block)), ck_half(ck_load_u16(block + 2)));
}

static void decode_q8_0(const uint8_t *block, ck_decoded_block *out) {
    memcpy(out->q, block + 2, 32);
    fill(out, 2, ck_half(ck_load_u16(block)), 0);
}

// MARK: blocks of 32 whose nibbles are places in a table

/// Elements 0–15 from the low nibbles, 16–31 from the high ones.
static void decode_codes(const uint8_t *nibbles, const int8_t values[16], int8_t *q) {
    for (unsigned i = 0; i < 16; i++) {
        q[i] = values[nibbles[i] & 15];
        q[i + 16] = values[nibbles[i] >> 4];
    }
}

/// What the nibbles of IQ4_NL and IQ4_XS stand for: closer together around zero, where most weights are.
static const int8_t iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// Twice the numbers of E2M1, a float of four bits.
static const int8_t e2m1_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

static void decode_iq4_nl(const uint8_t *block, ck_decoded_block *out) {
    decode_codes(block + 2, iq4_values, out->q);
    fill(out, 2, ck_half(ck_load_u16(block)), 0);
}

/// The scale is a power of two (E8M0), here half of it, since the integers are doubled: 2^(e - 128).
static void decode_mxfp4(const uint8_t *block, ck_decoded_block *out) {
    const uint32_t e = block[0];
    decode_codes(block + 1, e2m1_values, out->q);
    fill(out, 2, ck_bits_f32(e < 2 ? 0x00200000u << e : (e - 1) << 23), 0);
}

// MARK: super-blocks of 256

static void decode_q2_k(const uint8_t *block, ck_decoded_block *out) {
    const uint8_t *scales = block, *bits = block + 16;
    const float d = ck_half(ck_load_u16(block + 80)), dmin = ck_half(ck_load_u16(block + 82));
    for (unsigned i = 0; i < 256; i++)
        out->q[i] = (int8_t)(bits[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3);
    for (unsigned i = 0; i < 16; i++) {
        out->scale[i] = d * (float)(scales[i] & 15);
        out->min[i] = -dmin * (float)(scales[i] >> 4);
    }
}

/// Two bits of each element, and a third that is set where nothing is taken off.
static void decode_q3_k(const uint8_t *block, ck_decoded_block *out) {
    const uint8_t *third = block, *bits = block + 32, *scales = block + 96;
    const float d = ck_half(ck_load_u16(block + 108));
    for (unsigned i = 0; i < 256; i++) {
        const unsigned low = bits[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3;
        const unsigned high = third[i % 32] >> (i / 32) & 1;
        out->q[i] = (int8_t)((int)(low | high << 2) - 4);
    }
    for (unsigned i = 0; i < 16; i++) {
        const unsigned low = scales[i % 8] >> (i / 8 * 4) & 15, high = scales[8 + i % 4] >> (i / 4 * 2) & 3;
        out->scale[i] = d * (float)((int)(low | high << 4) - 32);
        out->min[i] = 0;
    }
}

static void decode_iq4_xs(const uint8_t *block, ck_decoded_block *out) {
    const float d = ck_half(ck_load_u16(block));
    const unsigned high_bits = ck_load_u16(block + 2);
    for (unsigned i = 0; i < 8; i++) {
        const unsigned low = block[4 + i / 2] >> (i % 2 * 4) & 15, high = high_bits >> (2 * i) & 3;
        decode_codes(block + 8 + 16 * i, iq4_values, out->q + 32 * i);
        out->scale[2 * i] = out->scale[2 * i + 1] = d * (float)((int)(low | high << 4) - 32);
        out->min[2 * i] = out->min[2 * i + 1] = 0;
    }
}

/// The six-bit scale and minimum of sub-block `i`, from the 12 bytes that Q4_K and Q5_K share.
static void scale_and_min(const uint8_t *packed, unsigned i, unsigned *scale, unsigned *min) {
    if (i < 4) {
        *scale = packed[i] & 63;
        *min = packed[i + 4] & 63;
    } else {
        *scale = (packed[i + 4] & 15u) | (unsigned)(packed[i - 4] >> 6) << 4;
        *min = (unsigned)(packed[i + 4] >> 4) | (unsigned)(packed[i] >> 6) << 4;
    }
}

/// Q4_K and Q5_K: `high` is NULL or 32 bytes with bit i of byte l for element l of sub-block i.
static void decode_k45(const uint8_t *block, const uint8_t *high, const uint8_t *nibbles, ck_decoded_block *out) {
    const float d = ck_half(ck_load_u16(block)), dmin = ck_half(ck_load_u16(block + 2));
    for (unsigned i = 0; i < 8; i++) {
        unsigned scale, min;
        scale_and_min(block + 4, i, &scale, &min);
        out->scale[2 * i] = out->scale[2 * i + 1] = d * (float)scale;
        out->min[2 * i] = out->min[2 * i + 1] = -dmin * (float)min;
        for (unsigned l = 0; l < 32; l++) {
            const unsigned low = nibbles[i / 2 * 32 + l] >> (i % 2 * 4) & 15;
            const unsigned bit = high ? high[l] >> i & 1 : 0;
            out->q[i * 32 + l] = (int8_t)(low | bit << 4);
        }
    }
}

static void decode_q4_k(const uint8_t *block, ck_decoded_block *out) {
    decode_k45(block, NULL, block + 16, out);
}

static void decode_q5_k(const uint8_t *block, ck_decoded_block *out) {
    decode_k45(block, block + 16, block + 48, out);
}

static void decode_q6_k(const uint8_t *block, ck_decoded_block *out) {
    const uint8_t *low = block, *high = block + 128;
    const float d = ck_half(ck_load_u16(block + 208));
    for (unsigned i = 0; i < 256; i++) {
        const unsigned half = i / 128, quarter = i / 32 % 4, l = i % 32;
        const unsigned nibble = low[half * 64 + quarter % 2 * 32 + l] >> (quarter / 2 * 4) & 15;
        const unsigned bits = high[half * 32 + l] >> (quarter * 2) & 3;
        out->q[i] = (int8_t)((int)(nibble | bits << 4) - 32);
    }
    for (unsigned i = 0; i < 16; i++) {
        out->scale[i] = d * (float)(int8_t)block[192 + i];
        out->min[i] = 0;
    }
}

static void dequantise_decoded(const ck_format *format, const uint8_t *block, float *out) {
    ck_decoded_block decoded;
    format->decode(block, &decoded);
    for (unsigned i = 0; i < format->block_elements; i++)
        out[i] = decoded.scale[i / 16] * (float)decoded.q[i] + decoded.min[i / 16];
}

// MARK: floats

static void dequantise_f32(const uint8_t *values, float *out, size_t count) {
    memcpy(out, values, count * 4);
}
static void dequantise_f16(const uint8_t *values, float *out, size_t count) {
    for (size_t i = 0; i < count; i++)
        out[i] = ck_half(ck_load_u16(values + i * 2));
}
static void dequantise_bf16(const uint8_t *values, float *out, size_t count) {
    for (size_t i = 0; i < count; i++)
        out[i] = ck_bits_f32((uint32_t)ck_load_u16(values + i * 2) << 16);
}

// MARK: validation

static bool valid_f32(const uint8_t *block) {
    return (ck_load_u32(block) & 0x7F800000) != 0x7F800000;
}
static bool valid_bf16(const uint8_t *block) {
    return (ck_load_u16(block) & 0x7F80) != 0x7F80;
}
static bool valid_one_scale(const uint8_t *block) {
    return finite_half(ck_load_u16(block));
}
static bool valid_two_scales(const uint8_t *block) {
    return finite_half(ck_load_u16(block)) && finite_half(ck_load_u16(block + 2));
}
static bool valid_q2_k(const uint8_t *block) {
    return valid_two_scales(block + 80);
}
static bool valid_q3_k(const uint8_t *block) {
    return valid_one_scale(block + 108);
}
static bool valid_q6_k(const uint8_t *block) {
    return valid_one_scale(block + 208);
}
/// Every exponent is a number, but twelve times the largest ones is none.
static bool valid_mxfp4(const uint8_t *block) {
    return block[0] <= 252;
}

// MARK: the table

static const ck_format formats[CK_TYPE_COUNT] = {
    [CK_F32] = {"F32", 1, 4, false, {{0, 4, 1}}, 1, NULL, dequantise_f32, valid_f32},
    [CK_F16] = {"F16", 1, 2, false, {{0, 2, 1}}, 1, NULL, dequantise_f16, valid_one_scale},
    [CK_BF16] = {"BF16", 1, 2, false, {{0, 2, 1}}, 1, NULL, dequantise_bf16, valid_bf16},
    [CK_Q4_0] = {"Q4_0", 32, 18, true, {{0, 2, 1}, {2, 4, 4}}, 2, decode_q4_0, NULL, valid_one_scale},
    [CK_Q4_1] = {"Q4_1", 32, 20, true, {{0, 2, 2}, {4, 4, 4}}, 2, decode_q4_1, NULL, valid_two_scales},
    [CK_Q5_0] = {"Q5_0", 32, 22, true, {{0, 2, 1}, {2, 4, 5}}, 2, decode_q5_0, NULL, valid_one_scale},
    [CK_Q5_1] = {"Q5_1", 32, 24, true, {{0, 2, 2}, {4, 4, 5}}, 2, decode_q5_1, NULL, valid_two_scales},
    [CK_Q8_0] = {"Q8_0", 32, 34, true, {{0, 2, 1}, {2, 4, 8}}, 2, decode_q8_0, NULL, valid_one_scale},
    [CK_Q2_K] = {"Q2_K", 256, 84, true, {{0, 4, 20}, {80, 2, 2}}, 2, decode_q2_k, NULL, valid_q2_k},
    [CK_Q3_K] = {"Q3_K", 256, 110, true, {{0, 4, 27}, {108, 2, 1}}, 2, decode_q3_k, NULL, valid_q3_k},
    [CK_Q4_K] = {"Q4_K", 256, 144, true, {{0, 2, 2}, {4, 4, 35}}, 2, decode_q4_k, NULL, valid_two_scales},
    [CK_Q5_K] = {"Q5_K", 256, 176, true, {{0, 2, 2}, {4, 4, 43}}, 2, decode_q5_k, NULL, valid_two_scales},
    [CK_Q6_K] = {"Q6_K", 256, 210, true, {{0, 4, 52}, {208, 2, 1}}, 2, decode_q6_k, NULL, valid_q6_k},
    [CK_IQ4_NL] = {"IQ4_NL", 32, 18, true, {{0, 2, 1}, {2, 4, 4}}, 2, decode_iq4_nl, NULL, valid_one_scale},
    [CK_IQ4_XS] = {"IQ4_XS", 256, 136, true, {{0, 2, 2}, {4, 4, 33}}, 2, decode_iq4_xs, NULL, valid_one_scale},
    [CK_MXFP4] = {"MXFP4", 32, 17, true, {{0, 1, 1}, {1, 4, 4}}, 2, decode_mxfp4, NULL, valid_mxfp4},
};

const ck_format *ck_format_of(uint32_t type) {
    return type < CK_TYPE_COUNT && formats[type].name ? &formats[type] : NULL;
}

size_t ck_row_bytes(const ck_format *format, size_t cols) {
    const size_t blocks = cols / format->block_elements;
    if (cols % format->block_elements != 0 || blocks > SIZE_MAX / format->block_bytes)
        return 0;
    return blocks * format->block_bytes;
}

void ck_dequantise_row(const ck_format *format, const uint8_t *blocks, float *out, size_t count) {
    if (!format->quantised) {
        format->dequantise(blocks, out, count);
        return;
    }
    for (size_t i = 0; i < count; i += format->block_elements, blocks += format->block_bytes)
        dequantise_decoded(format, blocks, out + i);
}

size_t ck_first_invalid_block(const ck_format *format, const uint8_t *blocks, size_t block_count) {
    for (size_t i = 0; i < block_count; i++, blocks += format->block_bytes)
        if (!format->valid(blocks))
            return i;
    return block_count;
}

void ck_quantise_row_q8_0(const float *x, uint8_t *blocks, size_t count) {
    // Magnitudes compare as integers and adding 1.5 * 2^23 rounds, so that a compiler can make vectors of both loops.
    for (size_t i = 0; i < count; i += 32, blocks += 34) {
        int32_t bits = 0;
        for (unsigned j = 0; j < 32; j++) {
            const int32_t magnitude = (int32_t)(ck_f32_bits(x[i + j]) & 0x7FFFFFFF);
            bits = magnitude > bits ? magnitude : bits;
        }
        const bool finite = bits < 0x7F800000;
        const float largest = ck_bits_f32((uint32_t)bits);
        const uint16_t scale = finite ? ck_f32_to_f16(largest / 127) : 0x7C00;
        const float inverse = finite && largest > 0 ? 127 / largest : 0;
        memcpy(blocks, &scale, 2);
        for (unsigned j = 0; j < 32; j++)
            blocks[2 + j] = finite ? (uint8_t)ck_f32_bits(x[i + j] * inverse + 12582912.0f) : 0;
    }
}
