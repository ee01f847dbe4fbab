/* Bytes by VPDPBUSD in 512 bits: Intel from Ice Lake, AMD from Zen 4.
 *
 * An instruction does 64 multiplications; four rows against 64 columns keep 16 sums in registers, enough to hide the
 * latency of two instructions a cycle, for 8 loads each 16. The filter is some 7 instructions for 16 entries, where the
 * products take dimension / 4 a register: at dimension 256 a ninth of the time at most. */
#if defined(__x86_64__)
#include "match_avx512.h"

#define STEP 4
#define ROWS 4

SS_AVX512 static inline void multiply(__m512i sum[ROWS][SS_VECTORS], const int8_t *rows, const int32_t *correction,
                                      const int8_t *columns, size_t padded)
{
    SS_UNROLL
    for (int r = 0; r < ROWS; r++)
        SS_UNROLL
    for (int v = 0; v < SS_VECTORS; v++)
        sum[r][v] = _mm512_set1_epi32(correction[r]);
    for (size_t k = 0; k < padded; k += STEP) {
        __m512i column[SS_VECTORS];
        SS_UNROLL
        for (int v = 0; v < SS_VECTORS; v++)
            column[v] = _mm512_load_si512(columns + k * SS_PATCH + (size_t)v * 64);
        SS_UNROLL
        for (int r = 0; r < ROWS; r++) {
            __m512i row = _mm512_set1_epi32(*(const int32_t *)(const void *)(rows + (size_t)r * padded + k));
            SS_UNROLL
            for (int v = 0; v < SS_VECTORS; v++)
                ss_avx512_multiply_add(&sum[r][v], column[v], row);
        }
    }
}

SS_AVX512 static size_t scan(ss_hit *hits, const ss_patch *p)
{
    size_t padded = ss_padded(p->dimension, STEP), found = 0;
    const int8_t *rows = p->a;
    const int32_t *correction = (const int32_t *)(const void *)(rows + SS_PATCH * padded);
    for (size_t row = 0; row < p->rows; row += ROWS) {
        __m512i sum[ROWS][SS_VECTORS];
        multiply(sum, rows + row * padded, correction + row, p->b, padded);
        SS_UNROLL
        for (size_t r = 0; r < ROWS; r++) {
            uint64_t near = ss_avx512_filter(sum[r], p, row + r);
            if (near != 0) found += ss_avx512_take_hits(hits + found, near, sum[r], row + r);
        }
    }
    return found;
}

static const ss_tile_kernel kernel = {.rows = SS_PATCH,
                                      .columns = SS_PATCH,
                                      .tile = 1024,
                                      .step = STEP,
                                      .shift = SS_SHIFTED,
                                      .rows_size = ss_bytes_rows_size,
                                      .columns_size = ss_bytes_columns_size,
                                      .pack_rows = ss_bytes_pack_rows,
                                      .pack_columns = ss_avx512_pack_columns,
                                      .scan = scan};

const ss_matcher ss_matcher_avx512 = {.name = "avx512vnni",
                                      .description =
                                          "bytes by VPDPBUSD in 512 bits; Intel from Ice Lake, AMD from Zen 4",
                                      .available = ss_avx512_available,
                                      .kernel = &kernel,
                                      .nearest = ss_tile_nearest,
                                      .join = ss_tile_join};
#endif
