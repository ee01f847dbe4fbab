/* What the kernels of AVX-512 and AMX share: packing of columns, and the filter on sums in registers. */
#ifndef SS_MATCH_AVX512_H
#define SS_MATCH_AVX512_H

#include <string.h>

#include "avx512.h"
#include "match_bytes.h"
#include "simd.h"

#define SS_VECTORS (SS_PATCH / 16) /* of 16 sums: a row of a patch */

/* 16 x 16 dwords, each row a vector: pairs of dwords, then pairs of those, within 128 bits; then the quarters. */
SS_AVX512 static inline void ss_transpose_16(__m512i row[16])
{
    __m512i t[16];
    SS_UNROLL
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(row[i], row[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(row[i], row[i + 1]);
    }
    SS_UNROLL
    for (int i = 0; i < 16; i += 4) {
        row[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        row[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        row[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        row[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    SS_UNROLL
    for (int i = 0; i < 4; i++) {
        __m512i even_low = _mm512_shuffle_i32x4(row[i], row[i + 4], 0x88);
        __m512i odd_low = _mm512_shuffle_i32x4(row[i], row[i + 4], 0xdd);
        __m512i even_high = _mm512_shuffle_i32x4(row[i + 8], row[i + 12], 0x88);
        __m512i odd_high = _mm512_shuffle_i32x4(row[i + 8], row[i + 12], 0xdd);
        t[i] = _mm512_shuffle_i32x4(even_low, even_high, 0x88);
        t[i + 8] = _mm512_shuffle_i32x4(even_low, even_high, 0xdd);
        t[i + 4] = _mm512_shuffle_i32x4(odd_low, odd_high, 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(odd_low, odd_high, 0xdd);
    }
    memcpy(row, t, sizeof t);
}

/* As ss_bytes_pack_columns(). A seventh of its time: what a block of AMX's, which is the quickest, has to spare. */
SS_AVX512 static inline void ss_avx512_pack_columns(const ss_tile_kernel *kernel, void *packed, const int8_t *vector,
                                                    size_t columns, size_t dimension)
{
    if (dimension % 64 != 0) {
        ss_bytes_pack_columns(kernel, packed, vector, columns, dimension);
        return;
    }
    uint32_t *out = packed;
    for (size_t j = 0; j < SS_PATCH; j += 16) {
        for (size_t k = 0; k < dimension; k += 64) {
            __m512i row[16];
            SS_UNROLL
            for (size_t i = 0; i < 16; i++) {
                __mmask16 there = j + i < columns ? 0xffff : 0;
                row[i] = _mm512_maskz_loadu_epi32(there, vector + (j + i) * dimension + k);
                row[i] = _mm512_xor_si512(row[i], _mm512_set1_epi32((int32_t)kernel->shift));
            }
            ss_transpose_16(row);
            SS_UNROLL
            for (size_t i = 0; i < 16; i++)
                _mm512_store_si512(out + (k / 4 + i) * SS_PATCH + j, row[i]);
        }
    }
}

/* The entries of one row of a patch that come near a bar, a bit each. */
SS_AVX512 static inline uint64_t ss_avx512_filter(const __m512i sum[SS_VECTORS], const ss_patch *p, size_t row)
{
    __m512 a_inverse = _mm512_set1_ps(p->a_inverse[row]), a_bar = _mm512_set1_ps(p->a_bar[row]);
    uint64_t near = 0;
    SS_UNROLL
    for (int v = 0; v < SS_VECTORS; v++) {
        __m512 dot = _mm512_cvtepi32_ps(sum[v]);
        __m512 of_row = _mm512_mul_ps(dot, _mm512_load_ps(p->b_inverse + 16 * v));
        __m512 of_column = _mm512_mul_ps(dot, a_inverse);
        uint32_t passes = _cvtmask16_u32(_mm512_cmp_ps_mask(of_row, a_bar, _CMP_GE_OQ)) |
                          _cvtmask16_u32(_mm512_cmp_ps_mask(of_column, _mm512_load_ps(p->b_bar + 16 * v), _CMP_GE_OQ));
        near |= (uint64_t)passes << 16 * v;
    }
    return near;
}

/* Those entries as hits; returns their number. */
SS_AVX512 static inline size_t ss_avx512_take_hits(ss_hit *hits, uint64_t near, const __m512i sum[SS_VECTORS],
                                                   size_t row)
{
    int32_t dot[SS_PATCH];
    SS_UNROLL
    for (int v = 0; v < SS_VECTORS; v++)
        _mm512_storeu_si512(dot + 16 * v, sum[v]);
    size_t found = 0;
    for (; near != 0; near &= near - 1) {
        int column = __builtin_ctzll(near);
        hits[found++] = (ss_hit){(uint16_t)row, (uint16_t)column, dot[column]};
    }
    return found;
}

#endif
