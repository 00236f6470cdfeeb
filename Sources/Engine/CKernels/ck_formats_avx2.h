// How each format's packed bytes become integers and scales in AVX2 registers. Private; included inside a target
// region.
//
// A format is three functions over one packed block of sixteen rows. `bytes` gives elements 4c … 4c + 3 of step `step`
// for eight rows (half 0: rows 0–7, half 1: rows 8–15), one row in each 32-bit lane: unsigned, but for Q8_0, IQ4_NL and
// IQ4_XS. `scale` and `min` are the factors of a step for integers around zero: weight = scale * (byte - middle) + min,
// with 4, 8, 16 or 32 for middle in formats of 3, 4, 5 and 6 bits. c, half and (for scale and min) step are constants
// wherever these are used, and unrolling leaves the instructions alone.

enum {
    ROW_UNIT = 64, // bytes of a 4-byte unit of sixteen rows
    ROW_HALF = 32, // bytes of a 2-byte unit of sixteen rows
    ROW_BYTE = 16, // bytes of a 1-byte unit of sixteen rows
};

CK_INLINE __m256i load(const uint8_t *p) {
    return _mm256_loadu_si256((const __m256i *)p);
}

CK_INLINE __m256i nibbles(__m256i v, unsigned high) {
    return _mm256_and_si256(high ? _mm256_srli_epi16(v, 4) : v, _mm256_set1_epi8(15));
}

/// Bits shift … of each byte, `shift` known only at run time.
CK_INLINE __m256i bits_from(__m256i v, unsigned shift, char mask) {
    return _mm256_and_si256(_mm256_srl_epi16(v, _mm_cvtsi32_si128((int)shift)), _mm256_set1_epi8(mask));
}

CK_INLINE __m256 halves(const uint8_t *p, unsigned half) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + half * 16)));
}

/// Bits 4c … 4c + 3 of each 32-bit lane as 0x10 in its four bytes.
CK_INLINE __m256i fifth_bits(__m256i bits, unsigned c) {
    const __m256i lanes =
        _mm256_setr_epi32(0, 0x04040404, 0x08080808, 0x0C0C0C0C, 0, 0x04040404, 0x08080808, 0x0C0C0C0C);
    const __m256i byte = _mm256_shuffle_epi8(bits, _mm256_add_epi8(lanes, _mm256_set1_epi8((char)(c / 2))));
    const __m256i mask = _mm256_set1_epi32(c % 2 ? (int)0x80402010u : 0x08040201);
    const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(byte, mask), mask);
    return _mm256_and_si256(set, _mm256_set1_epi8(16));
}

// MARK: blocks of 32: one step

CK_INLINE __m256i bytes_q4_0(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    (void)step;
    return nibbles(load(b + ROW_HALF + c % 4 * ROW_UNIT + half * 32), c / 4);
}
CK_INLINE __m256 scale_q4_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}

CK_INLINE __m256i bytes_q4_1(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    (void)step;
    return nibbles(load(b + 2 * ROW_HALF + c % 4 * ROW_UNIT + half * 32), c / 4);
}
CK_INLINE __m256 scale_q4_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}
CK_INLINE __m256 min_q4_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, _mm256_fmadd_ps(halves(b, half), _mm256_set1_ps(8), halves(b + ROW_HALF, half));
}

CK_INLINE __m256i bytes_q5_0(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    (void)step;
    const __m256i low = nibbles(load(b + ROW_HALF + (1 + c % 4) * ROW_UNIT + half * 32), c / 4);
    return _mm256_or_si256(low, fifth_bits(load(b + ROW_HALF + half * 32), c));
}
CK_INLINE __m256 scale_q5_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}

CK_INLINE __m256i bytes_q5_1(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    (void)step;
    const __m256i low = nibbles(load(b + 2 * ROW_HALF + (1 + c % 4) * ROW_UNIT + half * 32), c / 4);
    return _mm256_or_si256(low, fifth_bits(load(b + 2 * ROW_HALF + half * 32), c));
}
CK_INLINE __m256 scale_q5_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}
CK_INLINE __m256 min_q5_1(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, _mm256_fmadd_ps(halves(b, half), _mm256_set1_ps(16), halves(b + ROW_HALF, half));
}

CK_INLINE __m256i bytes_q8_0(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    return (void)step, load(b + ROW_HALF + c * ROW_UNIT + half * 32);
}
CK_INLINE __m256 scale_q8_0(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}

// MARK: blocks of 32 whose nibbles are places in a table

CK_INLINE __m256i iq4_values(__m256i codes) {
    const __m128i values = _mm_setr_epi8(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(values), codes);
}

CK_INLINE __m256i bytes_iq4_nl(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    return (void)step, iq4_values(nibbles(load(b + ROW_HALF + c % 4 * ROW_UNIT + half * 32), c / 4));
}
CK_INLINE __m256 scale_iq4_nl(const uint8_t *b, unsigned step, unsigned half) {
    return (void)step, halves(b, half);
}

/// Twice the numbers of E2M1, 16 added.
CK_INLINE __m256i bytes_mxfp4(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    const __m128i values = _mm_setr_epi8(16, 17, 18, 19, 20, 22, 24, 28, 16, 15, 14, 13, 12, 10, 8, 4);
    const __m256i codes = nibbles(load(b + ROW_BYTE + c % 4 * ROW_UNIT + half * 32), c / 4);
    return (void)step, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(values), codes);
}
/// 2^(e - 128): exponents below 2 give subnormal numbers.
CK_INLINE __m256 scale_mxfp4(const uint8_t *b, unsigned step, unsigned half) {
    const __m256i e = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(b + half * 8))),
                  one = _mm256_set1_epi32(1);
    const __m256i small = _mm256_sllv_epi32(_mm256_set1_epi32(0x00200000), _mm256_min_epu32(e, one));
    const __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, one), 23);
    return (void)step, _mm256_castsi256_ps(_mm256_blendv_epi8(small, normal, _mm256_cmpgt_epi32(e, one)));
}

// MARK: super-blocks of 256

/// Bits shift … of each 32-bit lane.
CK_INLINE __m256i lane_bits(__m256i v, unsigned shift, int mask) {
    return _mm256_and_si256(_mm256_srl_epi32(v, _mm_cvtsi32_si128((int)shift)), _mm256_set1_epi32(mask));
}

/// d * (six bits - 32).
CK_INLINE __m256 signed_scale(__m256 d, __m256i low, __m256i high) {
    const __m256i value = _mm256_or_si256(low, _mm256_slli_epi32(high, 4));
    return _mm256_mul_ps(d, _mm256_cvtepi32_ps(_mm256_sub_epi32(value, _mm256_set1_epi32(32))));
}

/// Steps of sixteen elements.
CK_INLINE __m256i bytes_q3_k(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    const unsigned part = step / 8, quarter = step / 2 % 4, at = step % 2 * 4 + c;
    const __m256i low = bits_from(load(b + (8 + part * 8 + at) * ROW_UNIT + half * 32), quarter * 2, 3);
    const __m256i third = bits_from(load(b + at * ROW_UNIT + half * 32), step / 2, 1);
    return _mm256_or_si256(low, _mm256_slli_epi16(third, 2));
}
CK_INLINE __m256 scale_q3_k(const uint8_t *b, unsigned step, unsigned half) {
    const unsigned byte = step % 4 * 8;
    return signed_scale(halves(b + 27 * ROW_UNIT, half),
                        lane_bits(load(b + (24 + step / 4 % 2) * ROW_UNIT + half * 32), byte + step / 8 * 4, 15),
                        lane_bits(load(b + 26 * ROW_UNIT + half * 32), byte + step / 4 * 2, 3));
}

CK_INLINE __m256i bytes_iq4_xs(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    return iq4_values(nibbles(load(b + 2 * ROW_HALF + (1 + step * 4 + c % 4) * ROW_UNIT + half * 32), c / 4));
}
CK_INLINE __m256 scale_iq4_xs(const uint8_t *b, unsigned step, unsigned half) {
    const __m256i high = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(b + ROW_HALF + half * 16)));
    return signed_scale(halves(b, half), lane_bits(load(b + 2 * ROW_HALF + half * 32), step * 4, 15),
                        lane_bits(high, step * 2, 3));
}

/// Q4_K and Q5_K: the six-bit scales (min = 0) or minima (min = 1) of sub-block `step`.
CK_INLINE __m256 six_bits(const uint8_t *b, unsigned step, unsigned half, unsigned min) {
    const __m256i first = load(b + 2 * ROW_HALF + min * ROW_UNIT + half * 32);
    __m256i word = _mm256_and_si256(first, _mm256_set1_epi8(63));
    if (step >= 4) {
        const __m256i low = nibbles(load(b + 2 * ROW_HALF + 2 * ROW_UNIT + half * 32), min);
        const __m256i high = _mm256_and_si256(_mm256_srli_epi16(first, 2), _mm256_set1_epi8(48));
        word = _mm256_or_si256(low, high);
    }
    const __m256i value = _mm256_srli_epi32(word, (int)(step % 4 * 8));
    return _mm256_cvtepi32_ps(_mm256_and_si256(value, _mm256_set1_epi32(255)));
}

CK_INLINE __m256i bytes_q4_k(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    return bits_from(load(b + 2 * ROW_HALF + (3 + step / 2 * 8 + c) * ROW_UNIT + half * 32), step % 2 * 4, 15);
}
CK_INLINE __m256 scale_q4_k(const uint8_t *b, unsigned step, unsigned half) {
    return _mm256_mul_ps(halves(b, half), six_bits(b, step, half, 0));
}
CK_INLINE __m256 min_q4_k(const uint8_t *b, unsigned step, unsigned half) {
    const __m256 middle = _mm256_mul_ps(scale_q4_k(b, step, half), _mm256_set1_ps(8));
    return _mm256_fnmadd_ps(halves(b + ROW_HALF, half), six_bits(b, step, half, 1), middle);
}

CK_INLINE __m256i bytes_q5_k(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    const __m256i nibble = load(b + 2 * ROW_HALF + (11 + step / 2 * 8 + c) * ROW_UNIT + half * 32);
    const __m256i bit = bits_from(load(b + 2 * ROW_HALF + (3 + c) * ROW_UNIT + half * 32), step, 1);
    return _mm256_or_si256(bits_from(nibble, step % 2 * 4, 15), _mm256_slli_epi16(bit, 4));
}
CK_INLINE __m256 scale_q5_k(const uint8_t *b, unsigned step, unsigned half) {
    return scale_q4_k(b, step, half);
}
CK_INLINE __m256 min_q5_k(const uint8_t *b, unsigned step, unsigned half) {
    const __m256 middle = _mm256_mul_ps(scale_q4_k(b, step, half), _mm256_set1_ps(16));
    return _mm256_fnmadd_ps(halves(b + ROW_HALF, half), six_bits(b, step, half, 1), middle);
}

/// Steps of sixteen elements.
CK_INLINE __m256i bytes_q6_k(const uint8_t *b, unsigned step, unsigned c, unsigned half) {
    const unsigned part = step / 8, quarter = step / 2 % 4, at = step % 2 * 4 + c;
    const __m256i nibble = load(b + (part * 16 + quarter % 2 * 8 + at) * ROW_UNIT + half * 32);
    const __m256i bits = bits_from(load(b + (32 + part * 8 + at) * ROW_UNIT + half * 32), quarter * 2, 3);
    return _mm256_or_si256(bits_from(nibble, quarter / 2 * 4, 15), _mm256_slli_epi16(bits, 4));
}
CK_INLINE __m256 scale_q6_k(const uint8_t *b, unsigned step, unsigned half) {
    const __m256i word = load(b + (48 + step / 4) * ROW_UNIT + half * 32);
    const __m256i value = _mm256_srai_epi32(_mm256_slli_epi32(word, (int)(24 - step % 4 * 8)), 24);
    return _mm256_mul_ps(halves(b + 52 * ROW_UNIT, half), _mm256_cvtepi32_ps(value));
}
