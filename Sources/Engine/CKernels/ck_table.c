// Which kernels run: what the processor has, and what was asked for.
#include "ck_signatures.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

enum { LEVELS = 4 };

static ck_kernels tables[LEVELS];
static bool available[LEVELS];
static bool ignored;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic(const ck_kernels *) active;

#if defined(__x86_64__)
static uint64_t extended_control_register(void) {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

/// Bits of CPUID, and what the system saves of the registers.
static bool has(unsigned leaf1_ecx, unsigned leaf7_ebx, unsigned leaf7_ecx, uint64_t saved) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0 || (c & leaf1_ecx) != leaf1_ecx)
        return false;
    if ((extended_control_register() & saved) != saved || !__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return false;
    return (b & leaf7_ebx) == leaf7_ebx && (c & leaf7_ecx) == leaf7_ecx;
}

static bool has_avx2(void) {
    return has(bit_AVX | bit_FMA | bit_F16C, bit_AVX2, 0, 0x6);
}

static bool has_avx512vnni(void) {
#if defined(CK_EMULATED)
    return true;
#endif
    const unsigned features = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
    return has_avx2() && has(0, features, bit_AVX512VNNI, 0xE6);
}
#elif defined(__aarch64__)
static bool has_dot_product(void) {
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
}
#endif

/// The last one added is the best.
static const ck_kernels *add_level(ck_isa isa, const char *name, const ck_kernels *kernels) {
    tables[isa] = *kernels;
    tables[isa].isa = isa;
    tables[isa].name = name;
    available[isa] = true;
    return &tables[isa];
}

static void fill_levels(void) {
    ck_kernels table = {.isa = CK_SCALAR};
    ck_fill_matmul_c(&table);
    ck_fill_rows_c(&table);
    ck_fill_attention_c(&table);
    const ck_kernels *best = add_level(CK_SCALAR, "scalar", &table);
#if defined(__x86_64__)
    if (has_avx2()) {
        ck_fill_matmul_avx2(&table);
        ck_fill_activations_avx2(&table);
        ck_fill_rows_avx2(&table);
        best = add_level(CK_AVX2, "avx2", &table);
    }
    if (has_avx512vnni()) {
        ck_fill_matmul_avx512vnni(&table);
        ck_fill_activations_avx512vnni(&table);
        ck_fill_floats_avx512vnni(&table);
        best = add_level(CK_AVX512VNNI, "avx512vnni", &table);
    }
#elif defined(__aarch64__)
    if (has_dot_product()) {
        ck_fill_matmul_neon(&table);
        ck_fill_floats_neon(&table);
        best = add_level(CK_NEON, "neon", &table);
    }
#endif
    const char *request = getenv("BRIM_KERNELS");
    ignored = request && *request;
    for (size_t i = 0; ignored && i < LEVELS; i++)
        if (available[i] && strcmp(tables[i].name, request) == 0) {
            best = &tables[i];
            ignored = false;
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
