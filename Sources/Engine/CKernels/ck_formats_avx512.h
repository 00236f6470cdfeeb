// How each format's packed bytes become integers and scales in AVX-512 registers. Private; included inside a target
// region.
//
// A format is three functions over one packed block of sixteen rows. `bytes` gives elements 4c … 4c + 3 of step `step`
// as unsigned bytes, one row in each 32-bit lane. `scale` and `min` are the factors of a step: weight = scale * byte +
// min, or, in formats without minima, scale * (byte - middle), with 4, 8, 16, 32 or 128 for middle in formats of 3, 4,
// 5, 6 and 8 bits.

enum {
    ROW_UNIT = 64, // bytes of a 4-byte unit of sixteen rows
    ROW_HALF = 32, // bytes of a 2-byte unit of sixteen rows
    ROW_BYTE = 16, // bytes of a 1-byte unit of sixteen rows
};

CK_INLINE __m512i load(const uint8_t *p) {
    return _mm512_loadu_si512(p);
}

/// The low or high nibble of each byte, moved down by `shift`: 0 or 4, perhaps known only at run time.
CK_INLINE __m512i bits_from(__m512i v, unsigned shift, char mask) {
    return _mm512_and_si512(_mm512_srl_epi16(v, _mm_cvtsi32_si128((int)shift)), _mm512_set1_epi8(mask));
}

CK_INLINE __m512i nibbles(__m512i v, unsigned high) {
    return _mm512_and_si512(high ? _mm512_srli_epi16(v, 4) : v, _mm512_set1_epi8(15));
}

CK_INLINE __m512 halves(const uint8_t *p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

/// Bits 4c … 4c + 3 of each 32-bit lane as 0x10 in its four bytes.
CK_INLINE __m512i fifth_bits(__m512i bits, unsigned c) {
    const __m512i lanes = _mm512_set4_epi32(0x0C0C0C0C, 0x08080808, 0x04040404, 0);
    const __m512i byte = _mm512_shuffle_epi8(bits, _mm512_add_epi8(lanes, _mm512_set1_epi8((char)(c / 2))));
    const __m512i mask = _mm512_set1_epi32(c % 2 ? (int)0x80402010u : 0x08040201);
    return _mm512_maskz_set1_epi8(_mm512_test_epi8_mask(byte, mask), 16);
}

// MARK: blocks of 32: one step

CK_INLINE __m512i bytes_q4_0(const uint8_t *b, unsigned step, unsigned c) {
    return (void)step, nibbles(load(b + ROW_HALF + c % 4 * ROW_UNIT), c / 4);
}
CK_INLINE __m512 scale_q4_0(const uint8_t *b, unsigned step) {
    return (void)step, halves(b);
}

CK_INLINE __m512i bytes_q4_1(const uint8_t *b, unsigned step, unsigned c) {
    return (void)step, nibbles(load(b + 2 * ROW_HALF + c % 4 * ROW_UNIT), c / 4);
}
CK_INLINE __m512 scale_q4_1(const uint8_t *b, unsigned step) {
    return (void)step, halves(b);
}
CK_INLINE __m512 min_q4_1(const uint8_t *b, unsigned step) {
    return (void)step, halves(b + ROW_HALF);
}

CK_INLINE __m512i bytes_q5_0(const uint8_t *b, unsigned step, unsigned c) {
    (void)step;
    const __m512i low = nibbles(load(b + ROW_HALF + (1 + c % 4) * ROW_UNIT), c / 4);
    return _mm512_or_si512(low, fifth_bits(load(b + ROW_HALF), c));
}
CK_INLINE __m512 scale_q5_0(const uint8_t *b, unsigned step) {
    return (void)step, halves(b);
}

CK_INLINE __m512i bytes_q5_1(const uint8_t *b, unsigned step, unsigned c) {
    (void)step;
    const __m512i low = nibbles(load(b + 2 * ROW_HALF + (1 + c % 4) * ROW_UNIT), c / 4);
    return _mm512_or_si512(low, fifth_bits(load(b + 2 * ROW_HALF), c));
}
CK_INLINE __m512 scale_q5_1(const uint8_t *b, unsigned step) {
    return (void)step, halves(b);
}
CK_INLINE __m512 min_q5_1(const uint8_t *b, unsigned step) {
    return (void)step, halves(b + ROW_HALF);
}

/// Signed bytes, 128 added.
CK_INLINE __m512i bytes_q8_0(const uint8_t *b, unsigned step, unsigned c) {
    return (void)step, _mm512_xor_si512(load(b + ROW_HALF + c * ROW_UNIT), _mm512_set1_epi8((char)128));
}
CK_INLINE __m512 scale_q8_0(const uint8_t *b, unsigned step) {
    return (void)step, halves(b);
}

// MARK: blocks of 32 whose nibbles are places in a table

/// 128 added.
CK_INLINE __m512i iq4_values(__m512i codes) {
    const __m128i values = _mm_setr_epi8(1, 24, 45, 63, 79, 93, 106, 118, (char)129, (char)141, (char)153, (char)166,
                                         (char)181, (char)197, (char)217, (char)241);
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(values), codes);
}

CK_INLINE __m512i bytes_iq4_nl(const uint8_t *b, unsigned step, unsigned c) {
    return (void)step, iq4_values(nibbles(load(b + ROW_HALF + c % 4 * ROW_UNIT), c / 4));
}
CK_INLINE __m512 scale_iq4_nl(const uint8_t *b, unsigned step) {
    return (void)step, halves(b);
}

/// Twice the numbers of E2M1, 16 added.
CK_INLINE __m512i bytes_mxfp4(const uint8_t *b, unsigned step, unsigned c) {
    const __m128i values = _mm_setr_epi8(16, 17, 18, 19, 20, 22, 24, 28, 16, 15, 14, 13, 12, 10, 8, 4);
    const __m512i codes = nibbles(load(b + ROW_BYTE + c % 4 * ROW_UNIT), c / 4);
    return (void)step, _mm512_shuffle_epi8(_mm512_broadcast_i32x4(values), codes);
}
/// 2^(e - 128), subnormal for the smallest.
CK_INLINE __m512 scale_mxfp4(const uint8_t *b, unsigned step) {
    const __m512i e = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)b));
    const __m512 power = _mm512_sub_ps(_mm512_cvtepi32_ps(e), _mm512_set1_ps(128));
    return (void)step, _mm512_scalef_ps(_mm512_set1_ps(1), power);
}

// MARK: super-blocks of 256

/// Bits shift … of each 32-bit lane.
CK_INLINE __m512i lane_bits(__m512i v, unsigned shift, int mask) {
    return _mm512_and_si512(_mm512_srl_epi32(v, _mm_cvtsi32_si128((int)shift)), _mm512_set1_epi32(mask));
}

/// d * (six bits - 32).
CK_INLINE __m512 signed_scale(__m512 d, __m512i low, __m512i high) {
    const __m512i value = _mm512_or_si512(low, _mm512_slli_epi32(high, 4));
    return _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_sub_epi32(value, _mm512_set1_epi32(32))));
}

/// Steps of sixteen elements.
CK_INLINE __m512i bytes_q3_k(const uint8_t *b, unsigned step, unsigned c) {
    const unsigned part = step / 8, quarter = step / 2 % 4, at = step % 2 * 4 + c;
    const __m512i low = bits_from(load(b + (8 + part * 8 + at) * ROW_UNIT), quarter * 2, 3);
    const __m512i third = bits_from(load(b + at * ROW_UNIT), step / 2, 1);
    return _mm512_or_si512(low, _mm512_slli_epi16(third, 2));
}
CK_INLINE __m512 scale_q3_k(const uint8_t *b, unsigned step) {
    const unsigned byte = step % 4 * 8;
    return signed_scale(halves(b + 27 * ROW_UNIT),
                        lane_bits(load(b + (24 + step / 4 % 2) * ROW_UNIT), byte + step / 8 * 4, 15),
                        lane_bits(load(b + 26 * ROW_UNIT), byte + step / 4 * 2, 3));
}

CK_INLINE __m512i bytes_iq4_xs(const uint8_t *b, unsigned step, unsigned c) {
    return iq4_values(nibbles(load(b + 2 * ROW_HALF + (1 + step * 4 + c % 4) * ROW_UNIT), c / 4));
}
CK_INLINE __m512 scale_iq4_xs(const uint8_t *b, unsigned step) {
    const __m512i high = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(b + ROW_HALF)));
    return signed_scale(halves(b), lane_bits(load(b + 2 * ROW_HALF), step * 4, 15), lane_bits(high, step * 2, 3));
}

/// Q4_K and Q5_K: the six-bit scales (min = 0) or minima (min = 1) of sub-block `step`.
CK_INLINE __m512 six_bits(const uint8_t *b, unsigned step, unsigned min) {
    const __m512i first = load(b + 2 * ROW_HALF + min * ROW_UNIT);
    __m512i word = _mm512_and_si512(first, _mm512_set1_epi8(63));
    if (step >= 4) {
        const __m512i low = nibbles(load(b + 2 * ROW_HALF + 2 * ROW_UNIT), min);
        word = _mm512_or_si512(low, _mm512_and_si512(_mm512_srli_epi16(first, 2), _mm512_set1_epi8(48)));
    }
    const __m512i value = _mm512_srl_epi32(word, _mm_cvtsi32_si128((int)(step % 4 * 8)));
    return _mm512_cvtepi32_ps(_mm512_and_si512(value, _mm512_set1_epi32(255)));
}

CK_INLINE __m512i bytes_q4_k(const uint8_t *b, unsigned step, unsigned c) {
    return bits_from(load(b + 2 * ROW_HALF + (3 + step / 2 * 8 + c) * ROW_UNIT), step % 2 * 4, 15);
}
CK_INLINE __m512 scale_q4_k(const uint8_t *b, unsigned step) {
    return _mm512_mul_ps(halves(b), six_bits(b, step, 0));
}
CK_INLINE __m512 min_q4_k(const uint8_t *b, unsigned step) {
    return _mm512_fnmadd_ps(halves(b + ROW_HALF), six_bits(b, step, 1), _mm512_setzero_ps());
}

CK_INLINE __m512i bytes_q5_k(const uint8_t *b, unsigned step, unsigned c) {
    const __m512i nibble = load(b + 2 * ROW_HALF + (11 + step / 2 * 8 + c) * ROW_UNIT);
    const __m512i bit = bits_from(load(b + 2 * ROW_HALF + (3 + c) * ROW_UNIT), step, 1);
    return _mm512_or_si512(bits_from(nibble, step % 2 * 4, 15), _mm512_slli_epi16(bit, 4));
}
CK_INLINE __m512 scale_q5_k(const uint8_t *b, unsigned step) {
    return scale_q4_k(b, step);
}
CK_INLINE __m512 min_q5_k(const uint8_t *b, unsigned step) {
    return min_q4_k(b, step);
}

/// Steps of sixteen elements.
CK_INLINE __m512i bytes_q6_k(const uint8_t *b, unsigned step, unsigned c) {
    const unsigned part = step / 8, quarter = step / 2 % 4, at = step % 2 * 4 + c;
    const __m512i nibble = load(b + (part * 16 + quarter % 2 * 8 + at) * ROW_UNIT);
    const __m512i bits = bits_from(load(b + (32 + part * 8 + at) * ROW_UNIT), quarter * 2, 3);
    return _mm512_or_si512(bits_from(nibble, quarter / 2 * 4, 15), _mm512_slli_epi16(bits, 4));
}
CK_INLINE __m512 scale_q6_k(const uint8_t *b, unsigned step) {
    const __m512i word = load(b + (48 + step / 4) * ROW_UNIT);
    const __m512i high = _mm512_sll_epi32(word, _mm_cvtsi32_si128((int)(24 - step % 4 * 8)));
    return _mm512_mul_ps(halves(b + 52 * ROW_UNIT), _mm512_cvtepi32_ps(_mm512_srai_epi32(high, 24)));
}
