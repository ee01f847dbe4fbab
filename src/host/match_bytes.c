#include "match_bytes.h"

#include <string.h>

#include "simd.h"

SS_SIMD_CLONES
static int32_t sum_of_entries(const int8_t *row, size_t dimension)
{
    int32_t sum = 0;
    for (size_t i = 0; i < dimension; i++)
        sum += row[i];
    return sum;
}

size_t ss_bytes_rows_size(const ss_tile_kernel *kernel, size_t dimension)
{
    return SS_PATCH * (ss_padded(dimension, kernel->step) + sizeof(int32_t));
}

size_t ss_bytes_columns_size(const ss_tile_kernel *kernel, size_t dimension)
{
    return SS_PATCH * ss_padded(dimension, kernel->step);
}

void ss_bytes_pack_rows(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t rows, size_t dimension)
{
    size_t padded = ss_padded(dimension, kernel->step);
    int8_t *out = packed;
    int32_t *correction = (int32_t *)(void *)(out + SS_PATCH * padded);
    for (size_t i = 0; i < SS_PATCH; i++) {
        size_t length = i < rows ? dimension : 0;
        if (length > 0) memcpy(out + i * padded, vector + i * dimension, length);
        memset(out + i * padded + length, 0, padded - length);
        correction[i] = -128 * sum_of_entries(out + i * padded, length);
    }
}

/* Sixteen columns at once, so that what is written side by side is written in one go. */
SS_SIMD_CLONES
static void transpose_16(uint32_t *restrict out, const int8_t *restrict vector, size_t dimension, size_t dwords,
                         uint32_t shift)
{
    for (size_t k = 0; k < dwords; k++) {
        for (size_t j = 0; j < 16; j++) {
            uint32_t entries;
            memcpy(&entries, vector + j * dimension + 4 * k, sizeof entries);
            out[k * SS_PATCH + j] = entries ^ shift;
        }
    }
}

static void pack_column(uint32_t *out, const int8_t *vector, size_t dimension, size_t dwords, uint32_t shift)
{
    for (size_t k = 0; k < dwords; k++) {
        uint32_t entries = 0;
        size_t left = 4 * k < dimension ? dimension - 4 * k : 0;
        if (left > 0) memcpy(&entries, vector + 4 * k, left < sizeof entries ? left : sizeof entries);
        out[k * SS_PATCH] = entries ^ shift;
    }
}

void ss_bytes_pack_columns(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t columns,
                           size_t dimension)
{
    uint32_t shift = kernel->shift;
    uint32_t *out = packed;
    size_t dwords = ss_padded(dimension, kernel->step) / 4, j = 0;
    for (; j + 16 <= columns && dimension == 4 * dwords; j += 16)
        transpose_16(out + j, vector + j * dimension, dimension, dwords, shift);
    for (; j < SS_PATCH; j++)
        pack_column(out + j, j < columns ? vector + j * dimension : NULL, j < columns ? dimension : 0, dwords, shift);
}
