// Packed matrices: sixteen rows interleaved, so that one 32-bit lane of a vector register belongs to one row.
#pragma once
#include "ck_formats.h"
#include "ck_pool.h"

/// Rows of a panel. A matrix whose rows are no multiple of it is filled up with rows of zero bytes (weight 0).
#define CK_PANEL_ROWS 16

/// A weight matrix (rows, cols) in packed form; the memory is the caller's. Layout, for every type and instruction set:
/// panel (16 rows) → block → section of the format → unit → row. A unit is 1, 2 or 4 bytes. The bytes are those of the
/// file in another order, so a packed matrix is as large as the file's, but for the filling of the last panel.
typedef struct ck_matrix {
    const ck_format *format;
    uint32_t type;
    size_t rows, cols;
    const uint8_t *packed;
} ck_matrix;

/// Bytes of a packed matrix, 0 when `cols` is not a whole number of blocks or the size overflows.
size_t ck_packed_bytes(const ck_format *format, size_t rows, size_t cols);

/// Packs row-major GGML blocks (any alignment) into `packed`, on the workers of `pool` (NULL: on the calling thread).
/// Returns false when a block has a scale that is NaN or Inf, which `ck_first_invalid_block` finds: kernels do not
/// look.
bool ck_pack(ck_pool *pool, const ck_format *format, const uint8_t *blocks, size_t rows, size_t cols, uint8_t *packed);

/// Copies block `block` of row `row` out of a packed panel, in GGML's layout.
void ck_packed_block(const ck_format *format, const uint8_t *panel, size_t block, size_t row, uint8_t *out);

/// Dequantises one row (cols floats): the embedding look-up.
void ck_packed_row(const ck_matrix *matrix, size_t row, float *out);
