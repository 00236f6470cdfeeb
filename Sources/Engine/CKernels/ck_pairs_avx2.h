// Sums of activations for AVX2 and above. Private; included inside a target region.

/// Sums over sixteen of thirty-two signed bytes: bytes 0 and 1 of every four, and 2 and 3; the second sixteen four
/// places on.
CK_INLINE void store_pair_sums(__m256i signed_bytes, int16_t *pairs) {
    __m256i sums = _mm256_maddubs_epi16(_mm256_set1_epi8(1), signed_bytes);
    sums = _mm256_add_epi16(sums, _mm256_shuffle_epi32(sums, 0x4E));
    sums = _mm256_add_epi16(sums, _mm256_shuffle_epi32(sums, 0xB1));
    const int32_t first = _mm256_extract_epi32(sums, 0), second = _mm256_extract_epi32(sums, 4);
    memcpy(pairs, &first, 4);
    memcpy(pairs + 4, &second, 4);
}
