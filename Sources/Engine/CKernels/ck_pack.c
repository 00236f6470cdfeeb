// Packing, the same on every instruction set: it runs once, at the speed of memory.
#include "ck_pack.h"
#include "ck_scalar.h"
#include <stdatomic.h>

size_t ck_packed_bytes(const ck_format *format, size_t rows, size_t cols) {
    const size_t row_bytes = ck_row_bytes(format, cols);
    if (row_bytes == 0 || rows > SIZE_MAX - CK_PANEL_ROWS)
        return 0;
    const size_t padded = ck_round_up(rows, CK_PANEL_ROWS);
    return padded > SIZE_MAX / row_bytes ? 0 : padded * row_bytes;
}

/// Copies one unit: sizes that are constants become single moves.
static inline void copy_unit(uint8_t *to, const uint8_t *from, size_t unit) {
    if (unit == 4)
        memcpy(to, from, 4);
    else if (unit == 2)
        memcpy(to, from, 2);
    else
        *to = *from;
}

/// One block of sixteen rows; rows from `live` on are zero bytes.
static void pack_block(const ck_format *format, const uint8_t *const rows[CK_PANEL_ROWS], size_t live, size_t at,
                       uint8_t *out) {
    for (size_t s = 0; s < format->section_count; s++) {
        const ck_section section = format->sections[s];
        for (size_t i = 0; i < section.count; i++) {
            const size_t source = at + section.offset + i * section.unit;
            for (size_t r = 0; r < live; r++)
                copy_unit(out + r * section.unit, rows[r] + source, section.unit);
            memset(out + live * section.unit, 0, (CK_PANEL_ROWS - live) * section.unit);
            out += CK_PANEL_ROWS * section.unit;
        }
    }
}

/// Sixteen bytes, as four units.
typedef uint32_t quad __attribute__((vector_size(16)));

static inline quad load_quad(const uint8_t *p) {
    quad value;
    memcpy(&value, p, sizeof value);
    return value;
}
static inline void store_quad(uint8_t *p, quad value) {
    memcpy(p, &value, sizeof value);
}

/// Interleaves `count` units of four bytes of sixteen rows, four rows and four units at a time.
static inline uint8_t *pack_words(const uint8_t *from, size_t row_bytes, size_t count, uint8_t *out) {
    size_t i = 0;
    for (; i + 4 <= count; i += 4, out += 4 * 4 * CK_PANEL_ROWS)
        for (size_t r = 0; r < CK_PANEL_ROWS; r += 4) {
            const uint8_t *p = from + r * row_bytes + 4 * i;
            const quad a = load_quad(p), b = load_quad(p + row_bytes), c = load_quad(p + 2 * row_bytes),
                       d = load_quad(p + 3 * row_bytes);
            const quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
            const quad ef = __builtin_shufflevector(a, b, 2, 6, 3, 7), gh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            uint8_t *to = out + 4 * r;
            store_quad(to, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
            store_quad(to + 4 * CK_PANEL_ROWS, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
            store_quad(to + 8 * CK_PANEL_ROWS, __builtin_shufflevector(ef, gh, 0, 1, 4, 5));
            store_quad(to + 12 * CK_PANEL_ROWS, __builtin_shufflevector(ef, gh, 2, 3, 6, 7));
        }
    for (; i < count; i++, out += 4 * CK_PANEL_ROWS)
        for (size_t r = 0; r < CK_PANEL_ROWS; r++)
            memcpy(out + 4 * r, from + r * row_bytes + 4 * i, 4);
    return out;
}

/// Interleaves `count` units of two bytes of sixteen rows. Returns whether one may be a scale that is no number: its
/// upper bits are those of F16's NaN and Inf, and of BF16's.
static inline bool pack_halves(const uint8_t *from, size_t row_bytes, size_t count, uint8_t *out) {
    unsigned suspect = 0;
    for (size_t i = 0; i < count; i++, out += 2 * CK_PANEL_ROWS)
        for (size_t r = 0; r < CK_PANEL_ROWS; r++) {
            const uint16_t half = ck_load_u16(from + r * row_bytes + 2 * i);
            suspect |= (half & 0x7C00u) + 0x0400u;
            memcpy(out + 2 * r, &half, 2);
        }
    return suspect & 0x8000u;
}

typedef struct pack_job {
    const ck_format *format;
    const uint8_t *blocks;
    size_t rows, cols;
    uint8_t *packed;
    atomic_bool *invalid;
} pack_job;

static bool valid_rows(const ck_format *format, const uint8_t *blocks, size_t count) {
    return ck_first_invalid_block(format, blocks, count) == count;
}

/// A panel of sixteen rows, one behind the other. Returns whether it is valid.
static bool pack_panel(const ck_format *format, const uint8_t *rows, size_t row_bytes, uint8_t *out) {
    // Types whose scales are not of two bytes are looked at block by block.
    bool suspect = true;
    for (size_t s = 0; s < format->section_count; s++)
        suspect &= format->sections[s].unit != 2;
    for (size_t at = 0; at < row_bytes; at += format->block_bytes)
        for (size_t s = 0; s < format->section_count; s++) {
            const ck_section section = format->sections[s];
            const uint8_t *from = rows + at + section.offset;
            if (section.unit == 4) {
                out = pack_words(from, row_bytes, section.count, out);
                continue;
            }
            if (section.unit == 2)
                suspect |= pack_halves(from, row_bytes, section.count, out);
            else
                for (size_t i = 0; i < section.count; i++)
                    for (size_t r = 0; r < CK_PANEL_ROWS; r++)
                        out[i * CK_PANEL_ROWS + r] = from[r * row_bytes + i];
            out += CK_PANEL_ROWS * section.unit * section.count;
        }
    return !suspect || valid_rows(format, rows, CK_PANEL_ROWS * (row_bytes / format->block_bytes));
}

/// The last panel, of fewer than sixteen rows. Returns whether it is valid.
static bool pack_rest(const ck_format *format, const uint8_t *rows, size_t live, size_t row_bytes, uint8_t *out) {
    const uint8_t *sources[CK_PANEL_ROWS] = {0};
    for (size_t r = 0; r < live; r++)
        sources[r] = rows + r * row_bytes;
    for (size_t at = 0; at < row_bytes; at += format->block_bytes, out += CK_PANEL_ROWS * format->block_bytes)
        pack_block(format, sources, live, at, out);
    return valid_rows(format, rows, live * (row_bytes / format->block_bytes));
}

/// Packs panels [begin, end).
static void pack_panels(const void *context, size_t begin, size_t end) {
    const pack_job *job = context;
    const ck_format *format = job->format;
    const size_t row_bytes = ck_row_bytes(format, job->cols);
    bool valid = true;
    for (size_t panel = begin; panel < end; panel++) {
        const size_t first = panel * CK_PANEL_ROWS, live = ck_min_size(job->rows - first, CK_PANEL_ROWS);
        const uint8_t *rows = job->blocks + first * row_bytes;
        uint8_t *out = job->packed + first * row_bytes;
        valid &= live == CK_PANEL_ROWS ? pack_panel(format, rows, row_bytes, out)
                                       : pack_rest(format, rows, live, row_bytes, out);
    }
    if (!valid)
        atomic_store_explicit(job->invalid, true, memory_order_relaxed);
}

bool ck_pack(ck_pool *pool, const ck_format *format, const uint8_t *blocks, size_t rows, size_t cols, uint8_t *packed) {
    atomic_bool invalid = false;
    const pack_job job = {format, blocks, rows, cols, packed, &invalid};
    ck_pool_rows(pool, (rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS, 4, pack_panels, &job);
    return !atomic_load(&invalid);
}

void ck_packed_block(const ck_format *format, const uint8_t *panel, size_t block, size_t row, uint8_t *out) {
    const uint8_t *in = panel + block * CK_PANEL_ROWS * format->block_bytes;
    for (size_t s = 0; s < format->section_count; s++) {
        const ck_section section = format->sections[s];
        uint8_t *to = out + section.offset;
        for (size_t i = 0; i < section.count; i++, in += CK_PANEL_ROWS * section.unit)
            copy_unit(to + i * section.unit, in + row * section.unit, section.unit);
    }
}

void ck_packed_row(const ck_matrix *matrix, size_t row, float *out) {
    const ck_format *format = matrix->format;
    const uint8_t *panel = matrix->packed + row / CK_PANEL_ROWS * CK_PANEL_ROWS * ck_row_bytes(format, matrix->cols);
    uint8_t block[256];
    for (size_t b = 0; b < matrix->cols / format->block_elements; b++) {
        ck_packed_block(format, panel, b, row % CK_PANEL_ROWS, block);
        ck_dequantise_row(format, block, out + b * format->block_elements, format->block_elements);
    }
}
