// One super-block of 256 finite floats each. Private to the module.
#pragma once
#include <stdint.h>

void ck_quantise_q4_k(const float *x, uint8_t *block);
void ck_quantise_q5_k(const float *x, uint8_t *block);
void ck_quantise_q6_k(const float *x, uint8_t *block);
