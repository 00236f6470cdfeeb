// Packing, scalar reference (there is no other: it runs once, at the speed of memory).
#include "ck_pack.h"
#include "ck_scalar.h"

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

typedef struct pack_job {
    const ck_format *format;
    const uint8_t *blocks;
    size_t rows, cols;
    uint8_t *packed;
} pack_job;

/// Packs panels [begin, end).
static void pack_panels(const void *context, size_t begin, size_t end) {
    const pack_job *job = context;
    const ck_format *format = job->format;
    const size_t row_bytes = ck_row_bytes(format, job->cols), row_blocks = job->cols / format->block_elements;
    uint8_t *out = job->packed + begin * CK_PANEL_ROWS * row_bytes;
    for (size_t panel = begin; panel < end; panel++) {
        const size_t first = panel * CK_PANEL_ROWS, live = ck_min_size(job->rows - first, CK_PANEL_ROWS);
        const uint8_t *sources[CK_PANEL_ROWS] = {0};
        for (size_t r = 0; r < live; r++)
            sources[r] = job->blocks + (first + r) * row_bytes;
        for (size_t block = 0; block < row_blocks; block++, out += CK_PANEL_ROWS * format->block_bytes)
            pack_block(format, sources, live, block * format->block_bytes, out);
    }
}

void ck_pack(ck_pool *pool, const ck_format *format, const uint8_t *blocks, size_t rows, size_t cols, uint8_t *packed) {
    const pack_job job = {format, blocks, rows, cols, packed};
    ck_pool_rows(pool, (rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS, 4, pack_panels, &job);
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
