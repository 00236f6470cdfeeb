// Every variant of every kernel, by instruction set. Private to the module; signatures are in ck_table.h.
#pragma once
#include "ck_table.h"

/// What the portable level has. Each file fills its own family in.
void ck_fill_matmul_c(ck_kernels *table);
void ck_fill_rows_c(ck_kernels *table);
void ck_fill_attention_c(ck_kernels *table);

#if defined(__x86_64__)
/// AVX2, FMA and F16C: what differs from the portable level.
void ck_fill_matmul_avx2(ck_kernels *table);
void ck_fill_rows_avx2(ck_kernels *table);
#endif
