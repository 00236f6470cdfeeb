// How fast memory can be read: what bounds decoding, where every token reads all weights.
#pragma once
#include "ck_pool.h"

/// Reads `count` 64-bit words once on all workers of `pool`, and returns their sum.
uint64_t ck_read_all(ck_pool *pool, const uint64_t *words, size_t count);
