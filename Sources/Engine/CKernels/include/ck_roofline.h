// How fast bytes can be multiplied: what bounds prefill, where each weight meets many tokens.
#pragma once
#include "ck_pool.h"

/// Multiplies and adds 8-bit integers in registers, with the instruction that the active level's products use, on all
/// workers. Returns how many multiplications that were in all.
uint64_t ck_multiply_registers(ck_pool *pool, size_t rounds);
