// Every variant of every kernel, by instruction set. Private to the module; signatures are in ck_table.h.
#pragma once
#include "ck_table.h"

/// What the portable level has. Each file fills its own family in.
void ck_fill_matmul_c(ck_kernels *table);
void ck_fill_rows_c(ck_kernels *table);
void ck_fill_attention_c(ck_kernels *table);

#if defined(__x86_64__)
/// AVX2, FMA and F16C: all but the unpacking of quantised weights to floats.
void ck_fill_matmul_avx2(ck_kernels *table);
void ck_fill_activations_avx2(ck_kernels *table);
void ck_fill_rows_avx2(ck_kernels *table);
/// AVX-512 F, BW, VL, DQ and VNNI: on top of AVX2.
void ck_fill_matmul_avx512vnni(ck_kernels *table);
void ck_fill_activations_avx512vnni(ck_kernels *table);
void ck_fill_floats_avx512vnni(ck_kernels *table);
#endif

#if defined(__aarch64__)
/// NEON with the dot product: all but the unpacking of quantised weights to floats.
void ck_fill_matmul_neon(ck_kernels *table);
void ck_fill_floats_neon(ck_kernels *table);
#endif
