// Attention and the cache of keys and values.
#include "check.h"

typedef struct scene {
    size_t heads, kv_heads, head, capacity, length, n, position, window;
    bool causal;
    ck_kv_type type;
} scene;

static ck_kv make_cache(const scene *s) {
    const size_t bytes = s->kv_heads * s->capacity * ck_kv_head_bytes(s->type, s->head);
    return (ck_kv){allocate(bytes), allocate(bytes), s->type, s->kv_heads, s->head, s->capacity};
}

/// What the cache makes of numbers.
static void keep(const scene *s, float *x, size_t count, bool is_key) {
    uint8_t block[CK_KV_BLOCK];
    for (size_t i = 0; s->type == CK_KV_Q8_0 && i < count; i += 32) {
        if (is_key)
            ck_hadamard(x + i, 32);
        ck_quantise_row_q8_0(x + i, block, 32);
        ck_dequantise_row(ck_format_of(CK_Q8_0), block, x + i, 32);
        for (size_t j = i; j < i + 32; j++)
            x[j] = ck_f16_to_f32(ck_f32_to_f16(x[j]));
        if (is_key)
            ck_hadamard(x + i, 32);
    }
}

/// Element (i, j) of the matrix is 1 / √32, negative where i and j have an odd number of bits in common.
static void check_hadamard(void) {
    float x[64], got[64];
    for (size_t i = 0; i < 64; i++)
        x[i] = got[i] = random_float(-2, 2);
    ck_hadamard(got, 64);
    for (size_t i = 0; i < 64; i++) {
        double wanted = 0;
        for (size_t j = 0; j < 32; j++)
            wanted += x[i / 32 * 32 + j] * (__builtin_popcount((unsigned)(i % 32 & j)) % 2 ? -1 : 1) / sqrt(32);
        check(fabs(got[i] - wanted) < 1e-6, "element %zu of a Hadamard product is %g, not %g", i, (double)got[i],
              wanted);
    }
    ck_hadamard(got, 64);
    for (size_t i = 0; i < 64; i++)
        check(fabsf(got[i] - x[i]) < 1e-6f, "a Hadamard product of a Hadamard product is another");
}

static float *random_rows(size_t count) {
    float *x = allocate(count * 4);
    for (size_t i = 0; i < count; i++)
        x[i] = ck_f16_to_f32(ck_f32_to_f16(random_float(-2, 2)));
    return x;
}

static void attend(const scene *s, const ck_kv *kv, const float *q, size_t first, size_t n, ck_pool *workers,
                   float *out) {
    const size_t width = s->heads * s->head, bytes = ck_attention_workspace(3);
    void *workspace = allocate(bytes);
    const ck_attention_args args = {.kv = kv,
                                    .q = q + first * width,
                                    .q_stride = width,
                                    .n = n,
                                    .heads = s->heads,
                                    .length = s->causal ? s->position + first + n : s->length,
                                    .position = s->position + first,
                                    .causal = s->causal,
                                    .window = s->window,
                                    .scale = 0.3f,
                                    .out = out,
                                    .out_stride = width,
                                    .workspace = workspace,
                                    .workspace_bytes = bytes};
    check(ck_attention(workers, &args), "attention refuses its arguments");
    free(workspace);
}

/// One head of one query by the definition, in double precision.
static void define(const scene *s, const float *q, const float *k, const float *v, size_t query, size_t head,
                   double *out) {
    const size_t width = s->kv_heads * s->head, at = head / (s->heads / s->kv_heads) * s->head;
    const size_t end = s->causal ? s->position + query + 1 : s->length;
    const size_t begin = s->causal && s->window && end > s->window ? end - s->window : 0;
    double total = 0;
    memset(out, 0, s->head * sizeof *out);
    for (size_t p = begin; p < end; p++) {
        double score = 0;
        for (size_t i = 0; i < s->head; i++)
            score += (double)q[(query * s->heads + head) * s->head + i] * k[p * width + at + i];
        const double weight = exp(score * 0.3f);
        total += weight;
        for (size_t i = 0; i < s->head; i++)
            out[i] += weight * v[p * width + at + i];
    }
    for (size_t i = 0; i < s->head; i++)
        out[i] /= total;
}

static void check_scene(const scene *s, const ck_kernels *level) {
    const size_t width = s->heads * s->head, kv_width = s->kv_heads * s->head;
    ck_select(level->isa);
    ck_kv kv = make_cache(s);
    float *q = random_rows(s->n * width), *k = random_rows(s->length * kv_width),
          *v = random_rows(s->length * kv_width);
    float *got = allocate(s->n * width * 4), *alone = allocate(width * 4);
    ck_kv_store(pool, &kv, k, kv_width, v, kv_width, 0, s->length / 2);
    for (size_t p = s->length / 2; p < s->length; p++)
        ck_kv_store(pool, &kv, k + p * kv_width, kv_width, v + p * kv_width, kv_width, p, 1);
    attend(s, &kv, q, 0, s->n, pool, got);
    keep(s, k, s->length * kv_width, true);
    keep(s, v, s->length * kv_width, false);
    double wanted[CK_MAX_HEAD];
    for (size_t query = 0; query < s->n; query++) {
        for (size_t head = 0; head < s->heads; head++) {
            define(s, q, k, v, query, head, wanted);
            for (size_t i = 0; i < s->head; i++)
                check(fabs(got[query * width + head * s->head + i] - wanted[i]) < 2e-5,
                      "%s: attention of %zu heads of %zu, length %zu, n %zu: query %zu head %zu [%zu] is %g, not %g",
                      level->name, s->heads, s->head, s->length, s->n, query, head, i,
                      (double)got[query * width + head * s->head + i], wanted[i]);
        }
        attend(s, &kv, q, query, 1, query % 2 ? pool : NULL, alone);
        check(memcmp(alone, got + query * width, width * 4) == 0,
              "%s: query %zu of %zu depends on the others (length %zu)", level->name, query, s->n, s->length);
    }
    attend(s, &kv, q, 0, s->n, pool, q); // in place
    check(memcmp(q, got, s->n * width * 4) == 0, "%s: attention in place differs", level->name);
    free(q), free(k), free(v), free(got), free(alone), free(kv.k), free(kv.v);
}

/// Keys and values in bytes become the same halves everywhere.
static void check_widening(const ck_kernels *level) {
    enum { HEAD = 96, PANELS = 3, BYTES = PANELS * 16 * HEAD / 32 * CK_KV_BLOCK };
    uint8_t bytes[BYTES];
    uint16_t got[PANELS * 16 * HEAD], wanted[PANELS * 16 * HEAD];
    const ck_kernels *scalar = ck_table(CK_SCALAR);
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)random_bits();
    for (size_t i = 0; i < BYTES; i += 2)
        if ((bytes[i + 1] & 0x7C) == 0x7C) // no scale is NaN, whose bits are nobody's business
            bytes[i + 1] ^= 0x40;
    scalar->widen_keys(bytes, PANELS, HEAD, wanted);
    level->widen_keys(bytes, PANELS, HEAD, got);
    check(memcmp(got, wanted, sizeof got) == 0, "%s: keys are widened otherwise", level->name);
    scalar->widen_values(bytes, PANELS * 16 * HEAD / 32, wanted);
    level->widen_values(bytes, PANELS * 16 * HEAD / 32, got);
    check(memcmp(got, wanted, sizeof got) == 0, "%s: values are widened otherwise", level->name);
}

void check_attention(const ck_kernels *level) {
    const scene scenes[] = {
        {9, 3, 64, 1024, 700, 1, 699, 0, true, CK_KV_F16},    {9, 3, 64, 64, 37, 37, 0, 0, true, CK_KV_F16},
        {9, 3, 64, 512, 300, 21, 279, 0, true, CK_KV_F16},    {6, 6, 64, 208, 205, 50, 0, 0, false, CK_KV_F16},
        {6, 6, 64, 512, 444, 1, 0, 0, false, CK_KV_F16},      {4, 1, 24, 320, 310, 9, 301, 100, true, CK_KV_F16},
        {4, 1, 256, 320, 310, 3, 307, 64, true, CK_KV_F16},   {30, 1, 8, 80, 70, 4, 66, 0, true, CK_KV_F16},
        {2, 1, 128, 400, 400, 140, 260, 70, true, CK_KV_F16}, {14, 2, 64, 16, 1, 1, 0, 0, true, CK_KV_F16},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        scene kept = scenes[i];
        check_scene(&kept, level);
        kept.type = CK_KV_Q8_0;
        if (kept.head % 32 == 0)
            check_scene(&kept, level);
    }
    check_widening(level);
    check_hadamard();
    scene s = {4, 2, 16, 32, 33, 1, 0, 0, false, CK_KV_F16};
    ck_kv kv = make_cache(&s);
    ck_attention_args args = {.kv = &kv, .n = 1, .heads = 4, .length = 33, .workspace_bytes = 1u << 30};
    check(!ck_attention(NULL, &args), "a length beyond the capacity is accepted");
    args.length = 16;
    args.heads = 3;
    check(!ck_attention(NULL, &args), "heads that are no multiple are accepted");
    args.heads = 4;
    kv.type = CK_KV_Q8_0;
    check(!ck_attention(NULL, &args), "heads of half a block are accepted");
    free(kv.k), free(kv.v);
}

/// Element i of a key or value, by the definition of the layout.
static float cached(const ck_kv *kv, size_t head, size_t position, size_t i, bool is_key) {
    const size_t lane = position % 16, row = head * kv->capacity + position, panel = row - lane;
    const uint8_t *bytes = is_key ? kv->k : kv->v;
    uint16_t half;
    if (kv->type == CK_KV_F16) {
        memcpy(&half, bytes + 2 * (is_key ? panel * kv->head_size + i * 16 + lane : row * kv->head_size + i), 2);
        return ck_f16_to_f32(half);
    }
    const size_t blocks = kv->head_size / 32;
    const uint8_t *block = bytes + CK_KV_BLOCK * (is_key ? panel * blocks + i / 32 * 16 : row * blocks + i / 32);
    memcpy(&half, block + (is_key ? 2 * lane : 0), 2);
    return ck_f16_to_f32(half) * (int8_t)(is_key ? block[32 + i % 32 * 16 + lane] : block[2 + i % 32]);
}

/// Removing positions leaves what storing the rest from the start would: values moved, keys turned back.
void check_cache(void) {
    enum { HEADS = 2, HEAD = 32, LENGTH = 60, BEGIN = 5, END = 28, WIDTH = HEADS * HEAD };
    for (int kind = 0; kind < 4; kind++) {
        const bool neox = kind % 2;
        const ck_kv_type type = kind / 2 ? CK_KV_Q8_0 : CK_KV_F16;
        const scene s = {HEADS, HEADS, HEAD, 64, LENGTH, 1, 0, 0, true, type};
        ck_kv kv = make_cache(&s), wanted = make_cache(&s);
        float *k = random_rows(LENGTH * WIDTH), *v = random_rows(LENGTH * WIDTH);
        float cosine[HEAD / 2], sine[HEAD / 2], rotated[WIDTH];
        for (size_t p = 0, to = 0; p < LENGTH; p++) {
            const bool kept = p < BEGIN || p >= END;
            for (int pass = 0; pass < 1 + kept; pass++) {
                const size_t position = pass == 0 ? p : to;
                for (size_t i = 0; i < HEAD / 2; i++) {
                    const double angle = (double)position * pow(100, -2.0 * (double)i / HEAD);
                    cosine[i] = (float)cos(angle);
                    sine[i] = (float)sin(angle);
                }
                memcpy(rotated, k + p * WIDTH, sizeof rotated);
                ck_rope(rotated, HEADS, HEAD, cosine, sine, HEAD, neox);
                ck_kv_store(NULL, pass == 0 ? &kv : &wanted, rotated, WIDTH, v + p * WIDTH, WIDTH, position, 1);
            }
            to += kept;
        }
        for (size_t i = 0; i < HEAD / 2; i++) {
            const double angle = (END - BEGIN) * pow(100, -2.0 * (double)i / HEAD);
            cosine[i] = (float)cos(angle);
            sine[i] = (float)sin(angle);
        }
        ck_kv_remove(&kv, BEGIN, END, LENGTH, cosine, sine, HEAD, neox);
        for (size_t head = 0; head < HEADS; head++)
            for (size_t p = 0; p < LENGTH - (END - BEGIN); p++)
                for (size_t i = 0; i < HEAD; i++) {
                    const float key = cached(&kv, head, p, i, true), as = cached(&wanted, head, p, i, true);
                    check(fabsf(key - as) < (type == CK_KV_F16 ? 5e-3f : 5e-2f), "key %zu of head %zu after removal", p,
                          head);
                    check(cached(&kv, head, p, i, false) == cached(&wanted, head, p, i, false),
                          "value %zu of head %zu after removal", p, head);
                }
        free(k), free(v), free(kv.k), free(kv.v), free(wanted.k), free(wanted.v);
    }
}
