// Small inline pieces that the portable files share. Private to the module.
#pragma once
#include "ck_table.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float ck_bits_f32(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t ck_f32_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline uint16_t ck_load_u16(const uint8_t *p) {
    uint16_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static inline uint32_t ck_load_u32(const uint8_t *p) {
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

enum { CK_LINE = 64 }; // bytes of a cache line

/// Asks for `bytes` of a stream some time before they are read: the processor's own prefetching stops at page ends.
/// An address beyond the stream does no harm.
static inline __attribute__((always_inline)) void ck_prefetch(const uint8_t *p, size_t bytes) {
    enum { AHEAD = 4096 };
    for (size_t i = 0; i < bytes; i += CK_LINE)
        __builtin_prefetch(p + AHEAD + i);
}

/// How many lines of each stretch of what comes next to ask for in each of `rounds` rounds over a piece.
static inline size_t ck_lines_ahead(const ck_piece *piece, size_t rounds) {
    return (piece->prefetch_bytes / CK_LINE + rounds - 1) / rounds;
}
/// Asks for `lines` lines of both stretches, from `line` on.
static inline void ck_prefetch_ahead(const ck_piece *piece, size_t line, size_t lines) {
    const uint8_t *p = piece->prefetch + line * CK_LINE;
    for (size_t i = 0; i < lines; i++, p += CK_LINE) {
        __builtin_prefetch(p);
        __builtin_prefetch(p + piece->prefetch_stride);
    }
}

static inline size_t ck_min_size(size_t a, size_t b) {
    return a < b ? a : b;
}
static inline size_t ck_round_up(size_t value, size_t step) {
    return (value + step - 1) / step * step;
}

/// The place of element k among the pairs of its column: what the portable products read, see ck_matmul_c.c.
static inline size_t ck_pair_index(size_t k) {
    return k / 4 * 4 + k % 2 * 2 + k / 2 % 2;
}

/// F16 to F32 without a table: the exponent is moved by a multiplication, which normalises subnormals as well.
static inline float ck_half(uint16_t half) {
    const uint32_t magnitude = (uint32_t)(half & 0x7FFF) << 13;
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    const float scaled = ck_bits_f32(magnitude) * 0x1p112f;
    const uint32_t infinite = (half & 0x7C00) == 0x7C00 ? 0x7F800000u : 0u;
    return ck_bits_f32(ck_f32_bits(scaled) | infinite | sign);
}

/// e^x, relative error below 2e-7 over the range of finite results; 0 below -87.3, and x above 88.3 counts as 88.3.
/// NaN gives NaN. Written without branches so that a compiler can make vectors of it.
static inline float ck_exp(float x) {
    const float lower = x < -87.3f ? -87.3f : x;
    const float clamped = lower > 88.3f ? 88.3f : lower;
    const float shifted = clamped * 1.44269504f + 12582912.0f; // 1.5 * 2^23: rounds to the nearest integer
    const float n = shifted - 12582912.0f;
    const float r = (clamped - n * 0.693145752f) - n * 1.42860677e-6f; // ln 2 in two parts, the first exact in n
    float p = 1.98412698e-4f;
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    const float power = ck_bits_f32((ck_f32_bits(shifted) << 23) + 0x3F800000u);
    return x < -87.3f ? 0.0f : p * power;
}
