// Every variant of every kernel, by instruction set. Private to the module; signatures are in ck_table.h.
#pragma once
#include "ck_table.h"

/// What the portable level has. Each file fills its own family in.
void ck_fill_matmul_c(ck_kernels *table);
void ck_fill_rows_c(ck_kernels *table);
void ck_fill_attention_c(ck_kernels *table);
