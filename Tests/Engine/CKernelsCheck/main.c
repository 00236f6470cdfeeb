// check [LEVEL]: every level the processor has, or LEVEL alone, which must then be there.
#include "check.h"
#include <stdarg.h>

static size_t checks, failures;
ck_pool *pool;

void check(bool holds, const char *format, ...) {
    checks++;
    if (holds)
        return;
    if (failures++ < 20) {
        va_list arguments;
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        printf("\n");
    }
}

uint32_t random_bits(void) {
    static uint64_t state = 0x9E3779B97F4A7C15u; // xorshift64*
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * 0x2545F4914F6CDD1Du >> 32);
}

float random_float(float low, float high) {
    return low + (high - low) * (float)(random_bits() >> 8) * 0x1p-24f;
}

void *allocate(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (!memory) {
        printf("no memory\n");
        exit(2);
    }
    memset(memory, 0, bytes);
    return memory;
}

int main(int count, char **arguments) {
    static _Alignas(64) uint8_t home[CK_POOL_BYTES];
    pool = ck_pool_start(home, 3);
    if (!pool) {
        printf("no threads\n");
        return 2;
    }
    check_pool();
    check_formats();
    bool found = false;
    for (int isa = CK_SCALAR; isa <= CK_NEON; isa++) {
        const ck_kernels *level = ck_table((ck_isa)isa);
        if (!level || (count > 1 && strcmp(arguments[1], level->name) != 0))
            continue;
        found = true;
        check_products(level);
        check_rows(level);
        check_attention(level);
        ck_select((ck_isa)isa);
        check_convolutions(level);
        check_cache();
        printf("%s: %zu checks, %zu failures\n", level->name, checks, failures);
    }
    ck_pool_stop(pool);
    if (!found)
        printf("this processor has no such level\n");
    return found && failures == 0 ? 0 : 1;
}
