// Multiplying and nothing else; the loops are in the tables.
#include "ck_roofline.h"
#include "ck_table.h"
#include <stdatomic.h>

typedef struct multiplying {
    ck_multiply_registers_fn function;
    size_t rounds;
    _Atomic uint64_t count;
} multiplying;

static void multiply_share(void *context, size_t worker, size_t workers) {
    multiplying *m = context;
    (void)worker, (void)workers;
    atomic_fetch_add_explicit(&m->count, m->function(m->rounds), memory_order_relaxed);
}

uint64_t ck_multiply_registers(ck_pool *pool, size_t rounds) {
    multiplying m = {.function = ck_active()->multiply_registers, .rounds = rounds};
    ck_pool_run(pool, multiply_share, &m);
    return m.count;
}
