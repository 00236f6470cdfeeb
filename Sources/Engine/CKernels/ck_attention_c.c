// Attention, scalar reference.
#include "ck_attention.h"
#include "ck_scalar.h"
#include "ck_signatures.h"

static void scores_c(const float *q, size_t rows, const uint16_t *k, size_t panels, size_t head, float *out,
                     size_t stride) {
    float keys[CK_MAX_HEAD * CK_KEY_PANEL];
    for (size_t panel = 0; panel < panels; panel++, k += head * CK_KEY_PANEL, out += CK_KEY_PANEL) {
        for (size_t i = 0; i < head * CK_KEY_PANEL; i++)
            keys[i] = ck_half(k[i]);
        for (size_t row = 0; row < rows; row++) {
            float dot[CK_KEY_PANEL] = {0};
            for (size_t i = 0; i < head; i++)
                for (size_t j = 0; j < CK_KEY_PANEL; j++)
                    dot[j] += q[row * head + i] * keys[i * CK_KEY_PANEL + j];
            memcpy(out + row * stride, dot, sizeof dot);
        }
    }
}

static void mix_c(const float *p, size_t stride, size_t rows, const uint16_t *v, size_t n, size_t head, float *acc) {
    float value[CK_MAX_HEAD];
    for (size_t i = 0; i < n; i++, v += head) {
        for (size_t j = 0; j < head; j++)
            value[j] = ck_half(v[j]);
        for (size_t row = 0; row < rows; row++)
            for (size_t j = 0; j < head; j++)
                acc[row * head + j] += p[row * stride + i] * value[j];
    }
}

static void widen_keys_c(const uint8_t *k, size_t panels, size_t head, uint16_t *out) {
    for (size_t g = 0; g < panels * (head / CK_GROUP); g++, k += CK_KEY_PANEL * CK_KV_BLOCK)
        for (size_t i = 0; i < CK_GROUP * CK_KEY_PANEL; i++)
            *out++ =
                ck_f32_to_f16((float)(int8_t)k[2 * CK_KEY_PANEL + i] * ck_half(ck_load_u16(k + i % CK_KEY_PANEL * 2)));
}

static void widen_values_c(const uint8_t *v, size_t blocks, uint16_t *out) {
    for (size_t b = 0; b < blocks; b++, v += CK_KV_BLOCK)
        for (size_t i = 0; i < CK_GROUP; i++)
            *out++ = ck_f32_to_f16((float)(int8_t)v[2 + i] * ck_half(ck_load_u16(v)));
}

void ck_fill_attention_c(ck_kernels *table) {
    table->scores = scores_c;
    table->mix = mix_c;
    table->widen_keys = widen_keys_c;
    table->widen_values = widen_values_c;
}
