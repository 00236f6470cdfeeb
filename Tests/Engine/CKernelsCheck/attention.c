// Attention and the cache of keys and values.
#include "check.h"

typedef struct scene {
    size_t heads, kv_heads, head, capacity, length, n, position, window;
    bool causal;
} scene;

static ck_kv make_cache(const scene *s) {
    const size_t elements = s->kv_heads * s->head * s->capacity;
    return (ck_kv){allocate(elements * 2), allocate(elements * 2), s->kv_heads, s->head, s->capacity};
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

void check_attention(const ck_kernels *level) {
    const scene scenes[] = {
        {9, 3, 64, 1024, 700, 1, 699, 0, true},    {9, 3, 64, 64, 37, 37, 0, 0, true},
        {9, 3, 64, 512, 300, 21, 279, 0, true},    {6, 6, 64, 208, 205, 50, 0, 0, false},
        {6, 6, 64, 512, 444, 1, 0, 0, false},      {4, 1, 24, 320, 310, 9, 301, 100, true},
        {4, 1, 256, 320, 310, 3, 307, 64, true},   {30, 1, 8, 80, 70, 4, 66, 0, true},
        {2, 1, 128, 400, 400, 140, 260, 70, true}, {14, 2, 64, 16, 1, 1, 0, 0, true},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        check_scene(&scenes[i], level);
    scene s = {4, 2, 16, 32, 33, 1, 0, 0, false};
    ck_kv kv = make_cache(&s);
    ck_attention_args args = {.kv = &kv, .n = 1, .heads = 4, .length = 33, .workspace_bytes = 1u << 30};
    check(!ck_attention(NULL, &args), "a length beyond the capacity is accepted");
    args.length = 16;
    args.heads = 3;
    check(!ck_attention(NULL, &args), "heads that are no multiple are accepted");
    free(kv.k), free(kv.v);
}

/// Removing positions leaves what storing the rest from the start would: values moved, keys turned back.
void check_cache(void) {
    enum { HEADS = 2, HEAD = 16, LENGTH = 60, BEGIN = 5, END = 28, WIDTH = HEADS * HEAD };
    for (int neox = 0; neox < 2; neox++) {
        const scene s = {HEADS, HEADS, HEAD, 64, LENGTH, 1, 0, 0, true};
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
                    const size_t key = (head * 64 + p / 16 * 16) * HEAD + i * 16 + p % 16;
                    const size_t value = (head * 64 + p) * HEAD + i;
                    check(fabsf(ck_f16_to_f32(kv.k[key]) - ck_f16_to_f32(wanted.k[key])) < 5e-3f,
                          "key %zu of head %zu after removal", p, head);
                    check(kv.v[value] == wanted.v[value], "value %zu of head %zu after removal", p, head);
                }
        free(k), free(v), free(kv.k), free(kv.v), free(wanted.k), free(wanted.v);
    }
}
