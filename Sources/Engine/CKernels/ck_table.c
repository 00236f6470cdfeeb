// Which kernels run: what the processor has, and what was asked for.
#include "ck_signatures.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 4 };

static ck_kernels tables[LEVELS];
static bool available[LEVELS];
static bool ignored;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic(const ck_kernels *) active;

static void fill_levels(void) {
    ck_kernels table = {.isa = CK_SCALAR, .name = "scalar"};
    ck_fill_matmul_c(&table);
    ck_fill_rows_c(&table);
    ck_fill_attention_c(&table);
    tables[CK_SCALAR] = table;
    available[CK_SCALAR] = true;
    const ck_kernels *best = &tables[CK_SCALAR];

    const char *request = getenv("BRIM_KERNELS");
    if (request && *request) {
        const ck_kernels *wanted = NULL;
        for (size_t i = 0; i < LEVELS; i++)
            if (available[i] && strcmp(tables[i].name, request) == 0)
                wanted = &tables[i];
        ignored = wanted == NULL;
        best = wanted ? wanted : best;
    }
    atomic_store(&active, best);
}

const ck_kernels *ck_active(void) {
    const ck_kernels *table = atomic_load_explicit(&active, memory_order_acquire);
    if (table)
        return table;
    pthread_once(&once, fill_levels);
    return atomic_load_explicit(&active, memory_order_acquire);
}

const ck_kernels *ck_table(ck_isa isa) {
    ck_active();
    return (size_t)isa < LEVELS && available[isa] ? &tables[isa] : NULL;
}

int ck_select(ck_isa isa) {
    const ck_kernels *table = ck_table(isa);
    if (!table)
        return -1;
    atomic_store_explicit(&active, table, memory_order_release);
    return 0;
}

bool ck_request_ignored(void) {
    ck_active();
    return ignored;
}
