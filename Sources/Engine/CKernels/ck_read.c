// Reading memory and nothing else: sums in several chains, which compilers make vectors of.
#include "ck_read.h"
#include "ck_scalar.h"
#include <stdatomic.h>

enum { CHAINS = 32 };

typedef struct reading {
    const uint64_t *words;
    _Atomic(uint64_t) *sum;
} reading;

static void read_range(const void *context, size_t begin, size_t end) {
    const reading *job = context;
    uint64_t sums[CHAINS] = {0}, total = 0;
    size_t i = begin;
    for (; i + CHAINS <= end; i += CHAINS) {
        ck_prefetch((const uint8_t *)(job->words + i), CHAINS * sizeof *job->words); // as products of one column do
        for (size_t j = 0; j < CHAINS; j++)
            sums[j] += job->words[i + j];
    }
    for (; i < end; i++)
        total += job->words[i];
    for (size_t j = 0; j < CHAINS; j++)
        total += sums[j];
    atomic_fetch_add_explicit(job->sum, total, memory_order_relaxed);
}

uint64_t ck_read_all(ck_pool *pool, const uint64_t *words, size_t count) {
    _Atomic(uint64_t) sum = 0;
    const reading job = {words, &sum};
    ck_pool_rows(pool, count, 1 << 14, read_range, &job);
    return sum;
}
