// How each format's packed bytes become integers and scales in NEON registers. Private; included inside a target
// region.
//
// A format is three functions over one packed block of sixteen rows. `bytes` gives elements 4c … 4c + 3 of step `step`
// for four rows (4v … 4v + 3) as signed bytes, one row in each 32-bit lane; `scale` and `min` are the factors: weight =
// scale * byte + min.

enum {
    ROW_UNIT = 64, // bytes of a 4-byte unit of sixteen rows
    ROW_HALF = 32, // bytes of a 2-byte unit of sixteen rows
    ROW_BYTE = 16, // bytes of a 1-byte unit of sixteen rows
};

CK_INLINE uint8x16_t nibbles(uint8x16_t v, unsigned high) {
    return high ? vshrq_n_u8(v, 4) : vandq_u8(v, vdupq_n_u8(15));
}

/// Bits shift … of each byte, `shift` known only at run time.
CK_INLINE uint8x16_t bits_from(uint8x16_t v, unsigned shift, uint8_t mask) {
    return vandq_u8(vshlq_u8(v, vdupq_n_s8((int8_t) - (int)shift)), vdupq_n_u8(mask));
}

CK_INLINE int8x16_t centred(uint8x16_t v, uint8_t middle) {
    return vreinterpretq_s8_u8(vsubq_u8(v, vdupq_n_u8(middle)));
}

CK_INLINE float32x4_t halves(const uint8_t *p, unsigned v) {
    return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p + v * 8)));
}

/// Nibbles of each 32-bit lane, and bits 4c … 4c + 3 of the lane of `bits` as the fifth, less 16: the nibble, and above
/// it four ones where the bit is not set.
CK_INLINE int8x16_t fives(uint8x16_t nibbles, unsigned high, uint8x16_t bits, unsigned c) {
    static const uint8_t lanes[16] = {0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12};
    static const uint8_t masks[2][16] = {{1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8},
                                         {16, 32, 64, 128, 16, 32, 64, 128, 16, 32, 64, 128, 16, 32, 64, 128}};
    const uint8x16_t byte = vqtbl1q_u8(vmvnq_u8(bits), vaddq_u8(vld1q_u8(lanes), vdupq_n_u8((uint8_t)(c / 2))));
    const uint8x16_t unset = vtstq_u8(byte, vld1q_u8(masks[c % 2]));
    return vreinterpretq_s8_u8(vsliq_n_u8(high ? vshrq_n_u8(nibbles, 4) : nibbles, unset, 4));
}

// MARK: blocks of 32: one step

CK_INLINE int8x16_t bytes_q4_0(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    return (void)step, centred(nibbles(vld1q_u8(b + ROW_HALF + c % 4 * ROW_UNIT + v * 16), c / 4), 8);
}
CK_INLINE float32x4_t scale_q4_0(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, halves(b, v);
}

CK_INLINE int8x16_t bytes_q4_1(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    (void)step;
    return vreinterpretq_s8_u8(nibbles(vld1q_u8(b + 2 * ROW_HALF + c % 4 * ROW_UNIT + v * 16), c / 4));
}
CK_INLINE float32x4_t scale_q4_1(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, halves(b, v);
}
CK_INLINE float32x4_t min_q4_1(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, halves(b + ROW_HALF, v);
}

CK_INLINE int8x16_t bytes_q5_0(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    (void)step;
    const uint8_t *halves = b + ROW_HALF + (1 + c % 4) * ROW_UNIT + v * 16;
    return fives(vld1q_u8(halves), c / 4, vld1q_u8(b + ROW_HALF + v * 16), c);
}
CK_INLINE float32x4_t scale_q5_0(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, halves(b, v);
}

CK_INLINE int8x16_t bytes_q5_1(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    (void)step;
    const uint8_t *halves = b + 2 * ROW_HALF + (1 + c % 4) * ROW_UNIT + v * 16;
    return fives(vld1q_u8(halves), c / 4, vld1q_u8(b + 2 * ROW_HALF + v * 16), c);
}
CK_INLINE float32x4_t scale_q5_1(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, halves(b, v);
}
CK_INLINE float32x4_t min_q5_1(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, vfmaq_n_f32(halves(b + ROW_HALF, v), halves(b, v), 16);
}

CK_INLINE int8x16_t bytes_q8_0(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    return (void)step, vreinterpretq_s8_u8(vld1q_u8(b + ROW_HALF + c * ROW_UNIT + v * 16));
}
CK_INLINE float32x4_t scale_q8_0(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, halves(b, v);
}

// MARK: blocks of 32 whose nibbles are places in a table

CK_INLINE int8x16_t iq4_values(uint8x16_t codes) {
    static const int8_t values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
    return vqtbl1q_s8(vld1q_s8(values), codes);
}

CK_INLINE int8x16_t bytes_iq4_nl(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    return (void)step, iq4_values(nibbles(vld1q_u8(b + ROW_HALF + c % 4 * ROW_UNIT + v * 16), c / 4));
}
CK_INLINE float32x4_t scale_iq4_nl(const uint8_t *b, unsigned step, unsigned v) {
    return (void)step, halves(b, v);
}

/// Twice the numbers of E2M1.
CK_INLINE int8x16_t bytes_mxfp4(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    static const int8_t values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    const uint8x16_t halves = vld1q_u8(b + ROW_BYTE + c % 4 * ROW_UNIT + v * 16);
    return (void)step, vqtbl1q_s8(vld1q_s8(values), nibbles(halves, c / 4));
}
/// 2^(e - 128): exponents below 2 give subnormal numbers.
CK_INLINE float32x4_t scale_mxfp4(const uint8_t *b, unsigned step, unsigned v) {
    uint32_t four;
    memcpy(&four, b + v * 4, 4);
    const uint16x8_t wide = vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four)));
    const uint32x4_t e = vmovl_u16(vget_low_u16(wide)), two = vdupq_n_u32(2);
    const uint32x4_t small = vshlq_u32(vdupq_n_u32(0x00200000), vreinterpretq_s32_u32(vminq_u32(e, two)));
    const uint32x4_t normal = vshlq_n_u32(vsubq_u32(e, vdupq_n_u32(1)), 23);
    return (void)step, vreinterpretq_f32_u32(vbslq_u32(vcltq_u32(e, two), small, normal));
}

// MARK: super-blocks of 256

/// Bits shift … of each 32-bit lane.
CK_INLINE uint32x4_t lane_bits(uint32x4_t v, unsigned shift, uint32_t mask) {
    return vandq_u32(vshlq_u32(v, vdupq_n_s32(-(int)shift)), vdupq_n_u32(mask));
}

/// d * (six bits - 32).
CK_INLINE float32x4_t signed_scale(float32x4_t d, uint32x4_t low, uint32x4_t high) {
    const int32x4_t value = vreinterpretq_s32_u32(vorrq_u32(low, vshlq_n_u32(high, 4)));
    return vmulq_f32(d, vcvtq_f32_s32(vsubq_s32(value, vdupq_n_s32(32))));
}

/// Steps of sixteen elements.
CK_INLINE int8x16_t bytes_q3_k(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    const unsigned part = step / 8, quarter = step / 2 % 4, at = step % 2 * 4 + c;
    const uint8x16_t low = bits_from(vld1q_u8(b + (8 + part * 8 + at) * ROW_UNIT + v * 16), quarter * 2, 3);
    const uint8x16_t third = bits_from(vld1q_u8(b + at * ROW_UNIT + v * 16), step / 2, 1);
    return centred(vorrq_u8(low, vshlq_n_u8(third, 2)), 4);
}
CK_INLINE float32x4_t scale_q3_k(const uint8_t *b, unsigned step, unsigned v) {
    const uint32x4_t low = vreinterpretq_u32_u8(vld1q_u8(b + (24 + step / 4 % 2) * ROW_UNIT + v * 16));
    const uint32x4_t high = vreinterpretq_u32_u8(vld1q_u8(b + 26 * ROW_UNIT + v * 16));
    const unsigned byte = step % 4 * 8;
    return signed_scale(halves(b + 27 * ROW_UNIT, v), lane_bits(low, byte + step / 8 * 4, 15),
                        lane_bits(high, byte + step / 4 * 2, 3));
}

CK_INLINE int8x16_t bytes_iq4_xs(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    return iq4_values(nibbles(vld1q_u8(b + 2 * ROW_HALF + (1 + step * 4 + c % 4) * ROW_UNIT + v * 16), c / 4));
}
CK_INLINE float32x4_t scale_iq4_xs(const uint8_t *b, unsigned step, unsigned v) {
    const uint32x4_t low = vreinterpretq_u32_u8(vld1q_u8(b + 2 * ROW_HALF + v * 16));
    const uint32x4_t high = vmovl_u16(vreinterpret_u16_u8(vld1_u8(b + ROW_HALF + v * 8)));
    return signed_scale(halves(b, v), lane_bits(low, step * 4, 15), lane_bits(high, step * 2, 3));
}

/// Q4_K and Q5_K: the six-bit scales (min = 0) or minima (min = 1) of sub-block `step`.
CK_INLINE float32x4_t six_bits(const uint8_t *b, unsigned step, unsigned v, unsigned min) {
    const uint8x16_t first = vld1q_u8(b + 2 * ROW_HALF + min * ROW_UNIT + v * 16);
    uint8x16_t word = vandq_u8(first, vdupq_n_u8(63));
    if (step >= 4) {
        const uint8x16_t low = nibbles(vld1q_u8(b + 2 * ROW_HALF + 2 * ROW_UNIT + v * 16), min);
        word = vorrq_u8(low, vandq_u8(vshrq_n_u8(first, 2), vdupq_n_u8(48)));
    }
    const int32x4_t shift = vdupq_n_s32(-(int)(step % 4 * 8));
    const uint32x4_t value = vandq_u32(vshlq_u32(vreinterpretq_u32_u8(word), shift), vdupq_n_u32(255));
    return vcvtq_f32_u32(value);
}

CK_INLINE int8x16_t bytes_q4_k(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    const uint8x16_t halves = vld1q_u8(b + 2 * ROW_HALF + (3 + step / 2 * 8 + c) * ROW_UNIT + v * 16);
    return vreinterpretq_s8_u8(bits_from(halves, step % 2 * 4, 15));
}
CK_INLINE float32x4_t scale_q4_k(const uint8_t *b, unsigned step, unsigned v) {
    return vmulq_f32(halves(b, v), six_bits(b, step, v, 0));
}
CK_INLINE float32x4_t min_q4_k(const uint8_t *b, unsigned step, unsigned v) {
    return vnegq_f32(vmulq_f32(halves(b + ROW_HALF, v), six_bits(b, step, v, 1)));
}

CK_INLINE int8x16_t bytes_q5_k(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    const uint8x16_t nibble = vld1q_u8(b + 2 * ROW_HALF + (11 + step / 2 * 8 + c) * ROW_UNIT + v * 16);
    const uint8x16_t bit = bits_from(vld1q_u8(b + 2 * ROW_HALF + (3 + c) * ROW_UNIT + v * 16), step, 1);
    return vreinterpretq_s8_u8(vorrq_u8(bits_from(nibble, step % 2 * 4, 15), vshlq_n_u8(bit, 4)));
}
CK_INLINE float32x4_t scale_q5_k(const uint8_t *b, unsigned step, unsigned v) {
    return scale_q4_k(b, step, v);
}
CK_INLINE float32x4_t min_q5_k(const uint8_t *b, unsigned step, unsigned v) {
    return min_q4_k(b, step, v);
}

/// Steps of sixteen elements.
CK_INLINE int8x16_t bytes_q6_k(const uint8_t *b, unsigned step, unsigned c, unsigned v) {
    const unsigned part = step / 8, quarter = step / 2 % 4, at = step % 2 * 4 + c;
    const uint8x16_t nibble = vld1q_u8(b + (part * 16 + quarter % 2 * 8 + at) * ROW_UNIT + v * 16);
    const uint8x16_t bits = bits_from(vld1q_u8(b + (32 + part * 8 + at) * ROW_UNIT + v * 16), quarter * 2, 3);
    return centred(vorrq_u8(bits_from(nibble, quarter / 2 * 4, 15), vshlq_n_u8(bits, 4)), 32);
}
CK_INLINE float32x4_t scale_q6_k(const uint8_t *b, unsigned step, unsigned v) {
    const int32x4_t word = vreinterpretq_s32_u8(vld1q_u8(b + (48 + step / 4) * ROW_UNIT + v * 16));
    const int32x4_t high = vshlq_s32(word, vdupq_n_s32((int)(24 - step % 4 * 8)));
    return vmulq_f32(halves(b + 52 * ROW_UNIT, v), vcvtq_f32_s32(vshrq_n_s32(high, 24)));
}

// MARK: several steps of a super-block at once
//
// Steps share bytes, which are read once for all of them here, and moved by constants. `planes` gives what `bytes`
// would for step (span * PLANES + i) * ROUNDS + round as w[i], and MIDDLE more; the numbers stand with `SPAN_BY_SPAN`.

/// `a` with the bits of `mask` from `b`: one instruction, where compilers make two of the intrinsic for a constant
/// mask.
CK_INLINE uint8x16_t insert(uint8x16_t a, uint8x16_t b, uint8x16_t mask) {
    __asm__("bit %0.16b, %1.16b, %2.16b" : "+w"(a) : "w"(b), "w"(mask));
    return a;
}

CK_INLINE void planes_q5_k(int8x16_t w[2], const uint8_t *b, const unsigned span, unsigned round, unsigned c,
                           unsigned v) {
    (void)round;
    const uint8x16_t nibble = vld1q_u8(b + 2 * ROW_HALF + (11 + span * 8 + c) * ROW_UNIT + v * 16);
    const uint8x16_t bits = vld1q_u8(b + 2 * ROW_HALF + (3 + c) * ROW_UNIT + v * 16), upper = vdupq_n_u8(0x10);
    uint8x16_t even, odd; // bits 2 * span and 2 * span + 1 as the fifth
    switch (span) {
    case 0:
        even = vshlq_n_u8(bits, 4), odd = vshlq_n_u8(bits, 3);
        break;
    case 1:
        even = vshlq_n_u8(bits, 2), odd = vshlq_n_u8(bits, 1);
        break;
    case 2:
        even = bits, odd = vshrq_n_u8(bits, 1);
        break;
    default:
        even = vshrq_n_u8(bits, 2), odd = vshrq_n_u8(bits, 3);
    }
    w[0] = vreinterpretq_s8_u8(insert(vandq_u8(nibble, vdupq_n_u8(15)), even, upper));
    w[1] = vreinterpretq_s8_u8(insert(vshrq_n_u8(nibble, 4), odd, upper));
}

CK_INLINE void planes_q6_k(int8x16_t w[4], const uint8_t *b, unsigned span, unsigned round, unsigned c, unsigned v) {
    const unsigned at = round * 4 + c;
    const uint8x16_t first = vld1q_u8(b + (span * 16 + at) * ROW_UNIT + v * 16);
    const uint8x16_t second = vld1q_u8(b + (span * 16 + 8 + at) * ROW_UNIT + v * 16);
    const uint8x16_t bits = vld1q_u8(b + (32 + span * 8 + at) * ROW_UNIT + v * 16);
    const uint8x16_t low = vdupq_n_u8(15), upper = vdupq_n_u8(0x30);
    w[0] = vreinterpretq_s8_u8(insert(vandq_u8(first, low), vshlq_n_u8(bits, 4), upper));
    w[1] = vreinterpretq_s8_u8(insert(vandq_u8(second, low), vshlq_n_u8(bits, 2), upper));
    w[2] = vreinterpretq_s8_u8(insert(vshrq_n_u8(first, 4), bits, upper));
    w[3] = vreinterpretq_s8_u8(insert(vshrq_n_u8(second, 4), vshrq_n_u8(bits, 2), upper));
}
