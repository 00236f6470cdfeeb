// Checks of the C kernels against their scalar reference, as a program of its own: it is built for other processors
// (and run under qemu or with emulated intrinsics) as well as for this one, with sanitizers too.
#pragma once
#include "ckernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Counts a failure and prints it, the first few in full.
void check(bool holds, const char *format, ...);
/// The same numbers in every run.
uint32_t random_bits(void);
float random_float(float low, float high);
void *allocate(size_t bytes); // aligned to 64; ends the program when there is none
extern ck_pool *pool;

void check_formats(void);
void check_products(const ck_kernels *level);
void check_rows(const ck_kernels *level);
void check_attention(const ck_kernels *level);
/// At the level in use, which is `level`.
void check_convolutions(const ck_kernels *level);
void check_cache(void);
void check_pool(void);

/// Random blocks with finite scales. `hostile` 0: ordinary; 1: largest scales; 2: all bits of the integers set;
/// 3: none set; 4: zero blocks; 5: subnormal scales.
void random_blocks(uint32_t type, size_t count, int hostile, uint8_t *out);
