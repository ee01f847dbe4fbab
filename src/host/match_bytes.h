/* How the kernels that multiply bytes lay out a patch: 64 rows against 64 columns.
 *
 * Four entries at a time are one dword, which an instruction of the kind multiplies with four entries of each of many
 * columns. So a row is a run of dwords, and columns are dwords side by side: [dimension / 4][64 columns][4 entries],
 * with zeros up to a whole number of dwords, or of whatever `step` entries the kernel takes at once. */
#ifndef SS_MATCH_BYTES_H
#define SS_MATCH_BYTES_H

#include "match_tile.h"

#define SS_PATCH 64 /* rows, and columns */

/* Processors of x86 multiply unsigned bytes with signed ones. Columns are shifted by 128, and rows bring what that adds
 * to their products: -128 times the sum of their entries, with which the kernel begins. */
#define SS_SHIFTED 0x80808080u
#define SS_SIGNED  0u

static inline size_t ss_padded(size_t dimension, size_t step)
{
    return (dimension + step - 1) / step * step;
}

/* Those of ss_tile_kernel for kernels on bytes. Rows: the 64 rows, then 64 corrections. */
size_t ss_bytes_rows_size(const ss_tile_kernel *kernel, size_t dimension);
size_t ss_bytes_columns_size(const ss_tile_kernel *kernel, size_t dimension);
void ss_bytes_pack_rows(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t rows,
                        size_t dimension);
void ss_bytes_pack_columns(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t columns,
                           size_t dimension);

#endif
