// Writing quantised weights: floats to blocks in GGML's own layout. Reading them is ck_formats.h.
#pragma once
#include "ck_formats.h"
#include "ck_pool.h"

/// True for the types that `ck_quantise_row` writes.
bool ck_can_quantise(uint32_t type);

/// Quantises `count` finite floats (a whole number of blocks). Types of one block scale round as GGML does, bit by bit.
/// A scale beyond F16 becomes Inf, which `ck_first_invalid_block` finds. Not for types that `ck_can_quantise` denies.
void ck_quantise_row(uint32_t type, const float *x, uint8_t *blocks, size_t count);

/// Rewrites `count` elements of type `from` as type `to`, on the workers of `pool` (NULL: on the calling thread).
/// `count` is a whole number of blocks of both. All values of `in` are finite, see `ck_first_invalid_block`.
void ck_requantise(ck_pool *pool, uint32_t from, const uint8_t *in, uint32_t to, uint8_t *out, size_t count);
