// Writing super-blocks of 256: scales are searched for, sub-block by sub-block, and quantised themselves.
#include "ck_quantise.h"
#include "ck_quantise_k.h"
#include "ck_scalar.h"

/// To the nearest, between both; NaN, which only numbers beyond F32 on the way can make, counts as the least.
static int rounded(float x, int least, int most) {
    const float nearest = roundf(x);
    return nearest >= (float)most ? most : nearest > (float)least ? (int)nearest : least;
}

/// x / scale as an integer, and 0 for a scale of 0.
static int level(float x, float scale, int least, int most) {
    return fabsf(scale) >= 0x1p-126f ? rounded(x / scale, least, most) : rounded(0, least, most);
}

static float store_half(uint8_t *p, float value) {
    const uint16_t half = ck_f32_to_f16(value);
    memcpy(p, &half, 2);
    return ck_half(half);
}

// MARK: Q6_K

/// The scale around zero that fits sixteen values best, large ones most: the extreme is tried at several levels.
static float symmetric_scale(const float *x) {
    float extreme = 0, best = 0, scale = 0;
    for (unsigned i = 0; i < 16; i++)
        extreme = fabsf(x[i]) > fabsf(extreme) ? x[i] : extreme;
    if (fabsf(extreme) < 0x1p-100f)
        return 0;
    for (int k = -9; k <= 9; k++) {
        const float step = -1 / (32 + 0.1f * (float)k);
        float product = 0, square = 0;
        for (unsigned i = 0; i < 16; i++) {
            const float part = x[i] / extreme; // in ±1: no power of it is too large
            const float l = (float)rounded(part / step, -32, 31), weight = part * part;
            product += weight * part * l;
            square += weight * l * l;
        }
        if (square > 0 && product * product > best * square) {
            best = product * product / square;
            scale = extreme * (product / square);
        }
    }
    return scale;
}

void ck_quantise_q6_k(const float *x, uint8_t *block) {
    float scales[16], largest = 0;
    for (unsigned s = 0; s < 16; s++) {
        scales[s] = symmetric_scale(x + 16 * s);
        largest = fabsf(scales[s]) > fabsf(largest) ? scales[s] : largest;
    }
    memset(block, 0, 210);
    const float d = store_half(block + 208, largest / -128);
    for (unsigned s = 0; s < 16; s++)
        block[192 + s] = (uint8_t)(int8_t)level(scales[s], d, -128, 127);
    for (unsigned i = 0; i < 256; i++) {
        const float scale = d * (float)(int8_t)block[192 + i / 16];
        const unsigned q = (unsigned)(level(x[i], scale, -32, 31) + 32);
        const unsigned half = i / 128, quarter = i / 32 % 4, l = i % 32;
        block[half * 64 + quarter % 2 * 32 + l] |= (uint8_t)((q & 15) << (quarter / 2 * 4));
        block[128 + half * 32 + l] |= (uint8_t)((q >> 4) << (quarter * 2));
    }
}

// MARK: Q4_K and Q5_K

typedef struct fit {
    float scale, min; // x ≈ scale * level - min, both ≥ 0
} fit;

/// Least squares for given levels, and its weighted error.
static float solve(const float *x, const float *weight, const int *levels, fit *found) {
    float w = 0, l1 = 0, l2 = 0, x1 = 0, xl = 0, error = 0;
    for (unsigned i = 0; i < 32; i++) {
        const float l = (float)levels[i];
        w += weight[i];
        l1 += weight[i] * l;
        l2 += weight[i] * l * l;
        x1 += weight[i] * x[i];
        xl += weight[i] * x[i] * l;
    }
    const float determinant = w * l2 - l1 * l1;
    if (!(determinant > 0))
        return INFINITY;
    *found = (fit){(w * xl - x1 * l1) / determinant, -(l2 * x1 - l1 * xl) / determinant};
    if (found->min < 0)
        *found = (fit){xl / l2, 0};
    for (unsigned i = 0; i < 32; i++) {
        const float off = found->scale * (float)levels[i] - found->min - x[i];
        error += weight[i] * off * off;
    }
    return found->scale >= 0 ? error : INFINITY;
}

/// The scale and minimum that fit 32 values best, large ones most: the range is tried at several widths.
static fit best_fit(const float *x, int most_level) {
    float least = 0, most = x[0], squares = 0, weight[32];
    for (unsigned i = 0; i < 32; i++) {
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
        squares += x[i] * x[i];
    }
    for (unsigned i = 0; i < 32; i++)
        weight[i] = sqrtf(squares / 32) + fabsf(x[i]);
    if (most - least < 0x1p-100f)
        return (fit){0, -least};
    fit best = {(most - least) / (float)most_level, -least};
    float smallest = INFINITY;
    for (int k = -10; k <= 10; k++) {
        const float step = (most - least) / ((float)most_level + 0.1f * (float)k);
        int levels[32];
        for (unsigned i = 0; i < 32; i++)
            levels[i] = rounded((x[i] - least) / step, 0, most_level);
        fit found;
        const float error = solve(x, weight, levels, &found);
        if (error < smallest) {
            smallest = error;
            best = found;
        }
    }
    return best;
}

/// Six-bit scales and minima of eight sub-blocks, in 12 bytes.
static void store_scales(const uint8_t scale[8], const uint8_t min[8], uint8_t *packed) {
    for (unsigned i = 0; i < 4; i++) {
        packed[i] = (uint8_t)(scale[i] | scale[i + 4] >> 4 << 6);
        packed[i + 4] = (uint8_t)(min[i] | min[i + 4] >> 4 << 6);
        packed[i + 8] = (uint8_t)((scale[i + 4] & 15) | (min[i + 4] & 15) << 4);
    }
}

/// `high` is NULL, or 32 bytes for the fifth bits.
static void quantise_k45(const float *x, uint8_t *block, uint8_t *high, uint8_t *nibbles) {
    const int most_level = high ? 31 : 15;
    fit fits[8];
    float scale = 0, min = 0;
    for (unsigned s = 0; s < 8; s++) {
        fits[s] = best_fit(x + 32 * s, most_level);
        scale = fits[s].scale > scale ? fits[s].scale : scale;
        min = fits[s].min > min ? fits[s].min : min;
    }
    const float d = store_half(block, scale / 63), dmin = store_half(block + 2, min / 63);
    uint8_t scales[8], mins[8];
    for (unsigned s = 0; s < 8; s++) {
        scales[s] = (uint8_t)level(fits[s].scale, d, 0, 63);
        mins[s] = (uint8_t)level(fits[s].min, dmin, 0, 63);
    }
    store_scales(scales, mins, block + 4);
    for (unsigned i = 0; i < 256; i++) {
        const unsigned s = i / 32, l = i % 32;
        const float offset = dmin * (float)mins[s];
        const unsigned q = (unsigned)level(x[i] + offset, d * (float)scales[s], 0, most_level);
        nibbles[s / 2 * 32 + l] |= (uint8_t)((q & 15) << (s % 2 * 4));
        if (high)
            high[l] |= (uint8_t)((q >> 4) << s);
    }
}

void ck_quantise_q4_k(const float *x, uint8_t *block) {
    memset(block, 0, 144);
    quantise_k45(x, block, NULL, block + 16);
}

void ck_quantise_q5_k(const float *x, uint8_t *block) {
    memset(block, 0, 176);
    quantise_k45(x, block, block + 16, block + 48);
}
